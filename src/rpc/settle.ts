import { type ProcessView, stateOf } from '../../machines/info.ts';
import { type Milliseconds, milliseconds, type Seconds } from '../../machines/spec.ts';
import { STOPPED_STATES, type StateName } from '../../machines/states.ts';
import { fault, type RpcFault } from './faults.ts';

/** What a wait comes to: nothing to say, or the fault that the client gets. */
export type Outcome = RpcFault | undefined;

/** Beyond its own seconds a process has this long to be spawned and to be reaped, on a machine under load. */
const grace: Seconds = 60;
/** The longest that a timer of Node's can be set to. */
const longest: Milliseconds = 2 ** 31 - 1;

/** Waits for a process that was just told something; `label` is what the client calls it. */
export type Settle = (process: ProcessView, label: string) => Promise<Outcome>;

/** Promises what becomes of a process that was told to start: it runs, it died too soon, or it was stopped. */
export const started: Settle = async ({ ref, info }, label) => {
  const limit = info.spec.startsecs + grace;
  const state = await reached(ref, state => state !== 'STARTING', limit);
  if (state === 'RUNNING' || state === 'EXITED') return undefined;
  if (state === 'BACKOFF' || state === 'FATAL') return fault('SPAWN_ERROR', label);
  if (state === 'STARTING') return fault('FAILED', `${label}: still STARTING after ${limit} s`);
  return fault('ABNORMAL_TERMINATION', label);
};

/** Promises what becomes of a process that was told to stop: it is down, or it would not go. */
export const stopped: Settle = async ({ ref, info }, label) => {
  // It is killed after stopwaitsecs; what outlives that hangs in the kernel.
  const limit = info.spec.stopwaitsecs + grace;
  const state = await reached(ref, state => STOPPED_STATES.has(state), limit);
  if (state === undefined || isDown(state)) return undefined;
  return fault('FAILED', `${label}: still ${state} after ${limit} s`);
};

// Nobody knows what an UNKNOWN process does: it counts as settled, but not as stopped.
const isDown = (state: StateName): boolean => STOPPED_STATES.has(state) && state !== 'UNKNOWN';

/**
 * Waits, by watching, until a process is in a state that will do, and promises that state; the state as it then is
 * when `limit` has passed; undefined when the process was removed before.
 */
function reached(
  ref: ProcessView['ref'],
  will: (state: StateName) => boolean,
  limit: Seconds,
): Promise<StateName | undefined> {
  const now = stateOf(ref.getSnapshot());
  if (will(now)) return Promise.resolve(now);
  return new Promise(resolve => {
    const settle = (state: StateName | undefined) => {
      clearTimeout(timer);
      watch.unsubscribe();
      resolve(state);
    };
    const timer = setTimeout(
      () => settle(stateOf(ref.getSnapshot())),
      Math.min(milliseconds(limit), longest),
    );
    // Nobody's exit is held up by a client that waits.
    timer.unref();
    const watch = ref.subscribe({
      next: snapshot => {
        const state = stateOf(snapshot);
        if (will(state)) settle(state);
      },
      complete: () => settle(undefined),
    });
  });
}
