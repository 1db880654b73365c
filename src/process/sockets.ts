import { chmodSync, chownSync, closeSync, unlinkSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { listen, type SocketAddress } from './foreign.ts';

/** What a unix socket's file is made with. */
export interface SocketFile {
  readonly path: string;
  /** Octal; undefined leaves what the umask makes of 0o777. */
  readonly mode: number | undefined;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/** The longest queue of connections that nobody accepted yet; the kernel cuts it to its own limit. */
const BACKLOG = 4096;

/**
 * Listens at a path, in place of whatever socket was there, and answers the descriptor. Throws an error with errno's
 * name in `code`, and leaves no file behind then.
 */
export function listenAtPath(file: SocketFile, backlog = BACKLOG): number {
  const path = Buffer.from(`${file.path}\0`);
  // sun_path has 108 bytes, the final NUL among them.
  if (path.byteLength > 108)
    throw Object.assign(new Error(`${file.path} is too long for a socket`), { code: 'ENAMETOOLONG' });
  remove(file.path);
  const fd = listen({ family: 'unix', bytes: Buffer.concat([word(1), path]) }, backlog);
  try {
    if (file.mode !== undefined) chmodSync(file.path, file.mode);
    if (file.owner) chownSync(file.path, file.owner.uid, file.owner.gid);
    return fd;
  } catch (error) {
    closeSync(fd);
    remove(file.path);
    throw error;
  }
}

/** Listens at an IP address and port, and answers the descriptor. Throws an error with errno's name in `code`. */
export const listenAtPort = (ip: string, port: number, backlog = BACKLOG): number =>
  listen(inetAddress(ip, port), backlog);

function inetAddress(ip: string, port: number): SocketAddress {
  const portBytes = Uint8Array.of(port >> 8, port & 0xff);
  if (isIPv4(ip)) {
    const host = Uint8Array.from(ip.split('.').map(Number));
    return { family: 'inet', bytes: Buffer.concat([word(2), portBytes, host, Buffer.alloc(8)]) };
  }
  if (!isIPv6(ip)) throw Object.assign(new Error(`${ip} is no IP address`), { code: 'EINVAL' });
  const flowAndHostAndScope = Buffer.concat([Buffer.alloc(4), inet6Bytes(ip), Buffer.alloc(4)]);
  return { family: 'inet6', bytes: Buffer.concat([word(10), portBytes, flowAndHostAndScope]) };
}

/** sa_family: two bytes as this machine orders them. */
const word = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer);

function inet6Bytes(ip: string): Buffer {
  // A URL writes any IPv6 address in its shortest form, hexadecimal throughout.
  const [head = '', tail] = new URL(`http://[${ip}]/`).hostname.slice(1, -1).split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0);
  return Buffer.from([...front, ...zeros, ...back].flatMap(group => [group >> 8, group & 0xff]));
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
