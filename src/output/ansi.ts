const ESC = 0x1b;
const BRACKET = 0x5b;

/** Where in an escape sequence the bytes so far end. */
type Place = 'text' | 'escape' | 'sequence';

/** Takes ANSI control sequences (ESC [ … letter) out of a stream, also where a read cuts one. */
export class AnsiStripper {
  #place: Place = 'text';

  /** The bytes without control sequences. The beginning of one that is not complete is kept back. */
  strip(bytes: Buffer): Buffer {
    if (this.#place === 'text' && bytes.indexOf(ESC) === -1) return bytes;
    const kept: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#place === 'text') {
        const next = bytes.indexOf(ESC, at);
        const end = next === -1 ? bytes.length : next;
        kept.push(bytes.subarray(at, end));
        at = end + 1;
        if (next !== -1) this.#place = 'escape';
      } else if (this.#place === 'escape') {
        if (bytes[at] === BRACKET) {
          this.#place = 'sequence';
          at++;
        } else {
          kept.push(Buffer.of(ESC));
          this.#place = 'text';
        }
      } else {
        if (isFinal(bytes[at])) this.#place = 'text';
        at++;
      }
    }
    return Buffer.concat(kept);
  }

  /** What was kept back, when the process has ended: an escape that begins nothing. */
  flush(): Buffer {
    const lone = this.#place === 'escape';
    this.#place = 'text';
    return lone ? Buffer.of(ESC) : Buffer.alloc(0);
  }
}

/** Whether a byte ends a control sequence: 0x40 to 0x7e by ECMA-48. */
const isFinal = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x40 && byte <= 0x7e;
