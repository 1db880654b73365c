import { lstatSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { digest } from './digest.ts';
import { errnoOf } from './kernel.ts';

/**
 * Makes the folder of a daemon's FIFOs, of the same name whenever the same daemon runs (`identity` tells it), in the
 * first of these places where that can be; in the last one by another name where somebody else has that: whoever may
 * write to /tmp could keep us from our start. Throws as mkdtemp(3) does where none can be made.
 */
export function makeFifoFolder(places: readonly string[], identity: string): string {
  const [place = '', ...others] = places;
  const folder = join(place, `statevisor-${digest(identity)}`);
  try {
    makePrivate(folder);
    return folder;
  } catch {
    return others.length === 0 ? mkdtempSync(`${folder}-`) : makeFifoFolder(others, identity);
  }
}

/** Makes a folder that nobody else may enter. Throws where another user's file or folder is in its place. */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new Error(`${folder}: expected a folder of this user's that nobody else may enter`);
  }
}

/** Removes the folder; FIFOs that are still in it stay for who may still write to them. */
export function removeFifoFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'ENOENT'].includes(errnoOf(error))) throw error;
  }
}
