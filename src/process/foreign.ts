import { closeSync } from 'node:fs';
import type { Pid } from '../../machines/spec.ts';
import { callback, checked, ForeignError, has, lastError, native, perhaps } from './libc.ts';

/** Every call into libc that Node has no word for, each a small typed function. A call that fails throws a ForeignError. */

/** Makes a FIFO; `mode` is cut by the umask. */
export const mkfifo = (path: string, mode: number): void => {
  checked('int mkfifo(const char *path, unsigned int mode)', path, mode);
};

/** A pipe whose two ends are closed on exec. */
export function pipe(): { readonly read: number; readonly write: number } {
  const ends = new Int32Array(2);
  const O_CLOEXEC = 0o2000000;
  checked('int pipe2(int *ends, int flags)', ends, O_CLOEXEC);
  return { read: ends[0] as number, write: ends[1] as number };
}

/** From now on orphaned descendants become children of this process, not of PID 1. */
export const becomeSubreaper = (): void => {
  const PR_SET_CHILD_SUBREAPER = 36;
  checked(
    'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
    PR_SET_CHILD_SUBREAPER,
    1,
    0,
    0,
    0,
  );
};

/** A status of waitpid's that reports an end. */
export interface WaitStatus {
  /** The exit status, or -1 for a death by signal. */
  readonly exitstatus: number;
  /** The number of the signal that killed it, 0 for none. */
  readonly signal: number;
  /** Whether the kernel wrote what it was to a file. */
  readonly core: boolean;
}

const WNOHANG = 1;
const statusCell = new Int32Array(1);

/** Takes the status of a child that has ended; undefined while it lives and when it is no child of ours. */
export function waitpid(pid: Pid): WaitStatus | undefined {
  const reaped = native('int waitpid(int pid, int *status, int options)')(pid, statusCell, WNOHANG);
  if (reaped !== pid) return undefined;
  const status = statusCell[0] as number;
  const signal = status & 0x7f;
  return { exitstatus: signal === 0 ? (status >> 8) & 0xff : -1, signal, core: (status & 0x80) !== 0 };
}

/** Whether this child has ended and was not waited for yet, which stays so. */
export const hasEnded = (pid: Pid): boolean => peek('one', pid) === pid;

/** The pid of some child that has ended and was not waited for yet, which stays so; 0 for none. */
export const peekEnded = (): Pid => peek('any', 0);

const siginfo = new Int32Array(32);
// The kernel aligns the union in siginfo_t to a pointer: si_pid is the fifth int on 64 bits, the fourth on 32.
const SI_PID = process.arch === 'arm' || process.arch === 'ia32' ? 3 : 4;

function peek(which: 'any' | 'one', pid: Pid): Pid {
  const kinds = { any: 0, one: 1 } as const;
  const WEXITED = 4;
  const WNOWAIT = 0x01000000;
  siginfo[SI_PID] = 0;
  const call = native('int waitid(int kind, unsigned int id, void *info, int options)');
  // -1 here is ECHILD: no such child, so none that has ended.
  return call(kinds[which], pid, siginfo, WEXITED | WNOHANG | WNOWAIT) === 0
    ? (siginfo[SI_PID] as number)
    : 0;
}

/** The limits of the kernel that minfds and minprocs are about. */
const RESOURCES = { nofile: 7, nproc: 6 } as const;

/** A limit by name: open files, or processes of one user. */
export type Resource = keyof typeof RESOURCES;

/** A soft and a hard limit; Infinity is "unlimited". */
export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

const UNLIMITED = 2n ** 64n - 1n;
const fromRlim = (value: bigint): number => (value === UNLIMITED ? Number.POSITIVE_INFINITY : Number(value));
const toRlim = (value: number): bigint => (value === Number.POSITIVE_INFINITY ? UNLIMITED : BigInt(value));

// glibc has limits of 64 bits by these names on every machine; to musl, whose limits are never smaller, they are foreign.
const GETRLIMIT = ['int getrlimit64(int resource, void *limit)', 'int getrlimit(int resource, void *limit)'];
const SETRLIMIT = [
  'int setrlimit64(int resource, const void *limit)',
  'int setrlimit(int resource, const void *limit)',
];
const PRLIMIT = [
  'int prlimit64(int pid, int resource, const void *limit, void *old)',
  'int prlimit(int pid, int resource, const void *limit, void *old)',
];

