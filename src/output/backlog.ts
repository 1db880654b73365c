import type { Bytes, Milliseconds } from '../../machines/spec.ts';
import { errnoOf, type Report } from './kernel.ts';

/** What a write left over, and why. */
export interface Refusal {
  readonly rest: Buffer;
  readonly error: unknown;
}

/** How soon a refused write is tried again, by its errno; by default after a second. */
const RETRY: Milliseconds = 1000;
const RETRIES: Readonly<Record<string, Milliseconds | 'never'>> = {
  // A terminal or a pipe that is full.
  EAGAIN: 10,
  // Whoever read our stdout is gone.
  EPIPE: 'never',
  EBADF: 'never',
};
/** How long new trouble with a file is kept quiet after some was reported. */
const QUIET: Milliseconds = 60_000;

/**
 * Holds what a disk refused, one write's bytes at most, and tries until it is taken: a full disk heals without anyone
 * asking. The trouble and its end are reported once each.
 */
export class Backlog {
  readonly #name: string;
  readonly #append: (bytes: Buffer) => Promise<Refusal | undefined>;
  readonly #report: Report;
  #held: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];
  #trouble = '';
  #reportedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  #closed = false;
  #refusing = false;
  #movedAt: Milliseconds = 0;
  #dropped: Bytes = 0;

  /** `name` begins each report; `append` writes, and returns what was refused. */
  constructor(name: string, append: (bytes: Buffer) => Promise<Refusal | undefined>, report: Report) {
    this.#name = name;
    this.#append = append;
    this.#report = report;
  }

  get holding(): boolean {
    return this.#held !== undefined;
  }

  /** Whether what is held waits for trouble to end, and not for somebody who is slow. */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** Since when nothing of what is held was taken; now, where nothing is held. */
  get stillSince(): Milliseconds {
    return this.holding ? this.#movedAt : performance.now();
  }

  /** Bytes that could never be written. */
  get dropped(): Bytes {
    return this.#dropped;
  }

  /** Resolves when the bytes are written, or copied and held. Nothing must be held already. */
  async write(bytes: Buffer): Promise<void> {
    const refusal = await this.#append(bytes);
    if (refusal !== undefined) this.#keep(Buffer.from(refusal.rest), refusal.error);
  }

  /** Resolves when nothing is held any more, be it written or given up. */
  settled(): Promise<void> {
    if (!this.holding) return Promise.resolve();
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** Gives up what is held. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    if (this.#held === undefined) return;
    this.#report('warn', `${this.#name}: ${this.#held.length} bytes of output were dropped: it is closed`);
    this.#drop(this.#held);
  }

  #keep(rest: Buffer, error: unknown): void {
    const code = errnoOf(error);
    const delay = RETRIES[code] ?? RETRY;
    if (delay === 'never') {
      this.#complain(`${this.#name}: cannot be written: ${code}; its output is dropped`);
      this.#drop(rest);
    } else if (this.#closed) {
      this.#drop(rest);
    } else {
      this.#refusing = delay >= RETRY;
      if (this.#refusing)
        this.#complain(`${this.#name}: cannot be written: ${code}; trying again each second`);
      if (rest.length !== this.#held?.length) this.#movedAt = performance.now();
      this.#held = rest;
      this.#timer = setTimeout(() => void this.#retry(rest), delay);
    }
  }

  async #retry(held: Buffer): Promise<void> {
    const refusal = await this.#append(held);
    if (this.#closed) return;
    if (refusal !== undefined) {
      this.#keep(refusal.rest, refusal.error);
      return;
    }
    if (this.#trouble !== '') this.#report('info', `${this.#name}: is written again`);
    this.#trouble = '';
    this.#release();
  }

  #drop(bytes: Buffer): void {
    this.#dropped += bytes.length;
    this.#release();
  }

  #release(): void {
    this.#held = undefined;
    this.#refusing = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #complain(trouble: string): void {
    const now = performance.now();
    if (trouble === this.#trouble || now - this.#reportedAt < QUIET) return;
    this.#trouble = trouble;
    this.#reportedAt = now;
    this.#report('error', trouble);
  }
}
