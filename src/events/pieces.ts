import type { Bytes } from '../../machines/spec.ts';
import { characterEnd } from '../output/utf8.ts';

/** The most that one event says of a log: what Supervisor reads at once. */
const LARGEST: Bytes = 128 * 1024;

/** Cuts one stream's bytes for events: not too large, and between characters. */
export class Pieces {
  #kept: Buffer = Buffer.alloc(0);

  /** The pieces that these bytes complete: views of them, but for a character that began before. */
  *add(bytes: Buffer): Generator<Buffer> {
    const all = this.#kept.length === 0 ? bytes : Buffer.concat([this.#kept, bytes]);
    let start = 0;
    for (let end = 0; end < all.length; start = end) {
      const piece = all.subarray(start, start + LARGEST);
      end = start + characterEnd(piece);
      if (end === start) break;
      yield all.subarray(start, end);
    }
    this.#kept = Buffer.from(all.subarray(start));
  }

  /** The beginning of a character whose end never came. */
  *flush(): Generator<Buffer> {
    if (this.#kept.length > 0) yield this.#kept;
    this.#kept = Buffer.alloc(0);
  }
}
