import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** The environment variable that marks every process of one test's daemon, with the daemon's folder as its value. */
export const MARK = 'STATEVISOR_TEST_FOLDER';

/** The pids of all living processes that descend from the daemon of this folder, also after the daemon's death. */
export async function marked(folder: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  return pids.filter(pid => isMarked(pid, folder));
}

// One after the other: a machine has more processes than this one may have files open.
function isMarked(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${folder}`);
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
