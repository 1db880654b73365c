import { accessSync, constants, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

/** What doctor asks about the machine that it runs on; a fake in tests. */
export interface Machine {
  /** What stands at a path. */
  kind(path: string): 'missing' | 'socket' | 'folder' | 'other' | 'hidden';
  /** Whether this user may read and write it. */
  isUsable(path: string): boolean;
  /** The text of a file, or undefined when it cannot be read. */
  read(path: string): string | undefined;
  /** The processes, as far as this user may see them. */
  processes(): readonly SeenProcess[];
  /** The pid and name of the process that listens on a local TCP port, if it can be seen. */
  listener(port: number): SeenProcess | undefined;
  /** Whether a host is this machine. */
  isLocal(host: string): boolean;
}

/** A process as /proc shows it. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** SUPERVISOR_GROUP_NAME and SUPERVISOR_PROCESS_NAME of its environment, if any, as group:name. */
  readonly supervised: string | undefined;
}

/** This machine, by way of /proc and the file system. */
export const thisMachine: Machine = {
  kind(path) {
    const found = attempt(() => statSync(path));
    if (typeof found === 'string') return found === 'EACCES' || found === 'EPERM' ? 'hidden' : 'missing';
    if (found.isSocket()) return 'socket';
    return found.isDirectory() ? 'folder' : 'other';
  },
  isUsable: path => typeof attempt(() => accessSync(path, constants.R_OK | constants.W_OK)) !== 'string',
  read: path => readText(path),
  processes: () => pids().flatMap(pid => seen(pid) ?? []),
  listener(port) {
    const inode = listeningInode(port);
    const pid = inode && pids().find(each => holds(each, inode));
    return pid ? seen(pid) : undefined;
  },
  isLocal: host =>
    host === 'localhost' || host === '0.0.0.0' || (isIP(host) > 0 && /^(127\.|::1$)/.test(host)),
};

/** What the kernel refuses is an answer here (its code), not an error: most of /proc belongs to others. */
function attempt<Result>(ask: () => Result): Result | string {
  try {
    return ask();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

function readText(path: string): string | undefined {
  const text = attempt(() => readFileSync(path));
  return typeof text === 'string' ? undefined : text.toString('utf8');
}

function pids(): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);
}

function seen(pid: number): SeenProcess | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold spaces and parentheses itself.
  const [, parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const command = (readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
  return { pid, parent: Number(parent), command, supervised: supervisedName(pid) };
}

function supervisedName(pid: number): string | undefined {
  const environment = (readText(`/proc/${pid}/environ`) ?? '').split('\0');
  const value = (name: string) =>
    environment.find(each => each.startsWith(`${name}=`))?.slice(name.length + 1);
  const name = value('SUPERVISOR_PROCESS_NAME');
  return name && `${value('SUPERVISOR_GROUP_NAME') ?? name}:${name}`;
}

/** The kernel's number of the socket that listens on that port. */
function listeningInode(port: number): string | undefined {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (readText(path) ?? '').split('\n')) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && local?.endsWith(`:${hexadecimal}`)) return inode;
    }
  }
  return undefined;
}

function holds(pid: number, inode: string): boolean {
  const names = attempt(() => readdirSync(`/proc/${pid}/fd`));
  if (typeof names === 'string') return false;
  return names.some(name => attempt(() => readlinkSync(`/proc/${pid}/fd/${name}`)) === `socket:[${inode}]`);
}
