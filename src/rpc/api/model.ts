import type { SignalName } from '../../../machines/spec.ts';
import type { StateName, SupervisorStateName } from '../../../machines/states.ts';
import type { FaultName } from '../faults.ts';

// What the JSON API says, as types. schemas.ts says the same to programs; a test holds answers against both.

/** One process. Times are seconds since 1970, with a fraction. */
export interface Process {
  readonly group: string;
  readonly name: string;
  /** The x of its [program:x]. */
  readonly program: string;
  readonly state: StateName;
  readonly statecode: number;
  /** What `supervisorctl status` shows beside the state. */
  readonly description: string;
  /** 0 where there is none. */
  readonly pid: number;
  /** The last spawn and the last end; null where there was none. */
  readonly start: number | null;
  readonly stop: number | null;
  /** Seconds since the last spawn while it runs, else null. */
  readonly uptime: number | null;
  readonly exitstatus: number;
  readonly spawnerr: string;
  /** Failed starts in a row. */
  readonly retries: number;
  /** Down where an operator stopped it. */
  readonly wanted: 'up' | 'down';
  readonly stdout_logfile: string | null;
  readonly stderr_logfile: string | null;
  /** Bytes of its output that reached no log. */
  readonly stdout_dropped: number;
  readonly stderr_dropped: number;
}

/** How a process is configured. The values of its environment stay with the daemon. */
export interface ProcessConfig {
  readonly group: string;
  readonly name: string;
  readonly program: string;
  /** Whether its group runs; it may run by an older configuration. */
  readonly inuse: boolean;
  readonly command: string;
  readonly directory: string | null;
  readonly user: string | null;
  readonly priority: number;
  readonly group_priority: number;
  readonly autostart: boolean;
  readonly autorestart: 'always' | 'unexpected' | 'never';
  readonly startsecs: number;
  readonly startretries: number;
  readonly exitcodes: readonly number[];
  readonly stopsignal: SignalName;
  readonly stopwaitsecs: number;
  readonly stopasgroup: boolean;
  readonly killasgroup: boolean;
  readonly redirect_stderr: boolean;
  /** The names of its variables, sorted. */
  readonly environment: readonly string[];
}

/** The daemon. */
export interface Daemon {
  readonly identification: string;
  readonly pid: number;
  readonly state: SupervisorStateName;
  readonly statecode: number;
  /** The release of Supervisor that it behaves as. */
  readonly supervisor_version: string;
}

/** What came of one process in an action. */
export interface ActionResult {
  readonly group: string;
  readonly name: string;
  /** SUCCESS, or the name of the fault. */
  readonly status: FaultName;
  readonly code: number;
  readonly description: string;
}

/** What differs between the configuration as last read and what runs, by the names of groups. */
export interface ConfigChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What went wrong, as RFC 9457 has it. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The fault that XML-RPC has for it, and its code. */
  readonly fault?: FaultName;
  readonly code?: number;
}

interface Subject {
  readonly group: string;
  readonly program: string;
  readonly name: string;
}

/** What happened, by its type. */
export type Happening =
  | (Subject & {
      readonly type: 'process.state';
      readonly from: StateName;
      readonly to: StateName;
      readonly pid: number;
      readonly tries: number;
      readonly expected: boolean;
      readonly exitstatus: number;
      readonly spawnerr: string;
    })
  | (Subject & { readonly type: 'process.spawned'; readonly pid: number })
  | (Subject & { readonly type: 'process.spawnerr'; readonly spawnerr: string })
  | (Subject & {
      readonly type: 'process.exited';
      readonly pid: number;
      readonly exitstatus: number;
      readonly signal: SignalName | null;
      readonly expected: boolean;
      readonly during: 'stop' | 'start' | 'run';
    })
  | (Subject & {
      readonly type: 'process.signalled';
      readonly pid: number;
      readonly signal: SignalName;
      readonly asgroup: boolean;
      readonly why: 'stop' | 'stopwaitsecs' | 'signal';
    })
  | { readonly type: 'group.added'; readonly group: string }
  | { readonly type: 'group.removed'; readonly group: string }
  | { readonly type: 'daemon.state'; readonly state: SupervisorStateName }
  | { readonly type: 'daemon.waiting'; readonly names: readonly string[] }
  /** Events were lost to this client, or the daemon is another one: what it knows by events is to be asked anew. */
  | { readonly type: 'stream.reset'; readonly missed: number | null };

/** An event: what happened, when, and as which since the daemon started. */
export type ApiEvent = Happening & { readonly seq: number; readonly time: number };
