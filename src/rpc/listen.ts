import { chmodSync, chownSync, existsSync, lstatSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { constants } from 'node:os';
import { dirname } from 'node:path';

/** Where a server listens. */
export type Address =
  | {
      readonly kind: 'inet';
      /** A name or an address; undefined or '' is every interface. */
      readonly host: string | undefined;
      /** 0 takes any free one. */
      readonly port: number;
    }
  | {
      readonly kind: 'unix';
      readonly path: string;
      /** Octal; undefined is 0700. */
      readonly mode: number | undefined;
      readonly owner: { readonly uid: number; readonly gid: number } | undefined;
    };

/** Somebody else has the address; the message is Supervisor's. */
export class AddressTaken extends Error {
  override readonly name = 'AddressTaken';
  /** The path, or host and port. */
  readonly where: string;
  /** Whether nobody listens there: what has the path is no socket. */
  readonly byFile: boolean;

  constructor(address: Address, byFile = false) {
    super(
      'Another program is already listening on a port that one of our HTTP servers is configured to use.  ' +
        'Shut this program down first before starting supervisord.',
    );
    this.where = addressText(address);
    this.byFile = byFile;
  }
}

/** The address cannot be had; the message begins as Supervisor's. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';

  constructor(address: Address, cause: NodeJS.ErrnoException) {
    super(
      `Cannot open an HTTP server: socket.error reported ${reasonOf(address, cause)} for ${addressText(address)}`,
      { cause },
    );
  }
}

function reasonOf(address: Address, { errno, code, message }: NodeJS.ErrnoException): string {
  // libuv says EACCES where there is no such folder, as Windows does.
  if (code === 'EACCES' && address.kind === 'unix' && !existsSync(dirname(address.path)))
    return `errno.ENOENT (${constants.errno.ENOENT})`;
  return errno === undefined ? message : `errno.${code} (${-errno})`;
}

/** An address as a URL. */
export const addressText = (address: Address): string =>
  address.kind === 'unix' ? `unix://${address.path}` : `http://${address.host ?? '*'}:${address.port}`;

/**
 * Lets a server listen and promises the address that it got (with the port that a 0 became). A socket file without a
 * listener is replaced; any other file in its place is left alone. Rejects with `AddressTaken` or `CannotListen`.
 */
export async function listen(server: Server, address: Address, onStale: () => void): Promise<Address> {
  try {
    if (address.kind === 'unix') return await listenUnix(server, address, onStale);
    await bound(server, { host: address.host === '' ? undefined : address.host, port: address.port });
    return { ...address, port: (server.address() as AddressInfo).port };
  } catch (error) {
    // Whoever could not be given its owner must not go on listening.
    server.close();
    const cause = error as NodeJS.ErrnoException;
    if (cause.code !== 'EADDRINUSE') throw new CannotListen(address, cause);
    throw new AddressTaken(address, address.kind === 'unix' && !isSocket(address.path));
  }
}

type UnixAddress = Address & { kind: 'unix' };

async function listenUnix(server: Server, address: UnixAddress, onStale: () => void): Promise<Address> {
  const { path, mode = 0o700, owner } = address;
  if (isSocket(path) && !(await answers(path))) {
    onStale();
    rmSync(path, { force: true });
  }
  // The file is made by bind: nobody may connect before its mode and owner are set.
  const umask = process.umask(0o777);
  const listening = bound(server, { path });
  process.umask(umask);
  await listening;
  if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
  chmodSync(path, mode);
  return address;
}

const bound = (server: Server, where: { path?: string; host?: string; port?: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...where, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Whether somebody listens on a socket file; one that may not be asked counts as alive. */
const answers = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path);
    const settle = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED'));
  });