/** The limit that this process has. */
export function getrlimit(resource: Resource): Limit {
  const cells = new BigUint64Array(2);
  checked(GETRLIMIT, RESOURCES[resource], cells);
  return { soft: fromRlim(cells[0] as bigint), hard: fromRlim(cells[1] as bigint) };
}

/** Sets the limit of this process, and of the children that it starts from now on. */
export const setrlimit = (resource: Resource, limit: Limit): void => {
  const cells = BigUint64Array.of(toRlim(limit.soft), toRlim(limit.hard));
  checked(SETRLIMIT, RESOURCES[resource], cells);
};

/** Lowers the soft limit of open files of a child that runs already; one that has ended needs none. */
export const limitOpenFiles = (pid: Pid, soft: number): void => {
  const { hard } = getrlimit('nofile');
  const cells = BigUint64Array.of(toRlim(Math.min(soft, hard)), toRlim(hard));
  if (native(PRLIMIT)(pid, RESOURCES.nofile, cells, null) === -1 && lastError() !== 'ESRCH') {
    throw new ForeignError('prlimit64', lastError());
  }
};

const FCNTL = 'int fcntl(int fd, int command, int value)';

/** Asks for a pipe of at least `bytes`; answers what the kernel gave. */
export const setPipeSize = (fd: number, bytes: number): number => {
  const F_SETPIPE_SZ = 1031;
  return checked(FCNTL, fd, F_SETPIPE_SZ, bytes);
};

// struct pollfd: the descriptor, what is asked for, and what is answered.
const pollfd = new Int32Array(2);
const pollEvents = new Int16Array(pollfd.buffer, 4);

/** What poll(2) says of a descriptor without waiting: of what was asked for, and errors. */
function poll(fd: number, events: number): number {
  pollfd[0] = fd;
  pollEvents[0] = events;
  const call = native('int poll(void *fds, unsigned long count, int timeout)');
  // A signal that has just come interrupts even what does not wait.
  while (call(pollfd, 1, 0) === -1) if (lastError() !== 'EINTR') throw new ForeignError('poll', lastError());
  return pollEvents[1] as number;
}

/** Whether anybody can still read what is written into this end of a pipe. */
export const hasReader = (fd: number): boolean => {
  const POLLERR = 0x08;
  return (poll(fd, 0) & POLLERR) === 0;
};

/** Whether there is something to read. To read and be refused costs ten times as much: Node makes an error of it. */
export const isReadable = (fd: number): boolean => {
  const POLLIN = 0x01;
  return (poll(fd, POLLIN) & POLLIN) !== 0;
};

/** Whether the descriptor is closed on exec. */
export const closesOnExec = (fd: number): boolean => {
  const F_GETFD = 1;
  return (checked(FCNTL, fd, F_GETFD, 0) & 1) === 1;
};

/** Lets a descriptor be closed on exec, or be kept. */
export const setCloseOnExec = (fd: number, closes: boolean): void => {
  const F_SETFD = 2;
  checked(FCNTL, fd, F_SETFD, closes ? 1 : 0);
};

/** The session of a process; 0 asks for this one's. */
export const getsid = (pid: Pid): number => checked('int getsid(int pid)', pid);

/** Replaces this process's image; returns only by throwing. Descriptors that are to live on must be kept first. */
export const execv = (path: string, argv: readonly string[]): void => {
  checked('int execv(const char *path, const char **argv)', path, [...argv, null]);
};

const MALLOPT = 'int mallopt(int what, int value)';
const MALLOC = { trim_threshold: -1, arena_max: -8 } as const;

/**
 * From now on what malloc is given back goes back to the kernel, and threads that have no arena of their own yet share
 * one. glibc itself would keep up to 64 MiB for each, and malloc_trim leaves the ends of those that threads have.
 */
export function saveMemory(): void {
  perhaps(MALLOPT, MALLOC.arena_max, 1);
  perhaps(MALLOPT, MALLOC.trim_threshold, 128 * 1024);
}

