import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Writes this process's pid; throws as the file system does. */
export const writePidfile = (path: string): void => writeFileSync(path, `${process.pid}\n`);

/** Removes the pidfile, unless another daemon has written its own there meanwhile. */
export function removePidfile(path: string): void {
  try {
    if (Number(readFileSync(path, 'utf8')) === process.pid) rmSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
