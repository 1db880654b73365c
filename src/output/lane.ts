import type { Bytes, Milliseconds } from '../../machines/spec.ts';

/** The most that is read, and written, at once. */
export const CHUNK: Bytes = 1024 * 1024;

/** A buffer that no turn holds: an idle daemon keeps one for all of its lanes. */
let spare: Buffer | undefined;

/**
 * One disk's queue: the streams that write to it take turns, one at a time, each with the whole buffer. A disk that
 * hangs holds up its own lane and no other, and what waits for it waits in the pipes, not in our memory.
 */
export class Lane {
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #begun: Milliseconds = 0;

  /** Since when nothing has moved here, by the monotonic clock: now, where nobody waits. */
  get stillSince(): Milliseconds {
    return this.#busy ? this.#begun : performance.now();
  }

  /** Runs a turn when those before it are done. The buffer is the turn's until its promise settles. */
  async run<Result>(turn: (buffer: Buffer) => Promise<Result>): Promise<Result> {
    if (this.#busy) await new Promise<void>(resolve => this.#waiting.push(resolve));
    this.#busy = true;
    this.#begun = performance.now();
    const buffer = spare ?? Buffer.allocUnsafeSlow(CHUNK);
    spare = undefined;
    try {
      return await turn(buffer);
    } finally {
      spare = buffer;
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy = false;
      else next();
    }
  }
}

/** The lanes of a daemon: one for each disk, and one for each thing that is no file. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  /** The lane of what writes to these devices. */
  of(device: string): Lane {
    const lane = this.#lanes.get(device) ?? new Lane();
    this.#lanes.set(device, lane);
    return lane;
  }
}