/** Gives the memory that malloc holds free back to the kernel. */
export const trimMemory = (): void => perhaps('int malloc_trim(size_t pad)', 0);

const EPOLL_OPERATIONS = { add: 1, forget: 2, arm: 3 } as const;
/** EPOLLIN, and EPOLLONESHOT: told once, then not until it is armed again. */
const EPOLL_ONCE_READABLE = 0x01 | (1 << 30);
// struct epoll_event is packed on Intel's machines only.
const EPOLL_EVENT =
  process.arch === 'x64' || process.arch === 'ia32' ? { size: 12, data: 4 } : { size: 16, data: 8 };
const epollEvent = Buffer.alloc(EPOLL_EVENT.size);
const epollEvents = Buffer.alloc(64 * EPOLL_EVENT.size);

/** A set of descriptors that the kernel watches: itself a descriptor, readable while any of them is. */
export const createEpoll = (): number => checked('int epoll_create1(int flags)', 0o2000000);

/** Watches for `fd` being readable, once; or does so again; or no more. */
export const controlEpoll = (epoll: number, operation: keyof typeof EPOLL_OPERATIONS, fd: number): void => {
  epollEvent.writeUInt32LE(EPOLL_ONCE_READABLE, 0);
  epollEvent.writeInt32LE(fd, EPOLL_EVENT.data);
  const control = 'int epoll_ctl(int epoll, int operation, int fd, void *event)';
  checked(control, epoll, EPOLL_OPERATIONS[operation], fd, epollEvent);
};

/** The descriptors that became readable, without waiting; some of them where there are many. */
export const readableOf = (epoll: number): readonly number[] => {
  const wait = 'int epoll_wait(int epoll, void *events, int most, int timeout)';
  const count = checked(wait, epoll, epollEvents, epollEvents.length / EPOLL_EVENT.size, 0);
  return Array.from({ length: count }, (_, index) =>
    epollEvents.readInt32LE(index * EPOLL_EVENT.size + EPOLL_EVENT.data),
  );
};

const UV_INIT = 'int uv_poll_init(void *loop, void *handle, int fd)';
const UV_START = 'int uv_poll_start(void *handle, int events, void *call)';

/** Whether this Node shows the functions of its libuv, as those from nodejs.org and of distributions do. */
export const canPoll = (): boolean => has(UV_INIT) && has(UV_START);

/**
 * Lets Node's event loop watch a descriptor that Node has no class for, from now on: libuv is within Node and its
 * functions are public. Calls back in a turn of the loop while the descriptor is readable. Gives two switches.
 */
export function pollReadable(fd: number, onReadable: () => void): { start(): void; stop(): void } {
  const [UV_POLL, UV_READABLE] = [8, 1];
  const handle = Buffer.alloc(native('size_t uv_handle_size(int type)')(UV_POLL));
  native(UV_INIT)(native('void *uv_default_loop()')(), handle, fd);
  const onEvents = callback('void StatevisorPoll(void *handle, int status, int events)', onReadable);
  return {
    start: () => void native(UV_START)(handle, UV_READABLE, onEvents),
    stop: () => void native('int uv_poll_stop(void *handle)')(handle),
  };
}

// syslog(3) keeps the pointer that openlog was given, so the memory must live as long as the process.
let syslogIdentity: Buffer | undefined;

/** Names this process in the system's log. `facility` is the number of syslog(3), already shifted. */
export const openlog = (identity: string, facility: number): void => {
  syslogIdentity = Buffer.from(`${identity}\0`);
  native('void openlog(const void *identity, int options, int facility)')(syslogIdentity, 0, facility);
};

/** Sends a line to the system's log. `priority` is a level of syslog(3), 3 for errors, 6 for information. */
export const syslog = (priority: number, line: string): void => {
  native('void syslog(int priority, const char *format, ...)')(priority, '%s', 'const char *', line);
};

/** An address for bind(2), as the kernel lays it out. */
export type SocketAddress = { readonly family: 'unix' | 'inet' | 'inet6'; readonly bytes: Uint8Array };

const FAMILIES = { unix: 1, inet: 2, inet6: 10 } as const;

