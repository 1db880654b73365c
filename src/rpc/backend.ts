import type { Instant, RootNotice, SupervisorCommand } from '../../machines/events.ts';
import type { Bytes, Pid, ProcessSpec } from '../../machines/spec.ts';
import type { SupervisorSnapshot } from '../../machines/supervisor.ts';

/** What a reread found, by the names of groups. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Why a command cannot be executed: no such file, or one that cannot be run; `text` is Supervisor's. */
export interface CommandTrouble {
  readonly kind: 'NO_FILE' | 'NOT_EXECUTABLE';
  readonly text: string;
}

/** The end of a log file as a follower knows it. */
export interface LogTail {
  readonly bytes: Uint8Array;
  /** The file's size: what the follower asks with next. */
  readonly offset: number;
  /** Whether more was written than `bytes` holds. */
  readonly overflow: boolean;
}

/** The log files and what can be done to them. */
export interface Logs {
  /**
   * The bytes of a file from `offset` on, at most `length` of them and all where that is 0; a negative offset counts
   * from the end. Rejects with the system's error.
   */
  read(path: string, offset: number, length: Bytes): Promise<Uint8Array>;
  /** The last `length` bytes of a file; of one that cannot be read, nothing. */
  tail(path: string, offset: number, length: Bytes): Promise<LogTail>;
  /**
   * The last `backlog` bytes of a file, at once and even where there are none yet, then what is written to it, across
   * rotation and clearing, until the signal. Rejects with the system's error where there is no file.
   */
  follow(path: string, backlog: Bytes, until: AbortSignal): AsyncIterable<Uint8Array>;
  /** The path of the daemon's own log, undefined where it has none. */
  main(): string | undefined;
  /** The paths of a process's logs; undefined where a stream has none. */
  process(group: string, name: string): { readonly stdout?: string; readonly stderr?: string };
  /** Empties the daemon's own log; rejects when the file system refuses. */
  clearMain(): Promise<void>;
  /** Empties both logs of a process; rejects when the file system refuses. */
  clearProcess(group: string, name: string): Promise<void>;
  /** Rotates the daemon's own log now; rejects when the file system refuses. */
  rotateMain(): Promise<void>;
  /** Rotates both logs of a process now, where they are not empty; rejects when the file system refuses. */
  rotateProcess(group: string, name: string): Promise<void>;
  /** How many bytes of a process's output reached no log since its group was added. */
  dropped(group: string, name: string): Dropped;
}

/** Bytes of output that reached no log, by stream. */
export interface Dropped {
  readonly stdout: Bytes;
  readonly stderr: Bytes;
}

/** All that the RPC methods know of the daemon; src/wire.ts provides it. */
export interface Backend {
  readonly root: {
    send(command: SupervisorCommand): void;
    getSnapshot(): SupervisorSnapshot;
    /** Calls back at every notice of the root's own. */
    on(type: '*', listener: (notice: RootNotice) => void): unknown;
  };
  readonly identification: string;
  readonly pid: number;
  readonly logs: Logs;
  now(): Instant;
  /** Whether a process's command can be executed as things stand. */
  commandTrouble(spec: ProcessSpec): CommandTrouble | undefined;
  /** Whether the process can still read what is written to its stdin. */
  acceptsInput(pid: Pid): boolean;
  /** Reads the configuration and tells the root; rejects with what is wrong with it. */
  reread(): Promise<Changes>;
  /** Reads the configuration, then stops everything and starts by it; rejects, changing nothing, where it is broken. */
  reload(): Promise<void>;
  /** Stops everything and ends the daemon; answers are still sent. */
  shutdown(): void;
  /** Sends a REMOTE_COMMUNICATION event to the listeners. */
  remoteCommunication(type: string, data: string): void;
}
