import type { Bytes, GroupSpec, Milliseconds, Pid, ProcessSpec, Seconds, SignalName } from './spec.ts';
import type { StateName, SupervisorStateName } from './states.ts';

/** A moment by both clocks: wall is for display, monotonic is for measuring. */
export interface Instant {
  /** Seconds since 1970, with a fraction. */
  readonly wall: Seconds;
  /** Milliseconds on a clock that never jumps. */
  readonly monotonic: Milliseconds;
}

/** Why a process is asked to stop. Only an operator's stop is remembered. */
export type StopReason = 'operator' | 'update' | 'shutdown';

/** What a process is given on stdin: bytes, or several in a row. They may be a view: who keeps any keeps a copy. */
export type Input = Uint8Array | readonly Uint8Array[];

/** What an instance can be told. */
export type InstanceCommand =
  | { readonly type: 'instance.start' }
  | { readonly type: 'instance.stop'; readonly reason: StopReason }
  | { readonly type: 'instance.signal'; readonly signal: SignalName }
  | { readonly type: 'instance.stdin'; readonly data: Input }
  /** Everything is about to be stopped: start nothing by itself any more. */
  | { readonly type: 'instance.hold' };

/** What the machine may run out of. */
export type Shortage = 'processes' | 'descriptors' | 'memory';

/** What the process port reports to its instance. */
export type ProcessReport =
  | { readonly type: 'process.started'; readonly pid: Pid; readonly at: Instant }
  /** The command has gone into the background: the process is another one from now on. */
  | { readonly type: 'process.moved'; readonly pid: Pid; readonly at: Instant }
  /** There is no process: the spawn failed, by the machine's fault where it was short of something. */
  | {
      readonly type: 'process.failed';
      readonly spawnerr: string;
      readonly shortage?: Shortage | undefined;
      readonly at: Instant;
    }
  /** All of the output is in its logs. exitstatus is -1 for a death by signal. */
  | {
      readonly type: 'process.exited';
      readonly exitstatus: number;
      readonly signal: SignalName | undefined;
      readonly core?: boolean;
      readonly at: Instant;
    }
  /** The kernel refused a signal, so nobody knows what the process does. */
  | { readonly type: 'process.lost'; readonly reason: string; readonly at: Instant };

/** What an instance tells the port of its process. */
export type PortCommand =
  | { readonly type: 'port.signal'; readonly signal: SignalName; readonly group: boolean }
  | { readonly type: 'port.stdin'; readonly data: Input };

/** Who a notice is about. */
export interface Subject {
  readonly group: string;
  readonly program: string;
  readonly name: string;
}

/** What leaves an instance: the main log, the events and the live views are made of these. */
export type InstanceNotice =
  | (Subject & {
      readonly type: 'instance.state';
      readonly from: StateName;
      readonly to: StateName;
      readonly pid: Pid;
      /** How often a start was tried again: the `tries` of STARTING and BACKOFF. */
      readonly tries: number;
      /** EXITED: whether the exit status was one of exitcodes. */
      readonly expected: boolean;
      readonly exitstatus: number;
      readonly spawnerr: string;
      readonly spec: ProcessSpec;
    })
  | (Subject & { readonly type: 'instance.spawned'; readonly pid: Pid })
  /** Its command has gone into the background, where this process goes on. */
  | (Subject & { readonly type: 'instance.moved'; readonly pid: Pid })
  | (Subject & {
      readonly type: 'instance.spawnerr';
      readonly spawnerr: string;
      /** What the machine was short of, where that was the reason. */
      readonly shortage?: Shortage | undefined;
    })
  | (Subject & {
      readonly type: 'instance.exited';
      readonly pid: Pid;
      readonly exitstatus: number;
      readonly signal: SignalName | undefined;
      /** Whether the kernel wrote what it was to a file. */
      readonly core?: boolean;
      /** Whether the exit status was one of exitcodes. */
      readonly expected: boolean;
      readonly during: 'stop' | 'start' | 'run';
    })
  | (Subject & {
      readonly type: 'instance.killing';
      readonly pid: Pid;
      readonly signal: SignalName;
      /** Whether its whole process group is sent the signal. */
      readonly asgroup: boolean;
      readonly why: 'stop' | 'stopwaitsecs' | 'signal';
    })
  /** It was told to start while its last process still stops, which does nothing. */
  | (Subject & { readonly type: 'instance.refused' });

/** What an instance tells its program, which counts the living: it was not stopped before, or it is from now on. */
export type InstanceTurn = { readonly type: 'instance.rose' } | { readonly type: 'instance.fell' };

/** One process, a group's processes, or all. */
export interface Address {
  readonly group: string;
  /** A process's name, or '*' for every process of the group. */
  readonly name: string;
}

/** What a program is told. */
export type ProgramCommand =
  | {
      readonly type: 'program.command';
      /** In this order; undefined for all of them. */
      readonly names: readonly string[] | undefined;
      readonly command: InstanceCommand;
    }
  /** Everything is about to be stopped: start nothing by itself any more, and say when nothing lives. */
  | { readonly type: 'program.hold' }
  | { readonly type: 'program.retire' };

