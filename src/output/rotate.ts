import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { LogRotation } from '../../machines/spec.ts';
import { errnoOf } from './kernel.ts';

const COMPRESSED = '.gz';

/** Moves `path` to `path.1`, `path.1` to `path.2` and so on; the last of `backups` is lost. A gap is no error. */
export async function shift(path: string, backups: number): Promise<void> {
  for (let number = backups - 1; number >= 1; number--) {
    for (const suffix of ['', COMPRESSED]) {
      await move(`${path}.${number}${suffix}`, `${path}.${number + 1}`, suffix);
    }
  }
  await move(path, `${path}.1`, '');
}

/** Moves a file over what stands there, compressed or not. */
async function move(from: string, to: string, suffix: string): Promise<void> {
  try {
    await rename(from, to + suffix);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  await rm(suffix === COMPRESSED ? to : to + COMPRESSED, { force: true });
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
