import type { StopReason } from '../../machines/events.ts';
import type { ProcessView } from '../../machines/info.ts';
import { RUNNING_STATES, SIGNALLABLE_STATES } from '../../machines/states.ts';
import { fullName, tell } from './address.ts';
import type { Backend } from './backend.ts';
import { fault, RpcFault } from './faults.ts';
import { type Attempt, type Result, rounds } from './rounds.ts';
import { type Outcome, started, stopped } from './settle.ts';
import { readSignal } from './signals.ts';

/** Something that is done to processes; `label` is what the client calls one. */
export interface Act {
  /** Throws the fault that stands at once, with nothing done. */
  check(process: ProcessView, label: string): void;
  /** Does it to those that were checked, in this order. */
  tell(processes: readonly ProcessView[]): void;
  /** Promises what comes of it, for a process as it was when it was checked; throws what is known already. */
  outcome(process: ProcessView, label: string): Promise<Outcome> | undefined;
}

type Daemon = Pick<Backend, 'root' | 'commandTrouble'>;

const isUp = ({ info }: ProcessView): boolean => RUNNING_STATES.has(info.state);

/** Starts processes. */
export const start = (daemon: Daemon, waits: boolean): Act => ({
  check({ info: { spec, state } }, label) {
    const trouble = daemon.commandTrouble(spec);
    if (trouble !== undefined) throw fault(trouble.kind, trouble.text);
    if (RUNNING_STATES.has(state)) throw fault('ALREADY_STARTED', label);
    if (state === 'UNKNOWN') throw fault('FAILED', `${label} is in an unknown process state`);
  },
  tell: processes => tell(daemon, processes, { type: 'instance.start' }),
  outcome(process, label) {
    if (process.info.state === 'STOPPING') throw fault('ABNORMAL_TERMINATION', label);
    return waits ? started(process, label) : undefined;
  },
});

/** Stops processes; only an operator's wish is remembered. */
export const stop = (daemon: Daemon, waits: boolean, reason: StopReason = 'operator'): Act => ({
  check(process, label) {
    if (!isUp(process)) throw fault('NOT_RUNNING', label);
  },
  tell: processes => tell(daemon, processes, { type: 'instance.stop', reason }),
  outcome: (process, label) => (waits ? stopped(process, label) : undefined),
});

/** Sends processes a signal by name or number; 0 only asks whether there is a process. */
export const signal = (daemon: Daemon, sent: string): Act => {
  const found = readSignal(sent);
  return {
    check({ info }, label) {
      if (found === undefined) throw fault('BAD_SIGNAL', sent);
      if (!SIGNALLABLE_STATES.has(info.state)) throw fault('NOT_RUNNING', label);
    },
    tell(processes) {
      if (found !== 0 && found !== undefined)
        tell(daemon, processes, { type: 'instance.signal', signal: found });
    },
    outcome: () => undefined,
  };
};

type WithLogs = Pick<Backend, 'logs'>;

const toLogs = (work: (group: string, name: string) => Promise<void>): Act => ({
  check: () => {},
  tell: () => {},
  outcome: ({ info }, label) => worked(label, work(info.group, info.name)),
});

/** Rotates the logs of processes. */
export const rotate = ({ logs }: WithLogs): Act => toLogs(logs.rotateProcess);

/** Empties the logs of processes. */
export const clear = ({ logs }: WithLogs): Act => toLogs(logs.clearProcess);

/** Rotates the daemon's own log; throws where there is none, or where the file system refuses. */
export const rotateMain = ({ logs }: WithLogs): Promise<void> => toMain(logs, logs.rotateMain);

/** Empties the daemon's own log; throws where there is none, or where the file system refuses. */
export const clearMain = ({ logs }: WithLogs): Promise<void> => toMain(logs, logs.clearMain);

async function toMain(logs: Backend['logs'], work: () => Promise<void>): Promise<void> {
  const path = logs.main();
  if (path === undefined) throw fault('NO_FILE');
  const failure = await worked(path, work());
  if (failure !== undefined) throw failure;
}

/** What a file system that refuses comes to. */
const worked = (subject: string, work: Promise<void>): Promise<Outcome> =>
  work.then(
    () => undefined,
    (error: Error) => fault('FAILED', `${subject}: ${error.message}`),
  );

/** Writes to the stdin of a process; throws where it does not run, or reads its stdin no more. */
export function writeStdin(
  backend: Pick<Backend, 'root' | 'acceptsInput'>,
  process: ProcessView,
  data: Uint8Array,
  label: string,
): void {
  const { state, pid } = process.info;
  if (pid === 0 || state === 'STOPPING') throw fault('NOT_RUNNING', label);
  if (!backend.acceptsInput(pid)) throw fault('NO_FILE', label);
  tell(backend, [process], { type: 'instance.stdin', data });
}

/** Does it to one; rejects with its fault. */
export async function doOne(act: Act, process: ProcessView, label: string): Promise<true> {
  act.check(process, label);
  act.tell([process]);
  const failure = await act.outcome(process, label);
  if (failure !== undefined) throw failure;
  return true;
}

/** Starts those that are down, in this order. */
export const startAll = (of: readonly ProcessView[], act: Act): Promise<Result[]> =>
  rounds(
    attempts(
      of.filter(process => !isUp(process)),
      act,
    ),
  );

/** Stops those that are up. The last of the order is told first, though all are waited for together. */
export const stopAll = (of: readonly ProcessView[], act: Act): Promise<Result[]> =>
  rounds(attempts(of.filter(isUp).toReversed(), act).toReversed());

/** Signals those that run. */
export const signalAll = (of: readonly ProcessView[], act: Act): Promise<Result[]> =>
  rounds(
    attempts(
      of.filter(({ info }) => SIGNALLABLE_STATES.has(info.state)),
      act,
    ),
  );

/** Does to the logs of all of them what is done to one's. */
export const toAllLogs = (of: readonly ProcessView[], act: Act): Promise<Result[]> =>
  rounds(attempts(of, act));

/** Several, told together: what would be thrown for one alone becomes its outcome. */
const attempts = (of: readonly ProcessView[], act: Act): readonly Attempt[] => {
  const checked = of.map(process => ({
    process,
    outcome: asOutcome(() => act.check(process, fullName(process.info))),
  }));
  act.tell(checked.filter(({ outcome }) => outcome === undefined).map(({ process }) => process));
  return checked.map(({ process, outcome }) => ({
    process,
    outcome: outcome ?? asOutcome(() => act.outcome(process, fullName(process.info))),
  }));
};

/** What an act gives, or the fault that it throws. */
const asOutcome = <Given>(act: () => Given): Given | RpcFault => {
  try {
    return act();
  } catch (error) {
    if (error instanceof RpcFault) return error;
    throw error;
  }
};
