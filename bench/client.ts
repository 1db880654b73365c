import { connect, type Socket } from 'node:net';

/** A client of XML-RPC that costs little beside what it measures. */
export interface RpcClient {
  /** Calls by the kept connection and gives the answer's body; calls must not overlap. Rejects on a fault. */
  call(method: string, ...params: readonly string[]): Promise<string>;
  /** The same by a connection of its own. */
  callOnce(method: string, ...params: readonly string[]): Promise<string>;
  /** Another kept connection to the same socket. */
  another(): RpcClient;
  close(): void;
}

/** A client of the supervisord that listens on this unix socket; it connects at the first call. */
export function createClient(path: string): RpcClient {
  let kept: Connection | undefined;
  return {
    async call(method, ...params) {
      kept ??= new Connection(path);
      try {
        return await kept.ask(request(method, params));
      } catch (error) {
        kept?.close();
        kept = undefined;
        throw error;
      }
    },
    async callOnce(method, ...params) {
      const connection = new Connection(path);
      try {
        return await connection.ask(request(method, params));
      } finally {
        connection.close();
      }
    },
    another: () => createClient(path),
    close() {
      kept?.close();
      kept = undefined;
    },
  };
}

const value = (param: string) =>
  /^[01]$/.test(param) ? `<boolean>${param}</boolean>` : `<string>${param}</string>`;

function request(method: string, params: readonly string[]): string {
  const list = params.map(param => `<param><value>${value(param)}</value></param>`).join('');
  const body = `<?xml version='1.0'?>\n<methodCall>\n<methodName>${method}</methodName>\n<params>${list}</params>\n</methodCall>\n`;
  return `POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** One connection: writes a request, reads until Content-Length is there. */
class Connection {
  readonly #socket: Socket;
  #parts: Buffer[] = [];
  #size = 0;
  #wanted = Number.POSITIVE_INFINITY;
  #settle: { resolve(body: string): void; reject(error: Error): void } | undefined;

  constructor(path: string) {
    this.#socket = connect(path)
      .on('data', bytes => this.#take(bytes))
      .on('error', error => this.#settle?.reject(error))
      .on('close', () => this.#settle?.reject(new Error('connection closed')));
  }

  ask(text: string): Promise<string> {
    this.#parts = [];
    this.#size = 0;
    this.#wanted = Number.POSITIVE_INFINITY;
    this.#socket.write(text);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#wanted === Number.POSITIVE_INFINITY) this.#wanted = this.#measure();
    if (this.#size < this.#wanted) return;
    const answer = Buffer.concat(this.#parts).toString();
    const settle = this.#settle;
    this.#settle = undefined;
    if (!answer.startsWith('HTTP/1.1 200') && !answer.startsWith('HTTP/1.0 200'))
      settle?.reject(new Error(answer.slice(0, 100)));
    else if (answer.includes('<fault>')) settle?.reject(new Error(answer.slice(answer.indexOf('<fault>'))));
    else settle?.resolve(answer);
  }

  #measure(): number {
    const head = Buffer.concat(this.#parts).toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    const length = /content-length: *(\d+)/i.exec(head)?.[1];
    return end === -1 || length === undefined ? Number.POSITIVE_INFINITY : end + 4 + Number(length);
  }
}