/** A blocking listening stream socket that Node knows nothing of, so that only the children accept from it. */
export function listen(address: SocketAddress, backlog: number): number {
  const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
  const fd = checked(
    'int socket(int family, int type, int protocol)',
    FAMILIES[address.family],
    SOCK_STREAM_CLOEXEC,
    0,
  );
  try {
    if (address.family !== 'unix') reuseAddress(fd);
    const { bytes } = address;
    checked('int bind(int fd, const void *address, unsigned int length)', fd, bytes, bytes.byteLength);
    checked('int listen(int fd, int backlog)', fd, backlog);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function reuseAddress(fd: number): void {
  const [SOL_SOCKET, SO_REUSEADDR] = [1, 2];
  const setsockopt = 'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)';
  checked(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, Int32Array.of(1), 4);
}

/** Sends one datagram to a unix socket; `address` is a sockaddr_un as the kernel lays it out. */
export function sendDatagram(address: Uint8Array, data: Uint8Array): void {
  const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
  const fd = checked('int socket(int family, int type, int protocol)', FAMILIES.unix, SOCK_DGRAM_CLOEXEC, 0);
  const sendto =
    'long sendto(int fd, const void *data, size_t size, int flags, const void *address, unsigned int length)';
  try {
    // A receiver that does not read must not stop the daemon.
    const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
    checked(sendto, fd, data, data.byteLength, MSG_DONTWAIT_NOSIGNAL, address, address.byteLength);
  } finally {
    closeSync(fd);
  }
}

/** What posix_spawn is given: see SpawnPlan, whose fields these are. */
interface Spawnee {
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

const ACTIONS = 'posix_spawn_file_actions';
const DUP2 = `int ${ACTIONS}_adddup2(void *actions, int from, int to)`;
const CHDIR = `int ${ACTIONS}_addchdir_np(void *actions, const char *path)`;
const SPAWN =
  'int posix_spawn(_Out_ int *pid, const char *path, void *actions, void *attributes, const char **argv, const char **env)';

/** Whether this libc has posix_spawn with a directory (glibc 2.29, musl 1.1.24), and koffi runs at all. */
export const hasPosixSpawn = (): boolean => has(CHDIR);

let attributes: Buffer | undefined;

/** A process group of its own, every signal at its default, none blocked. Larger than any libc's struct. */
function spawnAttributes(): Buffer {
  if (attributes) return attributes;
  const SETPGROUP_SETSIGDEF_SETSIGMASK = 0x02 | 0x04 | 0x08;
  const all = Buffer.alloc(128, 0xff);
  const none = Buffer.alloc(128, 0);
  const made = Buffer.alloc(1024);
  native('int posix_spawnattr_init(void *attributes)')(made);
  native('int posix_spawnattr_setflags(void *attributes, short flags)')(made, SETPGROUP_SETSIGDEF_SETSIGMASK);
  native('int posix_spawnattr_setpgroup(void *attributes, int group)')(made, 0);
  native('int posix_spawnattr_setsigdefault(void *attributes, const void *signals)')(made, all);
  native('int posix_spawnattr_setsigmask(void *attributes, const void *signals)')(made, none);
  attributes = made;
  return made;
}

/** Starts a process that executes before this returns; errno is not 0 when there is none. */
export function posixSpawn(
  spawnee: Spawnee,
  stdio: { readonly stdin: number; readonly stdout: number; readonly stderr: number },
): { readonly pid: Pid; readonly errno: number } {
  const actions = Buffer.alloc(512);
  native(`int ${ACTIONS}_init(void *actions)`)(actions);
  try {
    native(DUP2)(actions, stdio.stdin, 0);
    native(DUP2)(actions, stdio.stdout, 1);
    native(DUP2)(actions, stdio.stderr, 2);
    if (spawnee.cwd !== undefined) native(CHDIR)(actions, spawnee.cwd);
    const env = Object.entries(spawnee.env).map(([name, value]) => `${name}=${value}`);
    const pid = [0];
    const errno = native(SPAWN)(
      pid,
      spawnee.file,
      actions,
      spawnAttributes(),
      [...spawnee.argv, null],
      [...env, null],
    );
    return { pid: pid[0] as number, errno };
  } finally {
    native(`int ${ACTIONS}_destroy(void *actions)`)(actions);
  }
}
