import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bytes, Milliseconds } from '../../machines/spec.ts';
import { errnoOf } from './kernel.ts';

const PIECE: Bytes = 64 * 1024;
/** How often a followed file is looked at; only while somebody follows. */
const LOOK: Milliseconds = 100;

/** The end of a log, as a client that polls it asks. */
export interface Tail {
  readonly bytes: Buffer;
  /** The file's size: the offset to ask with next. */
  readonly offset: number;
  /** Whether more was written since the offset than `bytes` has. */
  readonly overflow: boolean;
}

/**
 * The bytes of a file from `offset` on, at most `length`, all where that is 0; a negative offset counts from the end.
 * Past the end there are none. Rejects with the system's error.
 */
export async function readLog(path: string, offset: number, length: Bytes): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = offset < 0 ? Math.max(0, size + offset) : offset;
    const rest = Math.max(0, size - start);
    return await readAt(file, start, length === 0 ? rest : Math.min(length, rest));
  } finally {
    await file.close();
  }
}

/**
 * The last `length` bytes of a file, whatever the offset, unless that is at the end already; of a file that cannot be
 * read, nothing. The offset only tells whether the caller missed something.
 */
export async function tailLog(path: string, offset: number, length: Bytes): Promise<Tail> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch {
    // Supervisor answers so too: the log of a process that has not run yet is an empty one.
    return { bytes: Buffer.alloc(0), offset: 0, overflow: false };
  }
  try {
    const { size } = await file.stat();
    const wanted = offset >= size ? 0 : Math.min(size, Math.max(0, length));
    const bytes = await readAt(file, size - wanted, wanted);
    return { bytes, offset: size, overflow: size > offset + length };
  } finally {
    await file.close();
  }
}

/**
 * The last `backlog` bytes of a file, at once and even where there are none yet, then what is written to it, across
 * rotation, clearing and truncation, until the signal. Rejects with the system's error where there is no file.
 */
export async function* follow(path: string, backlog: Bytes, until: AbortSignal): AsyncGenerator<Buffer> {
  let file = await open(path);
  try {
    let at = Math.max(0, (await file.stat()).size - backlog);
    yield await readAt(file, at, backlog).then(bytes => {
      at += bytes.length;
      return bytes;
    });
    while (!until.aborted) {
      const next = await successor(path, file);
      // Its last bytes, which may be younger than our last look, are read before it is left.
      for (
        let bytes = await readAt(file, at, PIECE);
        bytes.length > 0;
        bytes = await readAt(file, at, PIECE)
      ) {
        at += bytes.length;
        yield bytes;
      }
      if (next !== undefined) {
        await file.close();
        file = next;
        at = 0;
      } else if ((await file.stat()).size < at) {
        at = 0;
      } else {
        await pause(until);
      }
    }
  } finally {
    await file.close();
  }
}

/** The file that was begun after this one, by its name or among the rotated ones; undefined where this is the last. */
async function successor(path: string, file: FileHandle): Promise<FileHandle | undefined> {
  const { ino, dev } = await file.stat();
  let younger = path;
  for (let name = path, number = 1; ; name = `${path}.${number++}`) {
    const found = await statOf(name);
    if (found?.ino === ino && found.dev === dev) return name === path ? undefined : openOrNone(younger);
    // Not among the rotated ones any more: the newest file is what is left to follow.
    if (found === undefined) return openOrNone(path);
    younger = name;
  }
}

async function statOf(path: string): Promise<{ readonly ino: number; readonly dev: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Opens a file; between a rotation's rename and its fresh file there is none. */
async function openOrNone(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function readAt(file: FileHandle, position: number, length: Bytes): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let size = 0;
  while (size < length) {
    const { bytesRead } = await file.read(buffer, size, length - size, position + size);
    if (bytesRead === 0) break;
    size += bytesRead;
  }
  return buffer.subarray(0, size);
}

async function pause(until: AbortSignal): Promise<void> {
  try {
    await sleep(LOOK, undefined, { signal: until });
  } catch {
    // Only the signal ends it early.
  }
}
