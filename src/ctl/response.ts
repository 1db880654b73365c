/** How far a response was read. */
type Phase =
  | 'head'
  | 'sized'
  | 'open'
  | 'chunk size'
  | 'chunk'
  | 'chunk end'
  | 'trailer'
  | 'done'
  | 'foreign';

/** A head longer than this is no supervisord's. */
const longestHead = 64 * 1024;
const nothing = Buffer.alloc(0);

/** Reads an HTTP/1 response that comes in pieces: the status first, then the body as it arrives. */
export class ResponseReader {
  /** 0 until the head was read. */
  status = 0;
  #phase: Phase = 'head';
  #held: Buffer = nothing;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  #keepsAlive = false;
  readonly #take: (bytes: Buffer) => void;

  constructor(take: (bytes: Buffer) => void) {
    this.#take = take;
  }

  get isDone(): boolean {
    return this.#phase === 'done';
  }

  /** Whether what came is not HTTP at all. */
  get isForeign(): boolean {
    return this.#phase === 'foreign';
  }

  /** Whether the connection can carry another request when this response is done. */
  get keepsAlive(): boolean {
    return this.isDone && this.#keepsAlive;
  }

  /** Takes the next piece. */
  push(bytes: Buffer): void {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, bytes]) : bytes;
    while (this.#step());
  }

  /** The connection has ended: the end of a body that has no size, of any other a break. */
  end(): void {
    if (this.#phase === 'open') this.#phase = 'done';
  }

  /** Does what can be done with the bytes at hand; false when more are needed or nothing is left to do. */
  #step(): boolean {
    switch (this.#phase) {
      case 'head':
        return this.#readHead();
      case 'sized':
      case 'chunk':
        return this.#readBody();
      case 'open':
        this.#give(this.#held.length);
        return false;
      case 'chunk size':
        return this.#readLine(line => this.#beginChunk(line));
      case 'chunk end':
        return this.#readLine(() => 'chunk size');
      case 'trailer':
        return this.#readLine(line => (line === '' ? 'done' : 'trailer'));
      default:
        return false;
    }
  }

  #readHead(): boolean {
    const end = this.#held.indexOf('\r\n\r\n');
    const start = this.#held.subarray(0, 7).toString('latin1');
    if (!'HTTP/1.'.startsWith(start) || (end < 0 && this.#held.length > longestHead)) this.#phase = 'foreign';
    if (end < 0 || this.#phase === 'foreign') return false;
    const [first = '', ...lines] = this.#held.subarray(0, end).toString('latin1').split('\r\n');
    this.#held = this.#held.subarray(end + 4);
    this.status = Number(first.split(' ')[1]);
    const headers = new Map(lines.map(readHeader));
    // 100 Continue and its like come before the response.
    if (this.status >= 200) this.#beginBody(headers, first.startsWith('HTTP/1.1'));
    return true;
  }

  #beginBody(headers: ReadonlyMap<string, string>, isNewer: boolean): void {
    const length = headers.get('content-length');
    const connection = headers.get('connection')?.toLowerCase();
    this.#keepsAlive = isNewer ? connection !== 'close' : connection === 'keep-alive';
    this.#left = Number(length);
    if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') this.#phase = 'chunk size';
    else if (length === undefined) this.#phase = 'open';
    else this.#phase = this.#left === 0 ? 'done' : 'sized';
  }

  #readBody(): boolean {
    const size = Math.min(this.#left, this.#held.length);
    if (size === 0) return false;
    this.#give(size);
    this.#left -= size;
    if (this.#left === 0) this.#phase = this.#phase === 'sized' ? 'done' : 'chunk end';
    return true;
  }

  #beginChunk(line: string): Phase {
    this.#left = Number.parseInt(line, 16);
    if (Number.isNaN(this.#left)) return 'foreign';
    return this.#left === 0 ? 'trailer' : 'chunk';
  }

  #readLine(next: (line: string) => Phase): boolean {
    const end = this.#held.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.#held.subarray(0, end).toString('latin1');
    this.#held = this.#held.subarray(end + 2);
    this.#phase = next(line);
    return true;
  }

  #give(size: number): void {
    if (size > 0) this.#take(this.#held.subarray(0, size));
    this.#held = this.#held.subarray(size);
  }
}

function readHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
