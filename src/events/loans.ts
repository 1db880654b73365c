import type { Loan, Payload } from '../../machines/events.ts';
import type { Bytes } from '../../machines/spec.ts';

/** What a piece of output takes at most; smaller ones than half of it are not worth a slot. */
const SLOT: Bytes = 128 * 1024;
/** How many slots wait for a next piece: as many as a busy listener's section holds, and what one read brings. */
const SPARE = 24;

/**
 * Memory for output on its way to event listeners. A flood of it falls out of their buffers as fast as it comes: its
 * memory goes from one piece to the next instead of to the garbage collector, which would do little else.
 */
export class Loans {
  readonly #spare: Buffer[] = [];

  /** How many slots wait for a next piece. */
  get spare(): number {
    return this.#spare.length;
  }

  /**
   * A copy of the bytes, for so many holders. When each of them has given it back, its memory is another's; where one
   * never does, it is nobody else's.
   */
  lend(bytes: Buffer, holders: number): Uint8Array | Loan {
    if (bytes.length <= SLOT / 2 || bytes.length > SLOT) return Buffer.from(bytes);
    const slot = this.#spare.pop() ?? Buffer.allocUnsafeSlow(SLOT);
    bytes.copy(slot);
    return new Lent(slot.subarray(0, bytes.length), holders, () => {
      if (this.#spare.length < SPARE) this.#spare.push(slot);
    });
  }
}

class Lent implements Loan {
  readonly byteLength: Bytes;
  readonly #free: () => void;
  #bytes: Uint8Array | undefined;
  #holders: number;

  constructor(bytes: Uint8Array, holders: number, free: () => void) {
    this.byteLength = bytes.byteLength;
    this.#bytes = bytes;
    this.#holders = holders;
    this.#free = free;
  }

  bytes(): Uint8Array {
    // Rather no event than another one's output.
    if (this.#bytes === undefined)
      throw new Error('the output of an event was given back before it was told');
    return this.#bytes;
  }

  giveBack(): void {
    this.#holders -= 1;
    if (this.#holders > 0 || this.#bytes === undefined) return;
    this.#bytes = undefined;
    this.#free();
  }
}

/** For one holder of an event, who will not look at its payload again. */
export function giveBack(payload: Payload): void {
  if (typeof payload === 'string' || payload.data instanceof Uint8Array) return;
  payload.data.giveBack();
}
