import type { Instant } from '../../machines/events.ts';
import type { Pid } from '../../machines/spec.ts';
import { signalName } from '../signals.ts';
import { peekEnded, type WaitStatus, waitpid } from './foreign.ts';
import type { Exit } from './launch.ts';

/** Waits for children that Node does not know of. */
export interface Exits {
  /** Calls back once, when this child has ended and its status was taken. */
  expect(pid: Pid, ended: (exit: Exit) => void): void;
}

/** What a status says of an end. */
export const exitOf = ({ exitstatus, signal, core }: WaitStatus): Omit<Exit, 'at'> => ({
  exitstatus,
  signal: signal === 0 ? undefined : signalName(signal),
  core,
});

/** Takes the statuses of expected children as SIGCHLD comes, and of no others: libuv waits for its own. */
export function createExits(now: () => Instant): Exits {
  const expected = new Map<Pid, (exit: Exit) => void>();
  let due = false;

  function settle(pid: Pid, status: WaitStatus): void {
    const ended = expected.get(pid);
    expected.delete(pid);
    if (expected.size === 0) process.off('SIGCHLD', soon);
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
    // Peeking finds each at once, however many live on...
    let ended = peekEnded();
    while (ended !== 0 && take(ended)) ended = peekEnded();
    // ...but shows the same stranger (libuv's, or an orphan) until that one is waited for: then ask for each by name.
    if (ended !== 0) for (const pid of [...expected.keys()]) take(pid);
  }

  return {
    expect(pid, ended) {
      if (expected.size === 0) process.on('SIGCHLD', soon);
      expected.set(pid, ended);
      // The first may have ended before the listener stood.
      if (expected.size === 1) soon();
    },
  };
}
