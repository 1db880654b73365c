import type { Bytes } from '../../machines/spec.ts';

/** The most that is kept of a stream whose disk does not keep up, where its overflow is `drop`. */
const ROOM: Bytes = 1024 * 1024;

/** What was read of a stream before there was a turn to write it; and what of that had to be dropped. */
export class Inbox {
  readonly #parts: Buffer[] = [];
  #size: Bytes = 0;
  #dropped: Bytes = 0;
  #gap: Bytes = 0;

  get size(): Bytes {
    return this.#size;
  }

  /** Bytes dropped since the beginning. */
  get dropped(): Bytes {
    return this.#dropped;
  }

  /** Bytes dropped right after what is here; nothing newer may be added until it was told. */
  get gap(): Bytes {
    return this.#gap;
  }

  /** Keeps a copy. */
  push(bytes: Buffer): void {
    if (this.#gap > 0) {
      this.#drop(bytes.length);
    } else {
      this.#parts.push(Buffer.from(bytes));
      this.#size += bytes.length;
    }
  }

  /** Keeps a copy of what there is room for, and drops the rest. */
  squeeze(bytes: Buffer): void {
    const room = this.#gap > 0 ? 0 : Math.max(0, ROOM - this.#size);
    if (room > 0) this.push(bytes.subarray(0, room));
    if (bytes.length > room) this.#drop(bytes.length - room);
  }

  /** Moves bytes to the start of a buffer, as many as it takes, and tells how many. */
  moveTo(buffer: Buffer): Bytes {
    let size = 0;
    for (let part = this.#parts[0]; part !== undefined && size < buffer.length; part = this.#parts[0]) {
      const copied = part.copy(buffer, size);
      size += copied;
      if (copied === part.length) this.#parts.shift();
      else this.#parts[0] = part.subarray(copied);
    }
    this.#size -= size;
    return size;
  }

  /** Takes the number of bytes that were dropped, once it is told. */
  takeGap(): Bytes {
    const gap = this.#gap;
    this.#gap = 0;
    return gap;
  }

  #drop(bytes: Bytes): void {
    this.#dropped += bytes;
    this.#gap += bytes;
  }
}
