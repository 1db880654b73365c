import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
// Unlike decodeURIComponent, it leaves a % alone that begins nothing.
import { unescape as unescaped } from 'node:querystring';
import type { Problem } from '../rpc/api/model.ts';

/** The daemon answered with a problem; `status` is HTTP's, `fault` and `code` are Supervisor's where it has one. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly fault: Problem['fault'];
  readonly code: Problem['code'];

  constructor({ status, title, detail, fault, code }: Omit<Problem, 'type'>) {
    super(detail ?? title);
    this.status = status;
    this.fault = fault;
    this.code = code;
  }
}

/** Where a daemon listens and who asks. */
export interface Where {
  /** `unix:///path`, `http://host:port`, or that with `user:password@`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** One request of the API. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below /api/v1, encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** The way to one daemon; connections are kept until `close`. */
export interface Http {
  /** Promises the response's head; rejects with `ApiError` for a problem, and with the system's error for no answer. */
  open(request: Request): Promise<IncomingMessage>;
  close(): void;
}

/** Makes the way to a daemon; throws `TypeError` for a URL of another kind. */
export function http(where: Where): Http {
  const agent = new Agent({ keepAlive: true });
  const target = targetOf(where);
  return {
    close: () => agent.destroy(),
    open: ({ method, path, query = {}, headers = {}, body, signal }) =>
      new Promise((resolve, reject) => {
        const length = { 'Content-Length': body === undefined ? 0 : Buffer.byteLength(body) };
        const options = {
          ...target,
          agent,
          method,
          signal,
          path: `${target.path}/api/v1${path}${queryText(query)}`,
          headers: { ...(method === 'GET' ? {} : length), ...headers },
        };
        request(options, response => {
          if ((response.statusCode ?? 500) < 400) resolve(response);
          else readError(response).then(reject, reject);
        })
          .once('error', reject)
          .end(body);
      }),
  };
}

/** All of a response's bytes. */
export async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function targetOf({ url, username, password = '' }: Where): RequestOptions & { readonly path: string } {
  const [, unix] = /^unix:\/\/(\/.*)$/.exec(url) ?? [];
  const auth = username === undefined ? undefined : `${username}:${password}`;
  if (unix !== undefined) return { socketPath: unix, path: '', auth };
  if (!/^http:\/\//i.test(url)) throw new TypeError(`${url}: expected unix:///path or http://host:port`);
  const { hostname, port, pathname, username: user, password: word } = new URL(url);
  const own = user === '' ? undefined : `${unescaped(user)}:${unescaped(word)}`;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: port === '' ? 80 : Number(port),
    path: pathname.replace(/\/$/, ''),
    auth: auth ?? own,
  };
}

function queryText(query: NonNullable<Request['query']>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map(each => [name, each] as [string, string]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

async function readError(response: IncomingMessage): Promise<ApiError> {
  const { statusCode: status = 500, statusMessage: title = '' } = response;
  const body = (await readAll(response)).toString();
  const isProblem = response.headers['content-type'] === 'application/problem+json';
  return new ApiError(isProblem ? JSON.parse(body) : { status, title });
}
