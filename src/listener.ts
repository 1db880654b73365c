/**
 * Event listeners in TypeScript: `import { listener } from 'statevisor/listener'`. The events are those of an
 * [eventlistener:x] section, of Statevisor as of Python's supervisord.
 */
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** One event, which is answered with OK when the loop asks for the next one, unless it was answered before. */
export interface ListenerEvent {
  /** Its type, such as `PROCESS_STATE_EXITED`. */
  readonly name: string;
  /** Counts the events of the daemon, from 0. */
  readonly serial: number;
  /** The section's name, and the event's number in it, from 0. */
  readonly pool: string;
  readonly poolserial: number;
  /** The daemon's identifier. */
  readonly server: string;
  /** All of it, as it came. */
  readonly payload: string;
  /** The tokens of the payload's first line: `{ processname: 'web', from_state: 'RUNNING', … }`. */
  readonly fields: Readonly<Record<string, string>>;
  /** What follows the first line: the output of PROCESS_LOG events, the message of COMMUNICATION events. */
  readonly data: string;
  /** Answers FAIL: the event is to be processed again, by this listener or another of its pool. */
  fail(): void;
  /** Answers with any result: for sections that name a result_handler of their own. */
  answer(result: string | Uint8Array): void;
}

/** The streams in place of stdin and stdout, for tests. */
export interface ListenerStreams {
  readonly input?: Readable;
  readonly output?: Writable;
}

/**
 * The events of this process, one at a time, until the daemon closes its stdin. While a loop over them runs, nothing
 * else may write to stdout: it belongs to the protocol, and logs go to stderr. A loop that is left by `break` or an
 * error leaves its event unanswered: the daemon gives it to the next process.
 */
export async function* listener(streams: ListenerStreams = {}): AsyncGenerator<ListenerEvent, void, void> {
  const { input = process.stdin, output = process.stdout } = streams;
  const source = new Source(input);
  for (;;) {
    output.write('READY\n');
    const line = await source.line();
    if (line === undefined) return;
    const header = tokens(line);
    const payload = await source.characters(Number(header.len));
    if (payload === undefined) return;
    let answered = false;
    const answer = (result: string | Uint8Array) => {
      if (answered) throw new Error(`event ${header.serial}: was answered already`);
      answered = true;
      const bytes = Buffer.from(result as string);
      output.write(Buffer.concat([Buffer.from(`RESULT ${bytes.length}\n`), bytes]));
    };
    yield eventOf(header, payload, answer);
    if (!answered) answer('OK');
    if (output.writableNeedDrain) await once(output, 'drain');
  }
}

/** Sends a message from a program with stdout_capture_maxbytes: a PROCESS_COMMUNICATION_STDOUT event. */
export function communicate(message: string, output: Writable = process.stdout): void {
  output.write(`<!--XSUPERVISOR:BEGIN-->${message}<!--XSUPERVISOR:END-->`);
}

function eventOf(
  header: Readonly<Record<string, string>>,
  payload: string,
  answer: ListenerEvent['answer'],
): ListenerEvent {
  const end = payload.indexOf('\n');
  const [first, data] = end === -1 ? [payload, ''] : [payload.slice(0, end), payload.slice(end + 1)];
  return {
    name: header.eventname ?? '',
    serial: Number(header.serial),
    pool: header.pool ?? '',
    poolserial: Number(header.poolserial),
    server: header.server ?? '',
    payload,
    // A type may be any text.
    fields:
      header.eventname === 'REMOTE_COMMUNICATION' ? { type: first.slice('type:'.length) } : tokens(first),
    data,
    fail: () => answer('FAIL'),
    answer,
  };
}

const tokens = (line: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    line
      .split(' ')
      .filter(token => token.includes(':'))
      .map(token => [token.slice(0, token.indexOf(':')), token.slice(token.indexOf(':') + 1)]),
  );

/** Lines and numbers of characters from a stream of bytes. */
class Source {
  readonly #chunks: AsyncIterator<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(input: Readable) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  /** The next line without its end; undefined where the stream ends. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#bytes.indexOf('\n');
      if (end !== -1) return this.#take(end + 1).slice(0, -1);
      if (!(await this.#more())) return undefined;
    }
  }

  /** So many characters as Python counts them, a surrogate pair as one; undefined where the stream ends before. */
  async characters(count: number): Promise<string | undefined> {
    for (;;) {
      const end = endOf(this.#bytes, count);
      if (end !== undefined) return this.#take(end);
      if (!(await this.#more())) return undefined;
    }
  }

  #take(length: number): string {
    const text = this.#bytes.toString('utf8', 0, length);
    this.#bytes = this.#bytes.subarray(length);
    return text;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done) return false;
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(value)]);
    return true;
  }
}

/** Where so many characters of UTF-8 end; undefined where they are not all there yet. */
function endOf(bytes: Buffer, count: number): number | undefined {
  if (bytes.length < count) return undefined;
  let at = 0;
  for (let left = count; left > 0; left--) {
    const lead = bytes[at] ?? 0;
    at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (at > bytes.length) return undefined;
  }
  return at;
}
