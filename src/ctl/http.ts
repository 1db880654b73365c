// HTTP by hand: loading and warming up node:http takes 7 ms, as long as all the rest of a short command.

import type { NetConnectOpts, Socket } from 'node:net';
import { connectionProblem, type Problem } from './problem.ts';
import { ResponseReader } from './response.ts';

/** A request, ready to be written. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string;
}

/** Connections to one server, used again while the server keeps them open. */
export interface Connections {
  /** Sends a request and passes the body of a 200 on as it comes; promises what went wrong, or undefined. */
  send(
    request: HttpRequest,
    take: (bytes: Buffer) => void,
    signal: AbortSignal,
  ): Promise<Problem | undefined>;
  /** Ends the connections that are not in use. */
  close(): void;
}

/** Makes the connections; none is opened before the first request. */
export function connections(address: NetConnectOpts): Connections {
  const idle = new Set<Socket>();

  async function open(): Promise<Socket> {
    for (const socket of idle) {
      idle.delete(socket);
      return socket;
    }
    // Loaded here so that help and usage errors start without it.
    const { connect } = await import('node:net');
    const socket = connect(address);
    socket.setNoDelay(true);
    socket.once('close', () => idle.delete(socket));
    // What happens to a socket between requests is no matter of theirs; without a listener it would be thrown.
    socket.on('error', () => {});
    return socket;
  }

  return {
    async send(request, take, signal) {
      const socket = await open();
      const { problem, isReusable } = await exchange(socket, request, take, signal);
      if (isReusable) idle.add(socket);
      else socket.destroy();
      return problem;
    },
    close() {
      for (const socket of idle) socket.destroy();
    },
  };
}

interface Exchanged {
  readonly problem?: Problem | undefined;
  readonly isReusable: boolean;
}

function exchange(
  socket: Socket,
  request: HttpRequest,
  take: (bytes: Buffer) => void,
  signal: AbortSignal,
): Promise<Exchanged> {
  return new Promise(resolve => {
    const reader = new ResponseReader(bytes => {
      if (reader.status === 200) take(bytes);
    });
    const finish = (problem?: Problem) => {
      for (const [name, listener] of Object.entries(listeners)) socket.off(name, listener);
      signal.removeEventListener('abort', abort);
      resolve({
        problem: problem ?? statusProblem(reader.status),
        isReusable: !problem && reader.keepsAlive,
      });
    };
    const abort = () => finish({ kind: 'reset' });
    const listeners = {
      data: (bytes: Buffer) => {
        reader.push(bytes);
        if (reader.isDone) finish();
        else if (reader.isForeign) finish({ kind: 'foreign' });
      },
      error: (error: Error) => finish(connectionProblem(error)),
      close: () => {
        reader.end();
        finish(reader.isDone ? undefined : { kind: 'reset' });
      },
    };
    for (const [name, listener] of Object.entries(listeners)) socket.on(name, listener);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.write(written(request));
  });
}

function written({ method, path, headers, body }: HttpRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

function statusProblem(status: number): Problem | undefined {
  if (status === 200) return undefined;
  return status === 401 ? { kind: 'unauthorized' } : { kind: 'status', status };
}
