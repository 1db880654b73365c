import { inetAddress, url } from '../addresses.ts';
import { owner, user } from '../owners.ts';
import { filePath, folder } from '../paths.ts';
import { boolean, byteSize, environment, integer, logLevel, mode, octal, text } from '../values.ts';
import { type Options, option, optional, required } from './option.ts';

const credentials = {
  username: optional(text, 'user', 'The name that clients must give; without it everybody is let in.'),
  password: optional(
    text,
    '123',
    'The password that clients must give: plain, {SHA} or {SCRYPT} and what they make of it.',
    {
      secret: true,
    },
  ),
} satisfies Options;

/** [unix_http_server] */
export const UNIX_HTTP_SERVER = {
  file: required(text, '/tmp/supervisor.sock', 'The path of the socket.'),
  chown: optional(
    owner('sockchown'),
    'nobody:nogroup',
    'Who owns the socket, as user or user:group; by default whoever runs us.',
  ),
  chmod: option(mode('chmod'), '0700', "The socket's mode."),
  ...credentials,
} satisfies Options;

/** [inet_http_server] */
export const INET_HTTP_SERVER = {
  ...credentials,
  port: required(
    inetAddress,
    '127.0.0.1:9001',
    'Where to listen: host:port, or a port (or *:port) for every interface.',
  ),
} satisfies Options;

/** [supervisord] */
export const SUPERVISORD = {
  minfds: option(
    integer,
    '1024',
    'How many file descriptors there must be; the limit is raised to it if need be.',
  ),
  minprocs: option(
    integer,
    '200',
    'How many processes there may be at least; the limit is raised to it if need be.',
  ),
  directory: optional(folder, '/tmp', 'The folder to change to when becoming a daemon.'),
  user: optional(user, 'nobody', 'The user to become at the start, where we are root.'),
  umask: option(octal, '022', 'The umask of the daemon, and of programs that set none.'),
  logfile: option(filePath, 'supervisord.log', 'The main log; syslog sends it there.'),
  logfile_maxbytes: option(byteSize, '50MB', 'The size at which the main log is rotated; 0 never.'),
  logfile_backups: option(integer, '10', 'How many rotated main logs to keep; 0 empties the log instead.'),
  loglevel: option(logLevel, 'info', 'What the main log holds: this level and graver ones.'),
  pidfile: option(filePath, 'supervisord.pid', "The file that holds the daemon's process id."),
  identifier: option(text, 'supervisor', 'The name of this daemon, for clients and listeners.'),
  nodaemon: option(boolean, 'false', 'Whether to stay in the foreground.'),
  silent: option(boolean, 'false', 'Whether to keep the main log from the terminal in the foreground.'),
  childlogdir: optional(folder, '/tmp', 'The folder of AUTO logs; by default the one for temporary files.'),
  nocleanup: option(boolean, 'false', 'Whether to keep the AUTO logs of the last run at the start.'),
  strip_ansi: option(boolean, 'false', 'Whether to take colours and other escape sequences out of the logs.'),
  environment: option(environment, '', 'Variables for every program.', { secret: true }),
  restart_stopped_on_reload: option(
    boolean,
    'false',
    'Whether a reload also starts what an operator had stopped, as Supervisor does.',
    { ours: true },
  ),
  strict: option(
    boolean,
    'false',
    "Whether one program's missing user or log folder keeps the daemon from starting, as in Supervisor.",
    { ours: true },
  ),
} satisfies Options;

/** [supervisorctl] */
export const SUPERVISORCTL = {
  serverurl: option(
    url,
    'http://localhost:9001',
    'Where the daemon listens: http://host:port or unix:///path.',
  ),
  username: optional(text, 'user', 'The name to give to the server.'),
  password: optional(text, '123', 'The password to give to the server.', { secret: true }),
  prompt: option(text, 'supervisor', 'What the prompt shows.'),
  history_file: optional(
    text,
    '~/.supervisorctl_history',
    'Where the prompt keeps its history; without it there is none.',
  ),
} satisfies Options;
