import type { StopReason } from '../../machines/events.ts';
import type { ProcessView } from '../../machines/info.ts';
import { RUNNING_STATES, SIGNALLABLE_STATES } from '../../machines/states.ts';
import { fullName, tell } from './address.ts';
import type { Backend } from './backend.ts';
import { fault, RpcFault } from './faults.ts';
import { type Attempt, type Result, rounds } from './rounds.ts';
import { type Outcome, started, stopped } from './settle.ts';
import { readSignal } from './signals.ts';

/** Something that is done to one process; throws the fault that stands at once, else promises what comes of it. */
export type Act = (process: ProcessView, label: string) => Promise<Outcome> | undefined;

type Daemon = Pick<Backend, 'root' | 'commandTrouble'>;

const isUp = ({ info }: ProcessView): boolean => RUNNING_STATES.has(info.state);

/** Starts a process; `label` is what the client calls it. */
export const start =
  (daemon: Daemon, waits: boolean): Act =>
  (process, label) => {
    const { spec, state } = process.info;
    const trouble = daemon.commandTrouble(spec);
    if (trouble !== undefined) throw fault(trouble.kind, trouble.text);
    if (RUNNING_STATES.has(state)) throw fault('ALREADY_STARTED', label);
    if (state === 'UNKNOWN') throw fault('FAILED', `${label} is in an unknown process state`);
    tell(daemon, process, { type: 'instance.start' });
    if (state === 'STOPPING') throw fault('ABNORMAL_TERMINATION', label);
    return waits ? started(process, label) : undefined;
  };

/** Stops a process; only an operator's wish is remembered. */
export const stop =
  (daemon: Daemon, waits: boolean, reason: StopReason = 'operator'): Act =>
  (process, label) => {
    if (!isUp(process)) throw fault('NOT_RUNNING', label);
    tell(daemon, process, { type: 'instance.stop', reason });
    return waits ? stopped(process, label) : undefined;
  };

/** Sends a process a signal by name or number; 0 only asks whether there is a process. */
export const signal =
  (daemon: Daemon, sent: string): Act =>
  (process, label) => {
    const found = readSignal(sent);
    if (found === undefined) throw fault('BAD_SIGNAL', sent);
    if (!SIGNALLABLE_STATES.has(process.info.state)) throw fault('NOT_RUNNING', label);
    if (found !== 0) tell(daemon, process, { type: 'instance.signal', signal: found });
    return undefined;
  };

/** Rotates the logs of a process. */
export const rotate =
  ({ logs }: Pick<Backend, 'logs'>): Act =>
  ({ info }, label) =>
    rotation(label, logs.rotateProcess(info.group, info.name));

/** Rotates the daemon's own log; throws where there is none, or where the file system refuses. */
export async function rotateMain({ logs }: Pick<Backend, 'logs'>): Promise<void> {
  const path = logs.main();
  if (path === undefined) throw fault('NO_FILE');
  const failure = await rotation(path, logs.rotateMain());
  if (failure !== undefined) throw failure;
}

/** What a file system that refuses comes to. */
const rotation = (subject: string, rotating: Promise<void>): Promise<Outcome> =>
  rotating.then(
    () => undefined,
    (error: Error) => fault('FAILED', `${subject}: ${error.message}`),
  );

/** Does it to one; rejects with its fault. */
export async function doOne(act: Act, process: ProcessView, label: string): Promise<true> {
  const failure = await act(process, label);
  if (failure !== undefined) throw failure;
  return true;
}

/** Starts those that are down, in this order. */
export const startAll = (of: readonly ProcessView[], act: Act): Promise<Result[]> =>
  rounds(of.filter(process => !isUp(process)).map(attempted(act)));

/** Stops those that are up. The last of the order is told first, though all are waited for together. */
export const stopAll = (of: readonly ProcessView[], act: Act): Promise<Result[]> =>
  rounds(of.filter(isUp).toReversed().map(attempted(act)).toReversed());

/** Signals those that run. */
export const signalAll = (of: readonly ProcessView[], act: Act): Promise<Result[]> =>
  rounds(of.filter(({ info }) => SIGNALLABLE_STATES.has(info.state)).map(attempted(act)));

/** Rotates the logs of all of them. */
export const rotateAll = (of: readonly ProcessView[], act: Act): Promise<Result[]> =>
  rounds(of.map(attempted(act)));

/** One of several: what would be thrown for it alone becomes its outcome. */
const attempted =
  (act: Act) =>
  (process: ProcessView): Attempt => {
    try {
      return { process, outcome: act(process, fullName(process.info)) };
    } catch (error) {
      if (error instanceof RpcFault) return { process, outcome: error };
      throw error;
    }
  };
