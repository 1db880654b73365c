declare const unit: unique symbol;
type Branded<Base, Unit extends string> = Base & { readonly [unit]?: Unit };

/** A process id of the kernel's. */
export type Pid = Branded<number, 'pid'>;
/** A duration in seconds, as the configuration file counts. */
export type Seconds = Branded<number, 's'>;
/** A duration in milliseconds, as timers count. */
export type Milliseconds = Branded<number, 'ms'>;
/** A size in bytes. */
export type Bytes = Branded<number, 'bytes'>;
/** A signal's name with its prefix, such as `SIGTERM`. */
export type SignalName = `SIG${string}`;

/** Seconds as milliseconds: the one place where the unit changes. */
export const milliseconds = (seconds: Seconds): Milliseconds => seconds * 1000;

/** Where a stream's bytes go. `auto` is a file that is named when the group is added. */
export type LogDestination =
  | { readonly to: 'file'; readonly path: string }
  | { readonly to: 'auto' }
  | { readonly to: 'none' }
  | { readonly to: 'syslog' };

/** What happens when the disk is slower than the program: the program waits, or its bytes are dropped and counted. */
export type LogOverflow = 'block' | 'drop';
/** How lines are written: as they came, with time and name before each, or as one record a line. */
export type LogFormat = 'raw' | 'prefix' | 'json' | 'logfmt';
/** When a log is rotated besides by its size. */
export type LogRotation = 'size' | 'hourly' | 'daily';
/** What becomes of rotated files. */
export type LogCompression = 'none' | 'gzip';

/** The stdout_* or stderr_* family of a program's options. */
export interface StreamSpec {
  /** One destination; several where a value names several files. Empty never occurs: `none` says it. */
  readonly logfile: readonly LogDestination[];
  readonly logfile_maxbytes: Bytes;
  readonly logfile_backups: number;
  readonly capture_maxbytes: Bytes;
  readonly events_enabled: boolean;
  readonly syslog: boolean;
  readonly overflow: LogOverflow;
  readonly format: LogFormat;
  readonly rotate: LogRotation;
  readonly compress: LogCompression;
}

/** A user that was looked up: its name as configured and its ids. */
export interface UserSpec {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** When an exited process is started again. */
export type Autorestart = 'always' | 'unexpected' | 'never';

/** One OS process as configured: a numprocs instance with all of its expansions done. Plain data. */
export interface ProcessSpec {
  /** The process's own name, unique in its group. */
  readonly name: string;
  readonly group: string;
  /** The x of [program:x]. */
  readonly program: string;
  /** The command as written, expansions done. */
  readonly command: string;
  /** The command split by shell rules; argv[0] is not yet searched in PATH. */
  readonly argv: readonly string[];
  readonly directory: string | undefined;
  /** Octal, such as 0o022; undefined leaves the daemon's. */
  readonly umask: number | undefined;
  readonly priority: number;
  readonly autostart: boolean;
  readonly autorestart: Autorestart;
  readonly startsecs: Seconds;
  readonly startretries: number;
  readonly exitcodes: readonly number[];
  readonly stopsignal: SignalName;
  readonly stopwaitsecs: Seconds;
  readonly stopasgroup: boolean;
  readonly killasgroup: boolean;
  /** undefined: the daemon's own user. */
  readonly user: UserSpec | undefined;
  readonly redirect_stderr: boolean;
  readonly stdout: StreamSpec;
  readonly stderr: StreamSpec;
  /** [supervisord] environment and the program's own, merged; what the daemon itself has is not in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The value of SUPERVISOR_SERVER_URL, or undefined where there is none. */
  readonly serverurl: string | undefined;
  /** Whether serverurl follows from the daemon's servers: its information shows it as not configured then. */
  readonly serverurl_auto?: boolean;
  /** Whether HOME, USER, LOGNAME and SHELL are set to the user's. */
  readonly login_environment?: boolean;
  /** Whether the program goes into the background by itself, and is followed there by its pidfile. */
  readonly forks?: boolean;
  readonly pidfile?: string | undefined;
  /** Whether a stop also ends the descendants that left the process group. */
  readonly kill_tree?: boolean;
  /** Whether its stdout is what it says to the daemon itself: an event listener's. */
  readonly speaks?: boolean;
  /** Why this process cannot run, where loading already showed it: it goes FATAL with these words. */
  readonly fault: string | undefined;
}

/** The result handlers that need no module, by the names that configurations give them. */
export const RESULT_HANDLERS = [
  'supervisor.dispatchers:default_handler',
  'supervisor_stdout:event_handler',
] as const;

/** The extra options of an [eventlistener:x]. */
export interface ListenerSpec {
  readonly buffer_size: number;
  readonly events: readonly string[];
  /** One of RESULT_HANDLERS, or the absolute path of an ES module. */
  readonly result_handler: string;
}

/** The extra options of an [fcgi-program:x]. */
export interface FcgiSpec {
  /** As configured: `tcp://host:port` or `unix:///path`. */
  readonly socket: string;
  readonly socket_backlog: number | undefined;
  readonly socket_owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly socket_mode: number | undefined;
}

/** A program section: its numprocs processes, and what its kind adds. */
export interface ProgramSpec {
  readonly kind: 'program' | 'eventlistener' | 'fcgi-program';
  readonly name: string;
  readonly group: string;
  readonly priority: number;
  readonly processes: readonly ProcessSpec[];
  readonly listener: ListenerSpec | undefined;
  readonly fcgi: FcgiSpec | undefined;
}

/** A [group:x], or the group that a program outside any has of its own. */
export interface GroupSpec {
  readonly name: string;
  readonly priority: number;
  readonly programs: readonly ProgramSpec[];
}
