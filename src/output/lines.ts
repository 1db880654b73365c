import type { Bytes, Milliseconds } from '../../machines/spec.ts';
import type { Destination } from './destination.ts';
import { whileMoving } from './moving.ts';

/** What may wait for a disk that does not take it: the daemon never waits for its own log. */
const ROOM: Bytes = 1024 * 1024;

/** What took nothing for so long is not waited for. */
const STALLED: Milliseconds = 1000;

/** Writes lines to a destination in order, those of one moment at once, and never more than fit before a rotation. */
export class Lines {
  readonly #destination: Destination & { readonly room?: Bytes };
  #waiting: Buffer[] = [];
  #size: Bytes = 0;
  #dropped = 0;
  #work: Promise<void> | undefined;

  constructor(destination: Destination & { readonly room?: Bytes }) {
    this.#destination = destination;
  }

  /** Queues a line, which ends in a newline. Where the disk is far behind it is dropped, and that is told later. */
  push(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#size + bytes.length > ROOM) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    this.#work ??= this.#writeAll().finally(() => {
      this.#work = undefined;
    });
  }

  /** Resolves when all lines so far are written, or nobody takes them: the daemon's end waits for no stalled reader. */
  async flush(): Promise<void> {
    const { refusing } = this.#destination;
    if (this.#work === undefined || refusing) return;
    await whileMoving(this.#work, () => this.#destination.stillSince, STALLED);
  }

  async #writeAll(): Promise<void> {
    // After the current event: what it logs in a row is written at once.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#destination.write(this.#batch());
      if (this.#destination.holding) await this.#destination.settled();
      if (this.#dropped > 0 && this.#waiting.length === 0) this.#tellDropped();
    }
  }

  /** The lines up to the one that fills the file. */
  #batch(): Buffer {
    const room = this.#destination.room ?? Number.POSITIVE_INFINITY;
    let size = 0;
    let count = 0;
    for (const line of this.#waiting) {
      size += line.length;
      count++;
      if (size >= room) break;
    }
    this.#size -= size;
    return Buffer.concat(this.#waiting.splice(0, count));
  }

  #tellDropped(): void {
    const line = Buffer.from(`supervisor: ${this.#dropped} lines of this log were dropped\n`);
    this.#dropped = 0;
    this.#waiting.push(line);
    this.#size += line.length;
  }
}