/** What a program that is held tells the root: nothing of it lives any more. */
export type ProgramReport = { readonly type: 'program.fell' };

/** What the root is told. Names that do not exist are ignored: who asks checks first (machines/info). */
export type SupervisorCommand =
  | {
      readonly type: 'supervisor.command';
      /** Several are told in their order. */
      readonly to: Address | readonly Address[] | 'all';
      readonly command: InstanceCommand;
    }
  /** A configuration was read: what add and update take from. */
  | { readonly type: 'supervisor.reread'; readonly groups: readonly GroupSpec[] }
  | { readonly type: 'supervisor.add'; readonly group: string }
  | { readonly type: 'supervisor.remove'; readonly group: string }
  /** Stop everything, then run by this configuration. */
  | {
      readonly type: 'supervisor.reload';
      readonly groups: readonly GroupSpec[];
      readonly restart_stopped: boolean;
    }
  | { readonly type: 'supervisor.shutdown' };

/** An actor broke by a mistake of ours: its process, if any, is still in the process table. */
export interface FailureNotice {
  readonly type: 'actor.failed';
  readonly actor: string;
  readonly reason: string;
}

/** How a broken child, or a program below that has one, reaches its parent. */
export type ActorFailure =
  | { readonly type: `xstate.error.actor.${string}`; readonly error: unknown }
  | FailureNotice;

/** A broken child as a notice; a notice from below stays as it is. */
export const failureNotice = (event: { readonly type: string }): FailureNotice => {
  if (event.type === 'actor.failed') return event as FailureNotice;
  const { error } = event as { readonly error?: unknown };
  return {
    type: 'actor.failed',
    actor: event.type.slice('xstate.error.actor.'.length),
    reason: error instanceof Error ? error.message : String(error),
  };
};

/** What leaves a pool of event listeners. */
export type PoolNotice =
  | {
      readonly type: 'pool.rebuffered';
      readonly pool: string;
      readonly serial: number;
      /** How many other events wait, and how many may. */
      readonly size: number;
      readonly max: number;
    }
  /** There was no room for these any more: no listener will hear of them. */
  | { readonly type: 'pool.overflowed'; readonly pool: string; readonly events: readonly PoolEvent[] };

/** What leaves the tree, by the root or by its herald. */
export type SupervisorNotice = RootNotice | HeraldNotice;

/** What the herald tells: the notices of instances and pools. */
export type HeraldNotice = InstanceNotice | PoolNotice;

/** What leaves the root itself. */
export type RootNotice =
  | { readonly type: 'supervisor.state'; readonly state: SupervisorStateName }
  | { readonly type: 'group.added'; readonly group: GroupSpec }
  | { readonly type: 'group.removed'; readonly group: string }
  | FailureNotice
  /** Every group is there, and the programs are about to start: at the beginning and after each reload. */
  | { readonly type: 'supervisor.begun' }
  /** Nothing lives any more. */
  | { readonly type: 'supervisor.ended' }
  /** At shutdown and reload: these are still being waited for. */
  | { readonly type: 'supervisor.waiting'; readonly names: readonly string[] };

/**
 * What an event says: a text, or a text with bytes behind it. Most output is dropped from a full buffer before anybody
 * is told of it, so it is not copied, decoded or judged until then.
 */
export type Payload = string | { readonly head: string; readonly data: Uint8Array | Loan };

/** Bytes in memory that others are given after us: each holder of an event gives them back, once, or else never. */
export interface Loan {
  readonly byteLength: Bytes;
  /** A view that is good until this turn of the program is over. Throws once all holders have given it back. */
  bytes(): Uint8Array;
  giveBack(): void;
}

/** What happened, as event listeners are told of it. */
export interface Bulletin {
  /** Counts what any pool was told, from 0. */
  readonly serial: number;
  readonly eventname: string;
  /** The identifier of the daemon. */
  readonly server: string;
  readonly payload: Payload;
}

/** A bulletin in the pool that it is for. */
export interface PoolEvent extends Bulletin {
  readonly pool: string;
  /** Counts what this pool was told, from 0. */
  readonly poolserial: number;
}

/** What a listener made of an event: OK, FAIL, or a result handler that broke on it. */
export type ListenerVerdict = 'processed' | 'rejected' | 'broken';

/** What a listener's port is told. */
export type ListenerPortCommand =
  | { readonly type: 'port.deliver'; readonly event: PoolEvent }
  /** The event is processed: nobody will have it again. */
  | { readonly type: 'port.settled'; readonly event: PoolEvent };

/** What a listener's port reads on its stdout. */
export type ListenerReport =
  /** READY, when it was due. */
  | { readonly type: 'listener.ready' }
  | { readonly type: 'listener.answered'; readonly verdict: ListenerVerdict }
  /** It has processed its event, and READY came in the same breath. */
  | { readonly type: 'listener.resumed' }
  /** Anything else: nobody can tell any more what it means. */
  | { readonly type: 'listener.babbled' };
