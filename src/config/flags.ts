import type { Flag } from './getopt.ts';

const FILE = {
  short: 'c',
  long: 'configuration',
  takes: 'FILENAME',
  help: 'the configuration file (searched for if not given)',
} as const;
const HELP = { short: 'h', long: 'help', help: 'print this text and exit' } as const;
const ALSO_HELP = { short: '?', help: 'the same' } as const;

/** Every option of supervisord's command line. */
export const SUPERVISORD_FLAGS = {
  configuration: FILE,
  nodaemon: { short: 'n', long: 'nodaemon', help: 'stay in the foreground (nodaemon=true in the file)' },
  silent: { short: 's', long: 'silent', help: 'in the foreground, print no log (silent=true in the file)' },
  help: HELP,
  question: ALSO_HELP,
  version: { short: 'v', long: 'version', help: "print Supervisor's version that this one equals and exit" },
  user: { short: 'u', long: 'user', takes: 'USER', help: 'the user to become, by name or number' },
  umask: { short: 'm', long: 'umask', takes: 'UMASK', help: "the daemon's umask, in octal (default 022)" },
  directory: {
    short: 'd',
    long: 'directory',
    takes: 'DIRECTORY',
    help: 'the folder to change to as a daemon',
  },
  logfile: { short: 'l', long: 'logfile', takes: 'FILENAME', help: 'the main log' },
  logfile_maxbytes: {
    short: 'y',
    long: 'logfile_maxbytes',
    takes: 'BYTES',
    help: 'the size at which the main log is rotated',
  },
  logfile_backups: {
    short: 'z',
    long: 'logfile_backups',
    takes: 'NUM',
    help: 'how many rotated main logs to keep',
  },
  loglevel: {
    short: 'e',
    long: 'loglevel',
    takes: 'LEVEL',
    help: 'critical, error, warn, info, debug, trace or blather',
  },
  pidfile: { short: 'j', long: 'pidfile', takes: 'FILENAME', help: "the file for the daemon's process id" },
  identifier: { short: 'i', long: 'identifier', takes: 'STR', help: 'the name of this daemon' },
  childlogdir: { short: 'q', long: 'childlogdir', takes: 'DIRECTORY', help: 'the folder of AUTO logs' },
  nocleanup: { short: 'k', long: 'nocleanup', help: 'keep the AUTO logs of the last run' },
  minfds: { short: 'a', long: 'minfds', takes: 'NUM', help: 'how many file descriptors there must be' },
  strip_ansi: { short: 't', long: 'strip_ansi', help: "take escape sequences out of the programs' logs" },
  minprocs: { long: 'minprocs', takes: 'NUM', help: 'how many processes there may be at least' },
  profile_options: {
    long: 'profile_options',
    takes: 'OPTIONS',
    help: 'run under a profiler: cumulative, calls, callers, with commas between',
  },
  check: {
    long: 'check',
    help: 'tell every error and warning of the configuration, start nothing',
    ours: true,
  },
  json: { long: 'json', help: 'with --check: as JSON, for editors and scripts', ours: true },
  inspect: {
    long: 'inspect',
    takes: 'HOST:PORT',
    mayTake: true,
    help: 'show actors, events and states to inspectors (default 127.0.0.1:9002)',
    ours: true,
  },
  schema: { long: 'schema', help: 'print a JSON Schema of the configuration file and exit', ours: true },
} as const satisfies Readonly<Record<string, Flag>>;

/** Every option of supervisorctl's command line. */
export const SUPERVISORCTL_FLAGS = {
  configuration: FILE,
  help: HELP,
  question: ALSO_HELP,
  interactive: { short: 'i', long: 'interactive', help: 'go on with a prompt after the command' },
  serverurl: {
    short: 's',
    long: 'serverurl',
    takes: 'URL',
    help: 'where supervisord listens (default http://localhost:9001)',
  },
  username: { short: 'u', long: 'username', takes: 'USERNAME', help: 'the name to give to the server' },
  password: { short: 'p', long: 'password', takes: 'PASSWORD', help: 'the password to give to the server' },
  history_file: {
    short: 'r',
    long: 'history_file',
    takes: 'FILENAME',
    help: "where the prompt's history is kept",
  },
} as const satisfies Readonly<Record<string, Flag>>;
