import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { decodeResponse, encodeCall, type XmlRpcValue } from '../rpc/codec.ts';
import { RpcFault } from '../rpc/faults.ts';
import { type Answer, connectionProblem, type Problem } from './problem.ts';
import type { Method, Params, Value } from './protocol.ts';

/** Where a server is and who asks. */
export interface ServerSettings {
  /** `http://host:port` or `unix:///path`. */
  readonly serverurl: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** A connection to one server. Nothing rejects: what goes wrong is in the answers. */
export interface Client {
  /** The URL as it was given: messages name it so. */
  readonly url: string;
  /** Calls a method and waits; all but starts and stops, which may take long, are given up after the time-out. */
  call<M extends Method>(method: M, ...params: Params<M>): Promise<Answer<Value<M>>>;
  /** Reads a growing log (`/logtail/…`) until the server ends it or the signal aborts. */
  follow(path: string, take: (bytes: Buffer) => void, signal: AbortSignal): Promise<Answer<undefined>>;
  /** Ends idle connections. */
  close(): void;
}

/** Seconds until a server that does not answer is given up. */
const defaultTimeout = 20;

/** Makes a client; nothing is connected before the first call. `timeout` is in seconds. */
export function connect(settings: ServerSettings, timeout: number = defaultTimeout): Client {
  const url = settings.serverurl;
  const address = findAddress(settings);
  let agent: Agent | undefined;

  async function send(options: RequestOptions, body?: string): Promise<Exchange | Problem> {
    if (!address) return { kind: 'scheme' };
    // Loaded here so that help and usage errors start without it.
    const http = await import('node:http');
    agent ??= new http.Agent({ keepAlive: true, maxSockets: 8 });
    const request = http.request({ ...address, ...options, agent });
    return exchange(request, body);
  }

  async function call<M extends Method>(method: M, ...params: Params<M>): Promise<Answer<Value<M>>> {
    const body = encodeCall(method, params as readonly XmlRpcValue[]);
    const headers = { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(body) };
    const limit = isSlow(method) ? undefined : timeout;
    const exchanged = await within(limit, signal =>
      send({ method: 'POST', path: '/RPC2', headers, signal }, body).then(readAll),
    );
    if ('kind' in exchanged) return { ok: false, problem: exchanged };
    // The methods' own promise: a server that breaks it is caught where its answer is used.
    return decode(exchanged.text) as Answer<Value<M>>;
  }

  async function follow(
    path: string,
    take: (bytes: Buffer) => void,
    signal: AbortSignal,
  ): Promise<Answer<undefined>> {
    const exchanged = await send({ method: 'GET', path, signal });
    const problem = 'kind' in exchanged ? exchanged : await pour(exchanged.response, take);
    return problem && !signal.aborted ? { ok: false, problem } : { ok: true, value: undefined };
  }

  return { url, call, follow, close: () => agent?.destroy() };
}

/** A start waits for startsecs and a stop for stopwaitsecs, which only the server knows. */
function isSlow(method: Method): boolean {
  return /^supervisor\.(start|stop)/.test(method);
}

function findAddress({ serverurl, username, password }: ServerSettings): RequestOptions | undefined {
  if (serverurl.startsWith('unix://')) {
    return { socketPath: serverurl.slice('unix://'.length), ...credentials(username, password) };
  }
  if (!serverurl.startsWith('http://') || !URL.canParse(serverurl)) return undefined;
  const url = new URL(serverurl);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || 80,
    ...credentials(
      username ?? decodeURIComponent(url.username),
      password ?? decodeURIComponent(url.password),
    ),
  };
}

function credentials(username: string | undefined, password: string | undefined): RequestOptions {
  return username ? { auth: `${username}:${password ?? ''}` } : {};
}

interface Exchange {
  readonly response: IncomingMessage;
}

/** Sends a request and waits for the head of its answer. */
function exchange(request: ClientRequest, body: string | undefined): Promise<Exchange | Problem> {
  return new Promise(resolve => {
    request.on('error', error => resolve(connectionProblem(error)));
    request.on('response', response => {
      const problem = statusProblem(response.statusCode ?? 0);
      if (problem) response.resume();
      resolve(problem ?? { response });
    });
    request.end(body);
  });
}

function statusProblem(status: number): Problem | undefined {
  if (status === 200) return undefined;
  return status === 401 ? { kind: 'unauthorized' } : { kind: 'status', status };
}

async function readAll(exchanged: Exchange | Problem): Promise<{ readonly text: string } | Problem> {
  if ('kind' in exchanged) return exchanged;
  const chunks: Buffer[] = [];
  const problem = await pour(exchanged.response, bytes => chunks.push(bytes));
  return problem ?? { text: Buffer.concat(chunks).toString('utf8') };
}

function pour(response: IncomingMessage, take: (bytes: Buffer) => void): Promise<Problem | undefined> {
  return new Promise(resolve => {
    response.on('data', take);
    response.on('end', () => resolve(undefined));
    response.on('error', error => resolve(connectionProblem(error)));
  });
}

/** Runs a request with a limit in seconds; when it passes, the request is aborted and the problem is `silent`. */
async function within<Result>(
  seconds: number | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | Problem> {
  const limit = new AbortController();
  if (seconds === undefined) return run(limit.signal);
  const timer = setTimeout(() => limit.abort(), seconds * 1000);
  const result = await run(limit.signal);
  clearTimeout(timer);
  return limit.signal.aborted ? { kind: 'silent', seconds } : result;
}

function decode(text: string): Answer<XmlRpcValue> {
  try {
    return { ok: true, value: decodeResponse(text) };
  } catch (error) {
    if (error instanceof RpcFault)
      return { ok: false, problem: { kind: 'fault', code: error.code, text: error.message } };
    // Whatever the decoder missed, the server's text was not an answer.
    return { ok: false, problem: { kind: 'foreign' } };
  }
}
