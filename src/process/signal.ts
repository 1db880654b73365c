import type { Pid, SignalName } from '../../machines/spec.ts';
import { signalNumber } from '../signals.ts';
import { citizen } from './census.ts';

/** What the kernel made of a signal: a process that is gone already is no trouble, its exit is on the way. */
export type SignalOutcome = { readonly sent: boolean } | { readonly refused: string };

/** The process group of a process that may not lead one; never the daemon's own. */
export function groupOf(pid: Pid): Pid {
  const group = citizen(pid)?.group;
  return group === undefined || group === citizen(process.pid)?.group ? pid : group;
}

/** Sends a signal to a process, or to the process group that it leads; `refused` is errno's name, such as EPERM. */
export function sendSignal(pid: Pid, signal: SignalName, group: boolean): SignalOutcome {
  try {
    // By number: Node has no names for the real-time ones.
    process.kill(group ? -pid : pid, signalNumber(signal));
    return { sent: true };
  } catch (error) {
    const { code = 'EINVAL' } = error as NodeJS.ErrnoException;
    return code === 'ESRCH' ? { sent: false } : { refused: code };
  }
}
