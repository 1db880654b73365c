import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync, write as writeFd } from 'node:fs';
import type { Bytes } from '../../machines/spec.ts';
import { errnoOf } from './kernel.ts';

/** Names of descriptors that the daemon was given: what stands there is not ours to rename or to close. */
const INHERITED = /^\/dev\/(?:stdout|stderr|fd\/(\d+))$/;
const STANDARD: Readonly<Record<string, number>> = { '/dev/stdout': 1, '/dev/stderr': 2 };

/** What we remember of an open file; Node's own record of it is ten times as large. */
interface Inode {
  readonly isFile: boolean;
  readonly ino: number;
  readonly dev: number;
  readonly changed: number;
}

/** A file open for appending whose descriptor can be exchanged at any time, also while a write is on its way. */
export class AppendFile {
  readonly path: string;
  readonly #inherited: number | undefined;
  #fd = -1;
  #inode: Inode | undefined;
  #size: Bytes = 0;
  #writes = 0;
  /** Descriptors that were exchanged while a write used them. */
  readonly #retired: number[] = [];

  constructor(path: string) {
    this.path = path;
    this.#inherited = inherited(path);
  }

  get isOpen(): boolean {
    return this.#fd !== -1;
  }

  /** Whether it is a file on a disk under a name of its own, so that it can be renamed and removed. */
  get isRegular(): boolean {
    return this.#inherited === undefined && this.#inode?.isFile === true;
  }

  /** What it writes to, by a name; writers of one disk have the same. */
  get device(): string {
    return this.#inode?.isFile ? `disk ${this.#inode.dev}` : this.path;
  }

  /** Bytes in the file, as far as we wrote them. */
  get size(): Bytes {
    return this.#size;
  }

  /** When it was written last, before we opened it. */
  get changed(): Date | undefined {
    return this.#inode === undefined ? undefined : new Date(this.#inode.changed);
  }

  /** Opens the path, with more open(2) flags, in place of what was open before. Throws as open(2) does. */
  open(flags = 0): void {
    if (this.isOpen && !this.isRegular) return;
    const fd =
      this.#inherited === undefined ? openPath(this.path, flags) : openInherited(this.path, this.#inherited);
    this.close();
    this.#fd = fd;
    const stat = fstatSync(fd);
    this.#inode = { isFile: stat.isFile(), ino: stat.ino, dev: stat.dev, changed: stat.mtimeMs };
    this.#size = stat.size;
  }

  /** Whether the path still leads to the file that is open. */
  isCurrent(): boolean {
    if (!this.isOpen) return false;
    if (!this.isRegular) return true;
    const named = statSync(this.path, { throwIfNoEntry: false });
    return named !== undefined && named.ino === this.#inode?.ino && named.dev === this.#inode.dev;
  }

  /** Asks the disk for the size: others may have emptied the file. */
  measure(): Bytes {
    this.#size = fstatSync(this.#fd).size;
    return this.#size;
  }

  /** Appends some of the bytes and tells how many. Rejects as write(2) fails. */
  async write(bytes: Buffer): Promise<Bytes> {
    const fd = this.#fd;
    this.#writes++;
    try {
      const written = await new Promise<number>((resolve, reject) => {
        writeFd(fd, bytes, 0, bytes.length, null, (error, count) => (error ? reject(error) : resolve(count)));
      });
      if (fd === this.#fd) this.#size += written;
      // Exchanged meanwhile: it may be the same file that is open again, and it has grown since.
      else if (this.isOpen) this.measure();
      return written;
    } finally {
      this.#writes--;
      if (this.#writes === 0) for (const retired of this.#retired.splice(0)) closeSync(retired);
    }
  }

  /** Removes the name. It stays open; open() begins a fresh file. */
  unlink(): void {
    try {
      unlinkSync(this.path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = -1;
    if (fd === -1 || fd === this.#inherited) return;
    // A number that is closed under a write may be another file's before the kernel looks at it.
    if (this.#writes > 0) this.#retired.push(fd);
    else closeSync(fd);
  }
}

/** Opens a log without waiting: a terminal or a pipe must not hold a thread. */
function openPath(path: string, flags: number): number {
  return openSync(
    path,
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | flags,
  );
}

/** Opens what a descriptor leads to, where that helps to write without waiting; else it is used as it is. */
function openInherited(path: string, fd: number): number {
  const stat = fstatSync(fd);
  if (!stat.isFIFO() && !stat.isCharacterDevice()) return fd;
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // Not permitted to this user. The descriptor itself is.
    return fd;
  }
}

/** The number of the daemon's own descriptor that a path names. */
function inherited(path: string): number | undefined {
  const match = INHERITED.exec(path);
  if (match === null) return undefined;
  return STANDARD[path] ?? Number(match[1]);
}
