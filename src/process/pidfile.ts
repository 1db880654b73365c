import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Writes this process's pid; throws as the file system does. */
export const writePidfile = (path: string): void => writeFileSync(path, `${process.pid}\n`);

/** The pid of the other process that a pidfile names and that lives; undefined where there is none. */
export function runningPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    process.kill(pid, 0);
    return pid === process.pid || !(pid > 0) ? undefined : pid;
  } catch (error) {
    // No such file or process, or none that this user may see: only somebody else's process is surely there.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? Number(readFileSync(path, 'utf8')) : undefined;
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
