import { setTimeout as sleep } from 'node:timers/promises';
import type { Bytes, Milliseconds } from '../../machines/spec.ts';

/** Bytes that follow others closer than this make a stream a busy one. */
const BUSY: Milliseconds = 10;
/** How long a busy stream's bytes gather in the pipe at most, to be read in one piece. */
const GATHER: Milliseconds = 3;

/** When to read a stream: at once while it is quiet, in pieces as large as the pipe allows while it is busy. */
export class Pace {
  #last: Milliseconds = Number.NEGATIVE_INFINITY;
  #pause: Milliseconds = GATHER;

  /** Whether bytes that come now follow others closely. */
  isBusy(): boolean {
    return performance.now() - this.#last < BUSY;
  }

  /** Lets bytes gather: until half of what a read takes should be there, and not at all in a flood. */
  async gather(): Promise<void> {
    if (this.#pause > 0) await sleep(this.#pause);
  }

  /** Learns from a read: so many bytes had come in a time, and a read takes at most `room`. */
  learn(size: Bytes, time: Milliseconds, room: Bytes): void {
    this.#pause = size >= room ? 0 : Math.floor(Math.min(GATHER, (time * room) / 2 / size));
  }

  /** Notes that all that had come is read. */
  rest(): void {
    this.#last = performance.now();
  }
}
