import type { Bytes, Milliseconds } from '../../machines/spec.ts';
import type { Destination } from './destination.ts';
import type { Kernel } from './kernel.ts';
import { characterStart } from './utf8.ts';

const LOG_INFO = 6;
const NEWLINE = 0x0a;
/** A line that is longer becomes several messages: what a datagram to the log daemon carries for sure. */
const LONGEST: Bytes = 8 * 1024;

/** The system's log as a destination: a message for each line, with `prefix` before it. */
export class SystemLog implements Destination {
  readonly path = undefined;
  readonly device = 'syslog';
  readonly holding = false;
  readonly refusing = false;
  readonly dropped = 0;
  readonly #prefix: string;
  readonly #kernel: Kernel;
  #kept: Buffer = Buffer.alloc(0);

  constructor(prefix: string, kernel: Kernel) {
    this.#prefix = prefix;
    this.#kernel = kernel;
  }

  get stillSince(): Milliseconds {
    return performance.now();
  }

  open(): void {}

  async write(bytes: Buffer): Promise<void> {
    const lines = this.#kept.length === 0 ? bytes : Buffer.concat([this.#kept, bytes]);
    let at = 0;
    while (at < lines.length) {
      const newline = lines.indexOf(NEWLINE, at);
      if (newline === -1 && lines.length - at <= LONGEST) break;
      const rest = newline === -1 ? lines.length : newline;
      const end = rest - at > LONGEST ? characterStart(lines, at + LONGEST) : rest;
      this.#send(lines.subarray(at, end));
      at = end === newline ? end + 1 : end;
    }
    this.#kept = Buffer.from(lines.subarray(at));
  }

  flush(): void {
    const rest = this.#kept;
    this.#kept = Buffer.alloc(0);
    if (rest.length > 0) this.#send(rest);
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  reopen(): void {}

  clear(): void {}

  rotate(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}

  #send(line: Buffer): void {
    // To libc a NUL would be the message's end.
    this.#kernel.syslog(LOG_INFO, `${this.#prefix}${line.toString().replaceAll('\0', '\\0')}`);
  }
}
