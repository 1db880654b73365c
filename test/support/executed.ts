import { readFileSync } from 'node:fs';

/**
 * Whether a process has executed its command: between fork and exec a child of Python's supervisord loses the signals that
 * it is sent. One that is gone has.
 */
export function hasExecuted(pid: number): boolean {
  try {
    return pid === 0 || !/\/supervisord\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw error;
  }
}
