import { constants } from 'node:fs';
import type { Bytes, LogCompression, LogRotation, Milliseconds } from '../../machines/spec.ts';
import { Backlog, type Refusal } from './backlog.ts';
import type { Destination } from './destination.ts';
import { AppendFile } from './file.ts';
import { errnoOf, type Report } from './kernel.ts';
import { compress, period, shift } from './rotate.ts';

/** Why nothing is taken by a full file whose predecessor is being compressed: it is tried again soon. */
const COMPRESSING = Object.assign(new Error('the file before is being compressed'), { code: 'EAGAIN' });
/** How far a file may grow beyond maxbytes: what Supervisor reads at once. */
const OVERSHOOT: Bytes = 64 * 1024;

export interface LogFileOptions {
  readonly path: string;
  /** 0: never rotated by size. */
  readonly maxbytes: Bytes;
  /** How many rotated files are kept; with 0 the file is emptied instead. */
  readonly backups: number;
  readonly rotate: LogRotation;
  readonly compress: LogCompression;
  readonly report: Report;
}

/**
 * A log file that is appended to and rotated as Supervisor does it: looked at after each write, so that a file reaches
 * maxbytes or a little more. What is no regular file, such as /dev/stdout, is only ever appended to.
 */
export class LogFile implements Destination {
  readonly path: string;
  readonly #options: LogFileOptions;
  readonly #file: AppendFile;
  readonly #backlog: Backlog;
  #period = '';
  #rotation: Promise<unknown> | undefined;
  #appending: Promise<unknown> | undefined;
  #compression: Promise<void> | undefined;
  /** Whether the file is full and could not be rotated yet, because the last one is being compressed. */
  #isLate = false;
  /** What a file that cannot be moved held when it was tried last: it is tried again after as much as fits a file. */
  #grace: Bytes = 0;
  #closed = false;

  constructor(options: LogFileOptions) {
    this.path = options.path;
    this.#options = options;
    this.#file = new AppendFile(options.path);
    this.#backlog = new Backlog(options.path, bytes => this.#append(bytes), options.report);
  }

  get device(): string {
    return this.#file.device;
  }

  get holding(): boolean {
    return this.#backlog.holding;
  }

  get refusing(): boolean {
    return this.#backlog.refusing;
  }

  get stillSince(): Milliseconds {
    return this.#backlog.stillSince;
  }

  get dropped(): Bytes {
    return this.#backlog.dropped;
  }

  /** How many bytes still fit before the file is due to be rotated. */
  get room(): Bytes {
    const { maxbytes } = this.#options;
    if (maxbytes === 0 || !this.#file.isRegular) return Number.POSITIVE_INFINITY;
    return maxbytes + this.#grace - this.#file.size;
  }

  open(): void {
    if (this.#file.isCurrent()) return;
    this.#file.open();
    this.#period = period(this.#options.rotate, this.#file.size > 0 ? this.#file.changed : undefined);
  }

  write(bytes: Buffer): Promise<void> {
    return this.#backlog.write(bytes);
  }

  flush(): void {}

  settled(): Promise<void> {
    return this.#backlog.settled();
  }

  reopen(): void {
    try {
      if (this.#file.isOpen) this.#file.open();
    } catch (error) {
      this.#options.report('error', `${this.path}: cannot be reopened: ${errnoOf(error)}`);
    }
  }

  clear(): void {
    if (!this.#file.isOpen) this.#file.open();
    if (!this.#file.isRegular) return;
    this.#file.unlink();
    this.#file.open();
  }

  async rotate(): Promise<void> {
    // Between two writes: gzip must find a rotated file whole.
    while (this.#appending !== undefined) await this.#appending;
    if (!this.#file.isOpen) this.#file.open();
    // Nothing is gained by an empty file among the backups, and the oldest would be lost.
    if (this.#file.isRegular && this.#file.measure() === 0) return;
    this.#rotation ??= this.#rotateNow().finally(() => {
      this.#rotation = undefined;
    });
    const failure = await this.#rotation;
    if (failure !== undefined) throw failure;
    await this.#compression;
  }

  close(): void {
    this.#closed = true;
    this.#backlog.close();
    this.#file.close();
  }

  async #append(bytes: Buffer): Promise<Refusal | undefined> {
    while (this.#rotation !== undefined) await this.#rotation;
    const appending = this.#appendNow(bytes).finally(() => {
      this.#appending = undefined;
    });
    this.#appending = appending;
    return appending;
  }

  /** Writes all of it, rotating where that is due. What was refused comes back. */
  async #appendNow(bytes: Buffer): Promise<Refusal | undefined> {
    let rest = bytes;
    try {
      if (!this.#file.isOpen && !this.#closed) this.#file.open();
      if (this.#isPeriodOver()) await this.#rotateNow();
      while (rest.length > 0) {
        // Files never come faster than gzip eats them, and other logs of the disk need not wait for it.
        if (this.#isLate && this.#compression !== undefined) return { rest, error: COMPRESSING };
        if (this.#isLate) await this.#rotateNow();
        const written = await this.#file.write(rest.subarray(0, Math.max(OVERSHOOT, this.room)));
        rest = rest.subarray(written);
        if (!this.#isFull()) continue;
        this.#isLate = this.#compression !== undefined;
        if (!this.#isLate) await this.#rotateNow();
      }
      return undefined;
    } catch (error) {
      return { rest, error };
    }
  }

  #isFull(): boolean {
    // Measured only when it matters: logrotate's copytruncate may have emptied the file.
    return this.room <= 0 && this.#file.measure() >= this.#options.maxbytes + this.#grace;
  }

  #isPeriodOver(): boolean {
    const { rotate } = this.#options;
    if (rotate === 'size' || !this.#file.isRegular) return false;
    const before = this.#period;
    this.#period = period(rotate, undefined);
    return before !== this.#period && this.#file.size > 0;
  }

  /** Rotates, and resolves with what kept it from that, which is reported. */
  async #rotateNow(): Promise<unknown> {
    const { path, backups, report } = this.#options;
    if (!this.#file.isRegular) return undefined;
    await this.#compression;
    this.#isLate = false;
    try {
      if (backups > 0) await shift(path, backups);
      if (this.#closed) return undefined;
      this.#file.open(backups > 0 ? 0 : constants.O_TRUNC);
      this.#grace = 0;
      if (backups > 0 && this.#options.compress === 'gzip') this.#compress(`${path}.1`);
      return undefined;
    } catch (error) {
      this.#grace = this.#file.size;
      report('error', `${path}: cannot be rotated: ${errnoOf(error)}`);
      return error;
    }
  }

  #compress(rotated: string): void {
    this.#compression = compress(rotated)
      .catch(error => this.#options.report('error', `${rotated}: cannot be compressed: ${errnoOf(error)}`))
      .finally(() => {
        this.#compression = undefined;
      });
  }
}
