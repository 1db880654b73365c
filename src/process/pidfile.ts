import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Writes this process's pid; throws as the file system does. */
export const writePidfile = (path: string): void => writeFileSync(path, `${process.pid}\n`);

/** The pid of the other supervisord that a pidfile names and that lives; undefined where there is none. */
export function runningPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // A pidfile outlives its daemon, and its pid may be somebody else's by now.
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return pid !== process.pid && command.includes('supervisord') ? pid : undefined;
  } catch {
    // No such file or process, or none that this user may see: either way nobody is known.
    return undefined;
  }
}

/** Removes the pidfile, unless another daemon has written its own there meanwhile. */
export function removePidfile(path: string): void {
  try {
    if (Number(readFileSync(path, 'utf8')) === process.pid) rmSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
