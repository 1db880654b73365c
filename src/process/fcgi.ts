import { lookup } from 'node:dns/promises';
import { closeSync } from 'node:fs';
import { isIP } from 'node:net';
import type { FcgiSpec, Milliseconds } from '../../machines/spec.ts';
import { listenAtPath, listenAtPort } from './sockets.ts';

/** A socket cannot be made; the message is for spawnerr. */
export class SocketRefused extends Error {
  override readonly name = 'SocketRefused';
}

/** What becomes of a process that is no more: it comes back by itself, it may be started again at once, or neither. */
export type Life = 'lives' | 'comes back' | 'stopped' | 'gone';

/** The sockets of FastCGI programs: one for all processes of a program, from the first start to the last end. */
export interface FcgiSockets {
  /** Gets ready for a program: looks its host up, where that is a name. */
  prepare(spec: FcgiSpec): void;
  /** The program's socket, which listens; it stays ours. Throws SocketRefused. */
  descriptor(program: string, spec: FcgiSpec): number;
  /** Notes what became of a process of the program. The last one's end closes the socket. */
  note(program: string, process: string, life: Life): void;
  /** Closes a program's socket: the program is no more. */
  close(program: string): void;
}

interface Open {
  readonly fd: number;
  readonly url: string;
}

/**
 * How long a socket waits for another process. One that comes back and ended at once is started once a second; an
 * operator's restart is a stop and a start that follows it.
 */
const RESPITES: Readonly<Partial<Record<Life, Milliseconds>>> = { 'comes back': 2000, stopped: 1000 };

/** Makes the sockets' keeper. `log` is told when one is created and closed, in Supervisor's words. */
export function createFcgiSockets(log: (text: string) => void): FcgiSockets {
  const open = new Map<string, Open>();
  const live = new Map<string, Set<string>>();
  const addresses = new Map<string, string>();
  const respites = new Map<string, NodeJS.Timeout>();

  const close = (program: string) => {
    const socket = open.get(program);
    if (socket === undefined) return;
    log(`Closing socket ${socket.url}`);
    open.delete(program);
    closeSync(socket.fd);
  };
  const closeUnused = (program: string) => {
    if ((live.get(program)?.size ?? 0) === 0) close(program);
  };

  const lookUp = (host: string) =>
    void lookup(host, { family: 4 }).then(
      ({ address }) => addresses.set(host, address),
      // Its start will say that the host is not known.
      () => addresses.delete(host),
    );
  const addressOf = (host: string) => {
    const address = literal(host) ?? addresses.get(host);
    // For the next try: a machine that has just been started learns names after a while.
    if (address === undefined) lookUp(host);
    return address;
  };

  return {
    prepare({ socket }) {
      const host = tcpOf(socket)?.host;
      if (host !== undefined && literal(host) === undefined) lookUp(host);
    },
    descriptor(program, spec) {
      const known = open.get(program);
      if (known?.url === spec.socket) return known.fd;
      close(program);
      log(`Creating socket ${spec.socket}`);
      const fd = create(spec, addressOf);
      open.set(program, { fd, url: spec.socket });
      return fd;
    },
    note(program, process, life) {
      const members = live.get(program) ?? new Set();
      live.set(program, members);
      if (life === 'lives') members.add(process);
      else members.delete(process);
      clearTimeout(respites.get(program));
      if (members.size > 0) return;
      // Clients would be refused in between.
      const respite = RESPITES[life];
      if (respite === undefined) setImmediate(closeUnused, program);
      else respites.set(program, setTimeout(closeUnused, respite, program).unref());
    },
    close(program) {
      clearTimeout(respites.get(program));
      live.delete(program);
      close(program);
    },
  };
}

/** The address of a host that needs no look-up. */
const literal = (host: string): string | undefined => {
  if (host === 'localhost') return '127.0.0.1';
  return isIP(host) === 0 ? undefined : host;
};

const tcpOf = (url: string) => {
  const [, host, port] = /^tcp:\/\/(.*):(\d+)$/.exec(url) ?? [];
  return host === undefined || port === undefined
    ? undefined
    : { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
};

function create(spec: FcgiSpec, addressOf: (host: string) => string | undefined): number {
  const { socket, socket_backlog: backlog, socket_mode: mode, socket_owner: owner } = spec;
  const tcp = tcpOf(socket);
  try {
    if (tcp === undefined)
      return listenAtPath({ path: socket.slice('unix://'.length), mode, owner }, backlog);
    const address = addressOf(tcp.host);
    if (address === undefined) throw new Error('unknown host');
    return listenAtPort(address, tcp.port, backlog);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SocketRefused(`Could not create FastCGI socket ${socket}: ${code ?? message}`, {
      cause: error,
    });
  }
}
