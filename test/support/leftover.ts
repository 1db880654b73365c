import { readdir, readFile } from 'node:fs/promises';

/** The environment variable that marks every process of one test's daemon, with the daemon's folder as its value. */
export const MARK = 'STATEVISOR_TEST_FOLDER';

/** The pids of all living processes that descend from the daemon of this folder, also after the daemon's death. */
export async function marked(folder: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(async pid => (await isMarked(pid, folder)) && pid));
  return found.filter(pid => pid !== false);
}

async function isMarked(pid: number, folder: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').includes(`${MARK}=${folder}`);
  } catch {
    return false; // It ended meanwhile, or it is another user's: either way not ours.
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
