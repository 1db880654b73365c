import {
  chownSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Bytes } from '../../machines/spec.ts';
import { makePrivate } from './folder.ts';
import { errnoOf, type Kernel } from './kernel.ts';

/** What a pipe holds as the kernel makes it. */
const DEFAULT_CAPACITY: Bytes = 64 * 1024;
/** What an unprivileged process may enlarge a pipe to. */
const LARGE_CAPACITY: Bytes = 1024 * 1024;

/** Every listening FIFO is read into this one buffer; the bytes are copied out before the next event. */
const first = Buffer.allocUnsafeSlow(DEFAULT_CAPACITY);

export interface FifoOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Who is told of a FIFO. */
export interface FifoListener {
  /** The first bytes after listen(): a view that is good until this returns; no more is read until the next listen(). */
  onBytes(bytes: Buffer): void;
  /** The FIFO cannot be read, and will not be. */
  onError(error: unknown): void;
}

/**
 * A named pipe between a process and the daemon. The daemon's end is open for reading and writing, so the pipe never
 * ends: what one process wrote is still there when the next one starts, and after a restart of the daemon.
 */
export class Fifo {
  readonly path: string;
  readonly #kernel: Kernel;
  readonly #fd: number;
  readonly #watch: ReturnType<Kernel['watch']>;
  readonly #listener: FifoListener;
  #capacity = DEFAULT_CAPACITY;
  #mayGrow = true;
  #closed = false;

  /** Makes the FIFO, or takes the one that an earlier daemon left, and opens it. */
  constructor(path: string, owner: FifoOwner | undefined, kernel: Kernel, listener: FifoListener) {
    this.path = path;
    this.#kernel = kernel;
    this.#listener = listener;
    this.#fd = openEnd(path, kernel);
    try {
      // The program's user must be able to open /dev/stdout, which is this file by another name.
      if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
      this.#watch = kernel.watch(this.#fd, () => this.#take());
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** The most that a process can have written without our having read it. */
  get capacity(): Bytes {
    return this.#capacity;
  }

  /** A fresh blocking descriptor for a process's stdout or stderr. The caller closes it. Throws as open(2) does. */
  openChildEnd(): number {
    // Not by its name: whoever tidies /tmp up may have removed that, and nobody would read a fresh FIFO.
    return openSync(`/proc/self/fd/${this.#fd}`, constants.O_RDWR);
  }

  /** Waits for bytes, without cost until they come. */
  listen(): void {
    if (!this.#closed) this.#watch.arm();
  }

  /** Whether nothing is to be read. */
  get isEmpty(): boolean {
    return this.#closed || !this.#kernel.isReadable(this.#fd);
  }

  /** Reads what is there without waiting: 0 when nothing is. */
  read(into: Buffer, offset: number): number {
    if (this.#closed || offset >= into.length) return 0;
    try {
      return readSync(this.#fd, into, offset, into.length - offset, null);
    } catch (error) {
      if (errnoOf(error) === 'EAGAIN') return 0;
      throw error;
    }
  }

  /** Gives a busy pipe room for what comes between two reads; where the kernel refuses, it stays as it is. */
  grow(): void {
    if (!this.#mayGrow || this.#closed) return;
    this.#mayGrow = false;
    try {
      this.#capacity = this.#kernel.setPipeSize(this.#fd, LARGE_CAPACITY);
    } catch {
      // Over the user's share of pipe memory: a small pipe is slower, and as correct.
    }
  }

  /** Closes the daemon's end and removes the FIFO's name. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.close();
    closeSync(this.#fd);
    try {
      unlinkSync(this.path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }

  #take(): void {
    let size: Bytes;
    try {
      size = this.read(first, 0);
    } catch (error) {
      this.#listener.onError(error);
      return;
    }
    // Who else reads the pipe may have been here before.
    if (size > 0) this.#listener.onBytes(first.subarray(0, size));
    else this.listen();
  }
}

/** Opens the daemon's end. Reading and writing, so that open(2) never waits for the other side. */
function openEnd(path: string, kernel: Kernel): number {
  if (!isFifo(path)) make(path, kernel);
  const fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  throw new Error(`${path}: is not a FIFO`);
}

/** Makes the FIFO, and its folder again where that was removed meanwhile. */
function make(path: string, kernel: Kernel): void {
  try {
    kernel.mkfifo(path, 0o600);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    makePrivate(dirname(path));
    kernel.mkfifo(path, 0o600);
  }
}

/** Whether the FIFO is there; anything else by its name is removed. */
function isFifo(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.isFIFO()) return true;
  unlinkSync(path);
  return false;
}
