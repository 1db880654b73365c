import type { Bytes } from '../../machines/spec.ts';

const BEGIN = Buffer.from('<!--XSUPERVISOR:BEGIN-->');
const END = Buffer.from('<!--XSUPERVISOR:END-->');

/** A run of a stream's bytes, outside of the capture tokens or between them. */
export interface Piece {
  readonly captured: boolean;
  readonly bytes: Buffer;
  /** The token that ends a message came right after these bytes. */
  readonly complete: boolean;
}

/**
 * Finds the capture tokens in a stream, wherever reads cut them. Only what may be the beginning of a token is kept
 * back, until more bytes or the end of the process tell.
 */
export class TokenSplitter {
  #captured = false;
  #kept: Buffer = Buffer.alloc(0);

  /** The pieces up to what these bytes decide; tokens are not part of any. */
  split(bytes: Buffer): readonly Piece[] {
    const pieces: Piece[] = [];
    let rest = this.#kept.length === 0 ? bytes : Buffer.concat([this.#kept, bytes]);
    for (;;) {
      const token = this.#captured ? END : BEGIN;
      const at = rest.indexOf(token);
      if (at === -1) break;
      pieces.push({ captured: this.#captured, bytes: rest.subarray(0, at), complete: this.#captured });
      rest = rest.subarray(at + token.length);
      this.#captured = !this.#captured;
    }
    const held = prefixAtEnd(rest, this.#captured ? END : BEGIN);
    // A copy: the bytes are a view of a buffer that is read into again.
    this.#kept = Buffer.from(rest.subarray(rest.length - held));
    pieces.push({ captured: this.#captured, bytes: rest.subarray(0, rest.length - held), complete: false });
    return pieces;
  }

  /** What was kept back, when the process has ended: no token after all. The next process begins outside of tokens. */
  flush(): Piece {
    const piece = { captured: this.#captured, bytes: this.#kept, complete: false };
    this.#kept = Buffer.alloc(0);
    this.#captured = false;
    return piece;
  }
}

/** How many bytes at the end of `bytes` are the beginning of `token`. */
function prefixAtEnd(bytes: Buffer, token: Buffer): Bytes {
  for (let length = Math.min(token.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(token.subarray(0, length))) return length;
  }
  return 0;
}
