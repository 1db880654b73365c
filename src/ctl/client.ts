import type { NetConnectOpts } from 'node:net';
// Unlike decodeURIComponent, it leaves a % alone that begins nothing.
import { unescape as unescaped } from 'node:querystring';
import { decodeResponse, encodeCall, type XmlRpcValue } from '../rpc/codec.ts';
import { RpcFault } from '../rpc/faults.ts';
import { type Connections, connections } from './http.ts';
import type { Answer } from './problem.ts';
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
  /** Reads a growing log (`/logtail/…`) until the server ends it or the signal aborts, which is no problem. */
  follow(path: string, take: (bytes: Buffer) => void, signal: AbortSignal): Promise<Answer<undefined>>;
  /** Ends idle connections. */
  close(): void;
}

/** Seconds until a server that does not answer is given up. */
const defaultTimeout = 20;

/** Makes a client; nothing is connected before the first call. `timeout` is in seconds. */
export function connect(settings: ServerSettings, timeout: number = defaultTimeout): Client {
  const url = settings.serverurl;
  const server = findServer(settings);
  if (!server) {
    const answer: Answer<never> = { ok: false, problem: { kind: 'scheme' } };
    return { url, call: async () => answer, follow: async () => answer, close: () => {} };
  }
  const { connections: lines, headers } = server;
  return {
    url,
    async call<M extends Method>(method: M, ...params: Params<M>): Promise<Answer<Value<M>>> {
      const chunks: Buffer[] = [];
      const limit = new AbortController();
      const timer = isSlow(method) ? undefined : setTimeout(() => limit.abort(), timeout * 1000);
      const request = post(encodeCall(method, params as readonly XmlRpcValue[]), headers);
      const problem = await lines.send(request, bytes => chunks.push(bytes), limit.signal);
      clearTimeout(timer);
      if (limit.signal.aborted) return { ok: false, problem: { kind: 'silent', seconds: timeout } };
      if (problem) return { ok: false, problem };
      // The type is the method's own promise: it is Supervisor's interface, not checked again here.
      return decode(Buffer.concat(chunks).toString('utf8')) as Answer<Value<M>>;
    },
    async follow(path, take, signal) {
      const problem = await lines.send({ method: 'GET', path, headers }, take, signal);
      return problem && !signal.aborted ? { ok: false, problem } : { ok: true, value: undefined };
    },
    close: lines.close,
  };
}

/** A start waits for startsecs and a stop for stopwaitsecs, which only the server knows. */
function isSlow(method: Method): boolean {
  return /^supervisor\.(start|stop)/.test(method);
}

interface Server {
  readonly connections: Connections;
  /** What every request carries. */
  readonly headers: Readonly<Record<string, string>>;
}

function findServer({ serverurl, username, password }: ServerSettings): Server | undefined {
  if (serverurl.startsWith('unix://')) {
    const path = serverurl.slice('unix://'.length);
    // An empty path would be a port of the network to Node.
    if (path === '') return undefined;
    return server({ path }, 'localhost', username, password);
  }
  if (!serverurl.startsWith('http://') || !URL.canParse(serverurl)) return undefined;
  const url = new URL(serverurl);
  const address = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) };
  const [user, secret] = [url.username, url.password].map(unescaped);
  return server(address, url.host, username ?? user, password ?? secret);
}

function server(
  address: NetConnectOpts,
  host: string,
  username: string | undefined,
  password: string | undefined,
): Server {
  const credentials = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
  const authorization = username ? { Authorization: `Basic ${credentials}` } : undefined;
  return { connections: connections(address), headers: { Host: host, ...authorization } };
}

function post(body: string, headers: Server['headers']) {
  const length = Buffer.byteLength(body);
  const all = { ...headers, 'Content-Type': 'text/xml', 'Content-Length': length };
  return { method: 'POST', path: '/RPC2', headers: all, body } as const;
}

function decode(text: string): Answer<XmlRpcValue> {
  try {
    return { ok: true, value: decodeResponse(text) };
  } catch (error) {
    if (error instanceof RpcFault)
      return { ok: false, problem: { kind: 'fault', code: error.code, text: error.message } };
    // Whatever the decoder missed, the text was no answer of a supervisord.
    return { ok: false, problem: { kind: 'foreign' } };
  }
}
