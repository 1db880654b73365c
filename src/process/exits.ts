import type { Instant } from '../../machines/events.ts';
import type { Milliseconds, Pid } from '../../machines/spec.ts';
import { signalName } from '../signals.ts';
import { peekEnded, type WaitStatus, waitpid } from './foreign.ts';
import type { Exit } from './launch.ts';

/** Waits for children that Node does not know of. */
export interface Exits {
  /** Calls back once, when this child has ended and its status was taken. */
  expect(pid: Pid, ended: (exit: Exit) => void): void;
  /** Says that this child is sent a signal: among many it is asked for first. */
  suspect(pid: Pid): void;
}

/** Of so many children the kernel looks through all in 20 microseconds: from then on suspects are asked for by name. */
const CROWD = 1000;
const MOST_SUSPECTS = 8;
/** For how long an end may be overlooked that shared its SIGCHLD with a suspect's. */
const SHARED: Milliseconds = 5;

/** What a status says of an end. */
export const exitOf = ({ exitstatus, signal, core }: WaitStatus): Omit<Exit, 'at'> => ({
  exitstatus,
  signal: signal === 0 ? undefined : signalName(signal),
  core,
});

/**
 * Takes the statuses of expected children as SIGCHLD comes, and of no others: libuv waits for its own. More than `crowd`
 * are not all looked through for each signal where one of the suspects has ended.
 */
export function createExits(now: () => Instant, crowd = CROWD): Exits {
  const expected = new Map<Pid, (exit: Exit) => void>();
  const suspects = new Set<Pid>();
  /** From the first child on, for good: to begin and to end it takes the kernel longer than to be told now and then. */
  let listens = false;
  let due = false;
  let again: NodeJS.Timeout | undefined;

  function settle(pid: Pid, status: WaitStatus): void {
    const ended = expected.get(pid);
    expected.delete(pid);
    suspects.delete(pid);
    ended?.({ ...exitOf(status), at: now() });
  }

  function take(pid: Pid): boolean {
    const status = expected.has(pid) ? waitpid(pid) : undefined;
    if (status) settle(pid, status);
    return status !== undefined;
  }

  /** Signals come in heaps when many children end at once, and any one of them stands for all. */
  function soon(): void {
    if (!due) setImmediate(sweep);
    due = true;
  }

  function sweep(): void {
    due = false;
    if (expected.size > crowd && [...suspects].filter(take).length > 0)
      again ??= setTimeout(sweepAll, SHARED).unref();
    else sweepAll();
  }

  function sweepAll(): void {
    clearTimeout(again);
    again = undefined;
    // Peeking finds each at once, however many live on...
    let ended = peekEnded();
    while (ended !== 0 && take(ended)) ended = peekEnded();
    // ...but shows the same stranger (libuv's, or an orphan) until that one is waited for: then ask for each by name.
    if (ended !== 0) for (const pid of [...expected.keys()]) take(pid);
  }

  return {
    expect(pid, ended) {
      expected.set(pid, ended);
      if (listens) return;
      listens = true;
      process.on('SIGCHLD', soon);
      // The first may have ended before the listener stood.
      soon();
    },
    suspect(pid) {
      if (!expected.has(pid)) return;
      // The newest last: it is the one that is kept longest.
      suspects.delete(pid);
      suspects.add(pid);
      const [oldest] = suspects;
      if (suspects.size > MOST_SUSPECTS && oldest !== undefined) suspects.delete(oldest);
    },
  };
}
