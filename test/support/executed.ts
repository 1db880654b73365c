import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * Whether a process has executed its command: between fork and exec a child of Python's supervisord loses the signals that
 * it is sent. One that is gone has.
 */
export function hasExecuted(pid: number): boolean {
  return pid === 0 || !/\/supervisord\0/.test(about(pid, 'cmdline'));
}

/** Whether a process is this command by now, as a shell's `exec` makes it. */
export const isCommand = (pid: number, name: string): boolean =>
  hasExecuted(pid) && about(pid, 'comm') === `${name}\n`;

/** Whether a process has its own answer to a signal: a shell may be asked before it came to its `trap`. */
export function traps(pid: number, signal: NodeJS.Signals): boolean {
  const bit = 1n << BigInt(constants.signals[signal] - 1);
  const mask = /^SigCgt:\t(.*)$/m.exec(about(pid, 'status'))?.[1];
  return mask !== undefined && hasExecuted(pid) && (BigInt(`0x${mask}`) & bit) !== 0n;
}

/** A file of /proc about a process, empty where it is gone. */
function about(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
