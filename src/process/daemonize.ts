import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** The environment variable that tells a daemon the descriptor on which its parent waits. */
const READINESS_VARIABLE = 'STATEVISOR_READINESS';

/** What a parent learned of the daemon that it started: it runs, or why not, and with which status to exit. */
export type DaemonOutcome =
  | { readonly ready: true; readonly pid: number }
  | { readonly ready: false; readonly complaint: string; readonly status: number };

/** A daemon's word to the parent that waits for it; nothing where no parent waits. */
export interface Readiness {
  /** The pidfile is written and the sockets are bound: the parent may return. */
  ready(): void;
  /** The daemon cannot start: the parent prints this and exits with this status. */
  failed(complaint: string, status: number): void;
}

/**
 * Starts this program once more as a daemon: in a session of its own, its stdio at /dev/null. Resolves when that one
 * told its readiness, or ended without. `argv` follows the path of node; node cannot fork, so all is run again.
 */
export async function daemonize(
  argv: readonly string[] = [...process.execArgv, ...process.argv.slice(1)],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<DaemonOutcome> {
  const child = spawn(process.execPath, argv, {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: { ...environment, [READINESS_VARIABLE]: '3' },
  });
  const ended = end(child);
  // Its last word counts more than its end, though both may be here at once.
  const told = await word(child);
  if (!told) return ended;
  child.unref();
  return told;
}

/** The daemon's word; undefined when the pipe was closed without any. */
async function word(child: ChildProcess): Promise<DaemonOutcome | undefined> {
  try {
    const said = await text(child.stdio[3] as NodeJS.ReadableStream);
    return said === '' ? undefined : (JSON.parse(said) as DaemonOutcome);
  } catch {
    // A pipe that broke, or half a word: the daemon is gone, and its end says how.
    return undefined;
  }
}

const end = (child: ChildProcess): Promise<DaemonOutcome> =>
  new Promise(resolve => {
    const fail = (why: string) =>
      resolve({ ready: false, complaint: `The daemon ${why} before it was ready`, status: 2 });
    child.once('error', error => fail(`could not be started (${error.message})`));
    child.once('exit', (code, signal) =>
      fail(signal === null ? `exited with status ${code}` : `was killed by ${signal}`),
    );
  });

/** The way to the waiting parent, where this process was started by daemonize. Children never see the variable. */
export function takeReadiness(environment: NodeJS.ProcessEnv = process.env): Readiness | undefined {
  const told = environment[READINESS_VARIABLE];
  if (told === undefined) return undefined;
  delete environment[READINESS_VARIABLE];
  const fd = Number(told);
  // Anybody can set a variable: only a pipe or socket that is really there, and no stdio, is written to.
  if (!(fd > 2 && isStream(fd))) return undefined;

  let done = false;
  const say = (outcome: DaemonOutcome): void => {
    if (done) return;
    done = true;
    try {
      writeSync(fd, JSON.stringify(outcome));
    } catch (error) {
      // A parent that was ended meanwhile waits for nothing; the daemon goes on.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    } finally {
      closeSync(fd);
    }
  };
  return {
    ready: () => say({ ready: true, pid: process.pid }),
    failed: (complaint, status) => say({ ready: false, complaint, status }),
  };
}

function isStream(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    // EBADF, or not even a number: no descriptor, so nobody waits.
    return false;
  }
}
