import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** The environment variable that marks every process of one test's daemon, with the daemon's folder as its value. */
export const MARK = 'STATEVISOR_TEST_FOLDER';

/**
 * The pids of all living processes that descend from the daemon of this folder, also after the daemon's death. Those
 * that were killed and wait for the processor to be gone do not live.
 */
export async function marked(folder: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  return pids.filter(pid => isMarked(pid, folder));
}

// One after the other: a machine has more processes than this one may have files open.
function isMarked(pid: number, folder: string): boolean {
  try {
    const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${folder}`);
    return isOurs && !isDying(pid);
  } catch {
    return false; // It ended meanwhile, or it is another user's: either way not ours.
  }
}

/** What a process runs, as `ps` shows it; empty for one that is gone. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd();
  } catch {
    return '';
  }
}

/** The kernel makes a KILL of each signal that ends a process, and then of the process one that exits. */
const [PENDING_KILL, EXITING] = [1n << 8n, 4] as const;

function isDying(pid: number): boolean {
  const pending = /^SigPnd:\t(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  if ((BigInt(`0x${pending}`) & PENDING_KILL) !== 0n) return true;
  const flags = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')[6];
  return (Number(flags) & EXITING) !== 0;
}

/** Kills these processes by pid; those that ended meanwhile are well. */
export function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
