import type { Bytes } from '../../machines/spec.ts';

/** What a listener says on its stdout, one thing at a time. */
export type Word =
  | { readonly type: 'ready' }
  /** `ready`: the next READY came with it. */
  | { readonly type: 'result'; readonly bytes: Buffer; readonly ready: boolean }
  /** What the protocol does not allow here. `line`: where a result line was due. */
  | { readonly type: 'babble'; readonly line: string | undefined };

const READY = Buffer.from('READY\n');
/** The length of `RESULT `: Supervisor looks at what comes behind it only. */
const RESULT = 7;
/** What Python's int() takes, without a sign that a length cannot have. */
const COUNT = /^\s*\+?\d+(?:_\d+)*\s*$/;
/** More than any result needs; a listener that babbles must not fill the daemon's memory. */
const LIMIT: Bytes = 1024 * 1024;

/** Reads what a listener says, wherever reads cut it. After a babble it hears nothing more. */
export class Speech {
  #due: 'ready' | 'nothing' | 'line' | 'result' | 'silence' = 'ready';
  #bytes: Buffer = Buffer.alloc(0);
  #length: Bytes = 0;

  /** An event is on its way to the listener: a result is due next. */
  expectResult(): void {
    this.#due = 'line';
  }

  /** The words that these bytes complete. They are copied where they are kept. */
  *hear(bytes: Buffer): Generator<Word> {
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#bytes, bytes]);
    for (let word = this.#next(); word !== undefined; word = this.#next()) yield word;
  }

  #next(): Word | undefined {
    switch (this.#due) {
      case 'ready':
        return this.#readReady();
      case 'nothing':
        return this.#bytes.length > 0 ? this.#babble(undefined) : undefined;
      case 'line':
        return this.#readLine();
      case 'result':
        return this.#readResult();
      case 'silence':
        this.#bytes = Buffer.alloc(0);
        return undefined;
    }
  }

  #readReady(): Word | undefined {
    if (this.#bytes.length < READY.length) return undefined;
    if (!this.#take(READY.length).equals(READY)) return this.#babble(undefined);
    this.#due = 'nothing';
    return { type: 'ready' };
  }

  #readLine(): Word | undefined {
    const end = this.#bytes.indexOf('\n');
    if (end === -1) return this.#bytes.length > LIMIT ? this.#babble('…') : undefined;
    const line = this.#take(end + 1)
      .subarray(0, end)
      .toString();
    const count = line.slice(RESULT);
    this.#length = COUNT.test(count) ? Number(count.replaceAll('_', '')) : Number.POSITIVE_INFINITY;
    if (this.#length > LIMIT) return this.#babble(line);
    this.#due = 'result';
    return this.#readResult();
  }

  #readResult(): Word | undefined {
    if (this.#bytes.length < this.#length) return undefined;
    const bytes = this.#take(this.#length);
    const ready = this.#bytes.subarray(0, READY.length).equals(READY);
    if (ready) this.#take(READY.length);
    this.#due = ready ? 'nothing' : 'ready';
    return { type: 'result', bytes, ready };
  }

  #babble(line: string | undefined): Word {
    this.#due = 'silence';
    return { type: 'babble', line };
  }

  #take(length: Bytes): Buffer {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}
