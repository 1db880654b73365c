import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Milliseconds } from '../../machines/spec.ts';
import { type Authenticator, authenticator, type Credentials } from './auth.ts';
import { type Address, addressText, listen } from './listen.ts';
import { type Distance, refusal } from './origin.ts';
import { isPassword } from './password.ts';
import { HttpError, replyStatus } from './reply.ts';
import { findRoute, type Route } from './routes.ts';
import { type Throttle, throttle } from './throttle.ts';

/** Writes a line into the main log. */
export type Log = (level: 'critical' | 'error' | 'warn' | 'info' | 'debug' | 'trace', text: string) => void;

/** What a server is made from. */
export interface ServerOptions {
  readonly address: Address;
  /** undefined lets everybody in. */
  readonly credentials: Credentials | undefined;
  readonly routes: readonly Route[];
  readonly log: Log;
  /** Whether the next clients would take the last descriptors: those that are idle are disconnected then. */
  readonly isCrowded?: () => boolean;
  /** Takes over a connection that asks for another protocol, once its sender was let in; without it nobody may ask. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** A server that listens. */
export interface HttpServer {
  /** Where it listens, with the port that a 0 became. */
  readonly address: Address;
  /** Accepts nobody any more and lets requests end; after `within` milliseconds it cuts those that have not. */
  close(within: Milliseconds): Promise<void>;
}

/** Kept connections are closed when nobody has asked for so long. */
const keepAliveTimeout: Milliseconds = 600_000;
/** A request must have arrived by then, its body included. */
const requestTimeout: Milliseconds = 120_000;
/** After so long a silence the kernel asks whether a client is still there: a follower of a quiet log never says so. */
const keepAliveInitialDelay: Milliseconds = 60_000;
/** So many at once: the daemon's file descriptors belong to its programs' logs first. */
const maxConnections = 512;

/** Opens a server; rejects with `AddressTaken` or `CannotListen`. */
export async function openServer(options: ServerOptions): Promise<HttpServer> {
  const { address, credentials, log } = options;
  if (credentials !== undefined && !isPassword(credentials.password)) {
    log(
      'critical',
      `${addressText(address)}: its password is no {SCRYPT} text as hash-password makes it: nobody is let in`,
    );
  }
  const { answer, upgrade } = answerer(options);
  // Scripts that write their HTTP themselves often tell no Host: Supervisor has never asked for it.
  const server = createServer(
    { keepAliveTimeout, requestTimeout, requireHostHeader: false, keepAlive: true, keepAliveInitialDelay },
    answer,
  );
  server.maxConnections = maxConnections;
  server.on('connection', () => {
    if (options.isCrowded?.()) server.closeIdleConnections();
  });
  if (options.upgrade !== undefined) server.on('upgrade', upgrade);
  const got = await listen(server, address, () =>
    log('critical', `Unlinking stale socket ${pathOf(address)}`),
  );
  server.on('error', error => log('error', `${addressText(got)}: ${error.message}`));
  return { address: got, close: within => close(server, within) };
}

const pathOf = (address: Address): string => (address.kind === 'unix' ? address.path : addressText(address));

function close(server: Server, within: Milliseconds): Promise<void> {
  return new Promise(resolve => {
    const cut = setTimeout(() => server.closeAllConnections(), within);
    // Closing removes a unix socket's file as well.
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}

interface Answerer {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** The way of each request: is its sender in time-out, may it come in, from that page, and whose is its path. */
function answerer({ address, credentials, routes, log, upgrade }: ServerOptions): Answerer {
  const open = credentials === undefined;
  const admits = authenticator(credentials);
  const doorman: Doorman = { admits, failures: throttle(), counted: new WeakSet(), address, open };
  const report = (error: unknown, request: IncomingMessage, response: ServerResponse) => {
    if (error instanceof HttpError) return answerStatus(response, error.status);
    log('error', `${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`);
    answerStatus(response, 500);
  };
  const pass = (request: IncomingMessage, response: ServerResponse): void | Promise<void> => {
    const route = findRoute(routes, request.url ?? '/');
    if (route === undefined) return replyStatus(response, 404);
    const method = route.changes?.(request) ? 'POST' : (request.method ?? 'GET');
    if (mayPass(method, route.path, request, response)) return route.handle(request, response);
  };
  const mayPass = (method: string, path: string, request: IncomingMessage, response: ServerResponse) => {
    // Where it comes from counts for an open server alone, and costs a call of the system's.
    const distance = open ? distanceOf(request, address) : 'network';
    const why = refusal({ method, headers: request.headers, distance, open });
    if (why === undefined) return true;
    log('warn', `${request.method} ${path} refused: it comes from another site's page (${why})`);
    replyStatus(response, 403);
    return false;
  };
  const enter = (
    request: IncomingMessage,
    response: ServerResponse,
    go: () => void | Promise<void>,
  ): void => {
    // An answer that its client does not wait for is no news.
    response.on('error', () => {});
    const fail = (error: unknown) => report(error, request, response);
    try {
      const admitted = admit(doorman, request, response);
      if (admitted === true) go()?.catch(fail);
      else if (admitted !== false) admitted.then(yes => (yes ? go() : undefined)).catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  return {
    answer: (request, response) => enter(request, response, () => pass(request, response)),
    upgrade: (request, socket, head) => {
      const response = refusalOf(request, socket);
      enter(request, response, () => {
        // What is sent through it is read by whoever opened it: another site's page may not, as it may not change.
        if (!mayPass('POST', request.url ?? '/', request, response)) return;
        response.detachSocket(socket as Socket);
        upgrade?.(request, socket, head);
      });
    },
  };
}

/** A response for a connection that left HTTP: it can say no, and ends the connection then. */
function refusalOf(request: IncomingMessage, socket: Duplex): ServerResponse {
  // Whoever hangs up meanwhile is gone, and that is all.
  socket.on('error', () => socket.destroy());
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  response.once('finish', () => socket.end());
  return response;
}

interface Doorman {
  readonly admits: Authenticator;
  readonly failures: Throttle;
  /** The checks under way that are counted as failed already. */
  readonly counted: WeakSet<Promise<boolean>>;
  readonly address: Address;
  readonly open: boolean;
}

/** Lets a request in, or answers 401 or 429 itself. At once where it can: most requests bring no new password. */
function admit(
  doorman: Doorman,
  request: IncomingMessage,
  response: ServerResponse,
): boolean | Promise<boolean> {
  const { admits, failures, counted, address, open } = doorman;
  if (open) return true;
  // Clients of a unix socket have no address of their own; the file's mode chooses among them.
  const from = address.kind === 'inet' ? request.socket.remoteAddress : undefined;
  if (from !== undefined && failures.isBlocked(from)) {
    replyStatus(response, 429, { 'Retry-After': 1, Connection: 'close' });
    return false;
  }
  const answer = admits(request.headers.authorization);
  if (answer === true) return true;
  // It guesses nothing: a browser's first request, or a probe's, must not lock out who knows the password.
  if (answer === false) return refuseEntry(response);
  // Counted before it is known: many guesses that are checked at once would all come before the first failure.
  // Clients that bring the same password at once share one check, which counts once.
  const counts = from !== undefined && !counted.has(answer);
  if (counts) failures.failed(from);
  counted.add(answer);
  return answer.then(isGood => {
    if (isGood && counts) failures.takeBack(from);
    return isGood || refuseEntry(response);
  });
}

function refuseEntry(response: ServerResponse): false {
  replyStatus(response, 401, { 'WWW-Authenticate': 'Basic realm="default"', Connection: 'close' });
  return false;
}

function distanceOf(request: IncomingMessage, address: Address): Distance {
  if (address.kind === 'unix') return 'unix';
  const here = request.socket.localAddress ?? '';
  return /^(::ffff:)?127\.|^::1$/.test(here) ? 'loopback' : 'network';
}

/** An answer that has begun can only be cut off: its client then sees that it is not whole. */
function answerStatus(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else replyStatus(response, status);
}
