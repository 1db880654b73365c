import { chmod, rename, writeFile } from 'node:fs/promises';

/**
 * Writes a file that may be in use: by rename, so that a command which starts meanwhile reads the old one or the new
 * one, never a half.
 */
export async function replace(path: string, text: string, mode = 0o644): Promise<void> {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, text);
  await chmod(fresh, mode);
  await rename(fresh, path);
}
