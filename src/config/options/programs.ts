import { RESULT_HANDLERS } from '../../../machines/spec.ts';
import { owner, user } from '../owners.ts';
import { logfile } from '../paths.ts';
import {
  autorestart,
  boolean,
  byteSize,
  environment,
  exitcodes,
  integer,
  list,
  mode,
  module,
  octal,
  oneOf,
  seconds,
  signal,
  text,
} from '../values.ts';
import { type Options, option, optional, required } from './option.ts';

const OURS = { ours: true } as const;

/** What every kind of program has and Supervisor reads once a section. */
export const PROGRAM_ONCE = {
  priority: option(integer, '999', 'Lower numbers start first and stop last.'),
  autostart: option(boolean, 'true', 'Whether to start with the daemon.'),
  autorestart: option(
    autorestart,
    'unexpected',
    'Whether to start again after an exit: unexpected means by exitcodes.',
  ),
  startsecs: option(
    seconds,
    '1',
    'How many seconds a process must run to count as started; 0 counts at once.',
  ),
  startretries: option(integer, '3', 'How often a failed start is tried again before FATAL.'),
  stopsignal: option(signal, 'TERM', 'The signal that asks a process to stop.'),
  stopwaitsecs: option(seconds, '10', 'How many seconds a process has to stop before KILL.'),
  stopasgroup: option(boolean, 'false', "Whether stopsignal goes to the process's whole process group."),
  killasgroup: optional(
    boolean,
    'false',
    'Whether KILL goes to the whole process group; by default as stopasgroup says.',
  ),
  exitcodes: option(exitcodes, '0', 'The exit codes that are expected.'),
  redirect_stderr: option(boolean, 'false', 'Whether stderr goes where stdout goes.'),
  numprocs: option(integer, '1', 'How many processes to run.'),
  numprocs_start: option(integer, '0', 'The number of the first process.'),
  stdout_capture_maxbytes: option(byteSize, '0', 'How much of a communication event to hold; 0 makes none.'),
  stdout_events_enabled: option(boolean, 'false', 'Whether lines on stdout become PROCESS_LOG events.'),
  stderr_capture_maxbytes: option(byteSize, '0', 'The same for stderr.'),
  stderr_events_enabled: option(boolean, 'false', 'Whether lines on stderr become PROCESS_LOG events.'),
  serverurl: option(text, 'AUTO', "The value of SUPERVISOR_SERVER_URL; AUTO takes the daemon's own servers."),
  user: optional(user, 'nobody', 'The user to run as, where the daemon is root.'),
  umask: optional(octal, '022', "The process's umask; by default the daemon's."),
  login_environment: option(
    boolean,
    'false',
    "Whether HOME, USER, LOGNAME and SHELL are set to the user's.",
    OURS,
  ),
  forks: option(
    boolean,
    'false',
    'Whether the program goes into the background, and is followed there.',
    OURS,
  ),
  kill_tree: option(
    boolean,
    'false',
    'Whether a stop also ends descendants that left the process group.',
    OURS,
  ),
} satisfies Options;

/** One stream's options, read for each process. */
const stream = <const Stream extends 'stdout' | 'stderr'>(name: Stream) =>
  ({
    logfile: option(logfile, 'AUTO', `Where ${name} goes: a path, AUTO (a file in childlogdir) or NONE.`),
    logfile_backups: option(integer, '10', 'How many rotated files to keep; 0 empties the file instead.'),
    logfile_maxbytes: option(byteSize, '50MB', 'The size at which the file is rotated; 0 never.'),
    syslog: option(boolean, 'false', `Whether ${name} also goes to syslog.`),
    overflow: option(
      oneOf('block', 'drop'),
      'block',
      'Whether a slow disk makes the program wait, or lines are dropped.',
      OURS,
    ),
    format: option(
      oneOf('raw', 'prefix', 'json', 'logfmt'),
      'raw',
      'How lines are written: as they are, or with time and name.',
      OURS,
    ),
    rotate: option(
      oneOf('none', 'daily', 'hourly'),
      'none',
      'When the file is rotated besides by its size.',
      OURS,
    ),
    compress: option(oneOf('none', 'gzip'), 'none', 'Whether rotated files are compressed.', OURS),
  }) satisfies Options;

/** The table of one stream, by names without stdout_ or stderr_. */
export type StreamOptions = ReturnType<typeof stream>;

/** The options of each stream, by names without stdout_ or stderr_. */
export const STREAMS = { stdout: stream('stdout'), stderr: stream('stderr') } as const;

type Prefixed<Stream extends string, Table extends Options> = {
  [Name in keyof Table & string as `${Stream}_${Name}`]: Table[Name];
};

const prefixed = <const Stream extends string, Table extends Options>(name: Stream, table: Table) =>
  Object.fromEntries(Object.entries(table).map(([key, row]) => [`${name}_${key}`, row])) as Prefixed<
    Stream,
    Table
  >;

/** What it reads for each process, when the process's number is known. */
export const PROGRAM_EACH = {
  environment: option(environment, '', 'Variables for the process.', { secret: true }),
  process_name: option(
    text,
    '%(program_name)s',
    "A process's name; with numprocs it must hold %(process_num).",
  ),
  directory: optional(text, '/tmp', 'The folder to run in.'),
  ...prefixed('stdout', STREAMS.stdout),
  ...prefixed('stderr', STREAMS.stderr),
  pidfile: optional(
    text,
    '/run/cat.pid',
    'Where a program that goes into the background writes its process id.',
    OURS,
  ),
  command: required(
    text,
    '/bin/cat',
    'What to execute: a path or a name to be found in PATH, and arguments.',
  ),
} satisfies Options;

/** [program:x] */
export const PROGRAM = { ...PROGRAM_ONCE, ...PROGRAM_EACH } satisfies Options;

/** What only an [eventlistener:x] has, and its own default of priority. */
export const LISTENER_ONLY = {
  priority: option(integer, '-1', 'Lower numbers start first and stop last.'),
  buffer_size: option(integer, '10', 'How many events wait for a listener before the oldest is dropped.'),
  result_handler: option(module(RESULT_HANDLERS.join(', ')), RESULT_HANDLERS[0], 'What judges the results.'),
  events: required(list, 'TICK_60', 'The types of events to be told of, separated by commas.'),
} satisfies Options;

/** [eventlistener:x] */
export const EVENTLISTENER = { ...PROGRAM, ...LISTENER_ONLY } satisfies Options;

/** What only an [fcgi-program:x] has. */
export const FCGI_ONLY = {
  socket_backlog: optional(integer, '1024', 'How many connections may wait to be accepted.'),
  socket_owner: optional(
    owner('socket_owner'),
    'nobody',
    "Who owns a Unix socket, as user or user:group; by default the program's user.",
  ),
  socket_mode: option(mode('socket_mode'), '0700', "A Unix socket's mode."),
  socket: required(
    text,
    'unix:///tmp/fcgi.sock',
    'What the processes accept on: tcp://host:port or unix:///path.',
  ),
} satisfies Options;

/** [fcgi-program:x] */
export const FCGI_PROGRAM = { ...PROGRAM, ...FCGI_ONLY } satisfies Options;

/** [group:x] */
export const GROUP = {
  programs: required(
    list,
    'cat',
    'The names of its programs, separated by commas; they start in this order.',
  ),
  priority: option(integer, '999', 'Lower numbers start first and stop last.'),
} satisfies Options;
