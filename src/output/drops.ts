import type { Bytes, Milliseconds } from '../../machines/spec.ts';
import type { Report } from './kernel.ts';

/** How long further drops of one stream are only counted after some were told. */
const QUIET: Milliseconds = 60_000;

/** Tells the main log how much of a stream was dropped: at once, then once a minute at most, until every byte is told. */
export class Drops {
  readonly #name: () => string;
  readonly #report: Report;
  #untold: Bytes = 0;
  #quiet: NodeJS.Timeout | undefined;

  /** `name` begins each line. */
  constructor(name: () => string, report: Report) {
    this.#name = name;
    this.#report = report;
  }

  /** Counts what was dropped now. */
  add(bytes: Bytes): void {
    this.#untold += bytes;
    if (this.#quiet === undefined) this.#tell();
  }

  /** Tells what is left to tell. */
  close(): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    if (this.#untold > 0) this.#say();
  }

  #tell(): void {
    this.#quiet = undefined;
    if (this.#untold === 0) return;
    this.#say();
    this.#quiet = setTimeout(() => this.#tell(), QUIET);
    this.#quiet.unref();
  }

  #say(): void {
    this.#report('warn', `${this.#name()}: ${this.#untold} bytes of output were dropped`);
    this.#untold = 0;
  }
}
