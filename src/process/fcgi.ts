import { lookup } from 'node:dns/promises';
import { closeSync } from 'node:fs';
import { isIP } from 'node:net';
import type { FcgiSpec, Milliseconds } from '../../machines/spec.ts';
import { listenAtPath, listenAtPort } from './sockets.ts';

/** A socket cannot be made; the message is for spawnerr. */
export class SocketRefused extends Error {
  override readonly name = 'SocketRefused';
}

/** The sockets of FastCGI programs: one for all processes of a program, from the first start to the last end. */
export interface FcgiSockets {
  /** Gets ready for a program: looks its host up, where that is a name. */
  prepare(spec: FcgiSpec): void;
  /** The program's socket, which listens; it stays ours. Throws SocketRefused. */
  descriptor(program: string, spec: FcgiSpec): number;
  /** Notes whether a process of the program lives, or will soon live again. The last one's end closes the socket. */
  note(program: string, process: string, life: 'lives' | 'comes back' | 'gone'): void;
}

interface Open {
  readonly fd: number;
  readonly url: string;
}

/** How long a socket waits for a process that comes back: one that ended at once is started once a second. */
const RESPITE: Milliseconds = 2000;

/** Makes the sockets' keeper. `log` is told when one is created and closed, in Supervisor's words. */
export function createFcgiSockets(log: (text: string) => void): FcgiSockets {
  const open = new Map<string, Open>();
  const live = new Map<string, Set<string>>();
  const addresses = new Map<string, string>();
  const respites = new Map<string, NodeJS.Timeout>();

  const closeUnused = (program: string) => {
    const socket = open.get(program);
    if (socket === undefined || (live.get(program)?.size ?? 0) > 0) return;
    log(`Closing socket ${socket.url}`);
    open.delete(program);
    closeSync(socket.fd);
  };

  return {
    prepare({ socket }) {
      const host = tcpOf(socket)?.host;
      if (host === undefined || isIP(host) !== 0) return;
      lookup(host, { family: 4 }).then(
        ({ address }) => addresses.set(host, address),
        // Its start will say that the host is not known.
        () => addresses.delete(host),
      );
    },
    descriptor(program, spec) {
      const known = open.get(program);
      if (known !== undefined) return known.fd;
      log(`Creating socket ${spec.socket}`);
      const fd = create(spec, host => (isIP(host) === 0 ? addresses.get(host) : host));
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
      // An exit with a restart behind it does not close: clients would be refused in between.
      if (life === 'comes back') respites.set(program, setTimeout(closeUnused, RESPITE, program).unref());
      else setImmediate(closeUnused, program);
    },
  };
}

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
