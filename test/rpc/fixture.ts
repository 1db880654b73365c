import { EventEmitter, on } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { GroupSpec } from '../../machines/spec.ts';
import { type Answer, encodeAnswer } from '../../src/rpc/answer.ts';
import type { Credentials } from '../../src/rpc/auth.ts';
import type { Backend, Changes } from '../../src/rpc/backend.ts';
import { decodeResponse, encodeCall, wrapResponse, type XmlRpcValue } from '../../src/rpc/codec.ts';
import { dispatcher } from '../../src/rpc/dispatch.ts';
import type { Address } from '../../src/rpc/listen.ts';
import { logtailRoutes } from '../../src/rpc/logtail.ts';
import { supervisorMethods } from '../../src/rpc/methods.ts';
import type { Route } from '../../src/rpc/routes.ts';
import { xmlRpcRoute } from '../../src/rpc/rpc2.ts';
import { type HttpServer, openServer } from '../../src/rpc/server.ts';
import { at, startSupervisor } from '../machines/fake.ts';

/** A folder for one test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'statevisor-rpc-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** What a test's daemon was told to do besides its programs. */
export interface Done {
  readonly shutdowns: number;
  readonly reloads: number;
  readonly events: readonly (readonly [string, string])[];
  readonly cleared: readonly string[];
  readonly rotated: readonly string[];
}

/** The real machines over fake processes, as the RPC room sees them. The clock stands until a test moves it. */
export function fakeDaemon(groups: readonly GroupSpec[], over: Partial<Backend> = {}) {
  const tree = startSupervisor(groups);
  onTestFinished(() => {
    tree.root.stop();
  });
  const done = {
    shutdowns: 0,
    reloads: 0,
    events: [] as [string, string][],
    cleared: [] as string[],
    rotated: [] as string[],
  } satisfies Done;
  const files = new Map<string, string>();
  const written = new EventEmitter();
  const changes: Changes = { added: [], changed: [], removed: [] };
  const backend: Backend = {
    root: tree.root,
    identification: 'supervisor',
    pid: 4711,
    now: () => at(90_061_000),
    commandTrouble: () => undefined,
    logs: {
      main: () => files.get('main'),
      process: (group, name) => ({
        stdout: files.get(`${group}:${name}:stdout`),
        stderr: files.get(`${group}:${name}:stderr`),
      }),
      // The contract in its plainest form; the real reader has tests of its own.
      read: async (path, offset, length) => {
        const bytes = await readFile(path);
        const start = offset < 0 ? Math.max(0, bytes.length + offset) : offset;
        return bytes.subarray(start, length === 0 ? bytes.length : start + length);
      },
      tail: async (path, offset, length) => {
        const bytes = await readFile(path);
        const start = Math.max(0, bytes.length - length);
        return {
          bytes: bytes.subarray(start),
          offset: bytes.length,
          overflow: bytes.length > offset + length,
        };
      },
      async *follow(path, backlog, until) {
        const bytes = await readFile(path);
        yield bytes.subarray(Math.max(0, bytes.length - backlog));
        for await (const [more] of on(written, path, { signal: until })) yield Buffer.from(more);
      },
      clearMain: async () => {
        done.cleared.push('main');
      },
      clearProcess: async (group, name) => {
        done.cleared.push(`${group}:${name}`);
      },
      rotateMain: async () => {
        done.rotated.push('main');
      },
      rotateProcess: async (group, name) => {
        done.rotated.push(`${group}:${name}`);
      },
      dropped: () => ({ stdout: 7, stderr: 0 }),
    },
    reread: async () => changes,
    reload: async () => {
      done.reloads += 1;
    },
    shutdown: () => {
      done.shutdowns += 1;
      tree.root.send({ type: 'supervisor.shutdown' });
    },
    acceptsInput: () => true,
    remoteCommunication: (type, data) => {
      done.events.push([type, data]);
    },
    ...over,
  };
  const calls = dispatcher(backend, supervisorMethods(backend));
  return { ...tree, backend, calls, call: calls.call, done, files, written };
}

/** Gives a test's daemon a log file. */
export async function logFile(
  daemon: { readonly files: Map<string, string> },
  key: string,
  bytes: string | Uint8Array,
): Promise<string> {
  const path = join(await folder(), 'log');
  await writeFile(path, bytes);
  daemon.files.set(key, path);
  return path;
}

/** The lines that a server has written into the main log. */
const lines = () => {
  const written: string[] = [];
  return { written, log: (level: string, text: string) => void written.push(`${level} ${text}`) };
};

/** A server on a free port of the loopback, or where the test says. */
export async function openTestServer(
  routes: readonly Route[],
  { address, credentials }: { readonly address?: Address; readonly credentials?: Credentials } = {},
) {
  const { written, log } = lines();
  const server = await openServer({
    address: address ?? { kind: 'inet', host: '127.0.0.1', port: 0 },
    credentials,
    routes,
    log,
  });
  onTestFinished(() => server.close(0));
  return { server, logged: written, ask: (asked: Ask) => ask(server, asked) };
}

/** A daemon behind a server. */
export async function openTestDaemon(
  groups: readonly GroupSpec[] = [],
  options: Parameters<typeof openTestServer>[1] = {},
) {
  const daemon = fakeDaemon(groups);
  const { log } = lines();
  const routes = [xmlRpcRoute(daemon.call, log), ...logtailRoutes(daemon.backend)];
  return { ...daemon, ...(await openTestServer(routes, options)) };
}

/** One request. */
export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Uint8Array;
  readonly agent?: RequestOptions['agent'];
}

/** One response, read to its end. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks a server; rejects when there is no response. */
export function ask(
  server: HttpServer,
  { method, path = '/', headers = {}, body, agent }: Ask,
): Promise<Got> {
  const { address } = server;
  const where =
    address.kind === 'unix' ? { socketPath: address.path } : { host: address.host, port: address.port };
  return new Promise((resolve, reject) => {
    const length =
      body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': body.length };
    const sent = httpRequest(
      {
        ...where,
        path,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { ...length, ...headers },
        agent: agent ?? false,
      },
      response => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part: string) => {
            text += part;
          })
          .once('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          )
          .once('error', reject);
      },
    );
    sent.once('error', reject).end(body);
  });
}

/** A method call as a request. */
export const callOf = (method: string, ...params: readonly XmlRpcValue[]): Ask => ({
  path: '/RPC2',
  body: Buffer.from(encodeCall(method, params)),
  headers: { 'content-type': 'text/xml' },
});

/** The value that a response carries; throws its fault. */
export const answerOf = ({ body }: Got): XmlRpcValue => decodeResponse(body);

/** An answer as a client reads it. */
export const plain = (answer: Answer): XmlRpcValue => decodeResponse(wrapResponse(encodeAnswer(answer)));
