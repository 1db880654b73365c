import { createReadStream, createWriteStream } from 'node:fs';
import { access, rename, rm, unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { LogRotation } from '../../machines/spec.ts';
import { errnoOf } from './kernel.ts';

const COMPRESSED = '.gz';

/** Moves `path` to `path.1`, what was that to `path.2` and so on; the last of `backups` is lost. */
export async function shift(path: string, backups: number): Promise<void> {
  await vacate(path, 1, backups);
  await rename(path, `${path}.1`);
}

/** Frees a number, by moving its file to the next one; what has the last number is overwritten or removed. */
async function vacate(path: string, number: number, backups: number): Promise<void> {
  for (const suffix of ['', COMPRESSED]) {
    const name = `${path}.${number}${suffix}`;
    if (!(await isThere(name))) continue;
    if (number === backups) {
      await unlink(name);
    } else {
      await vacate(path, number + 1, backups);
      await rename(name, `${path}.${number + 1}${suffix}`);
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Replaces a rotated file by its gzip, `path.gz`; until that is whole, the plain file stays. */
export async function compress(path: string): Promise<void> {
  const { createGzip } = await import('node:zlib');
  const partial = `${path}${COMPRESSED}.part`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(partial));
    await rename(partial, path + COMPRESSED);
    await rm(path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The hour or day, in local time, that a moment belongs to; the same for all moments where only size counts. */
export function period(rotate: LogRotation, at = new Date()): string {
  if (rotate === 'size') return '';
  const day = `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
  // By the offset too: in autumn the hour after two o'clock comes twice.
  return rotate === 'daily' ? day : `${day} ${at.getHours()} ${at.getTimezoneOffset()}`;
}
