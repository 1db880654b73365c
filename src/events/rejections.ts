import type { PoolEvent } from '../../machines/events.ts';
import type { Milliseconds } from '../../machines/spec.ts';

/** The longest pause before an event that is rejected again and again. */
const LONGEST: Milliseconds = 1000;

/**
 * How long an event is kept that was just rejected, by pool: not at all at first, then for a millisecond, two, four and
 * so on. A listener that rejects for ever, at once, would keep a processor busy.
 */
export class Rejections {
  readonly #last = new Map<string, { readonly serial: number; readonly count: number }>();

  /** Counts a rejection, and says how long the event is kept back after it. */
  pauseAfter({ pool, serial }: PoolEvent): Milliseconds {
    const last = this.#last.get(pool);
    const count = last?.serial === serial ? last.count + 1 : 0;
    this.#last.set(pool, { serial, count });
    return count === 0 ? 0 : Math.min(LONGEST, 2 ** (count - 1));
  }
}
