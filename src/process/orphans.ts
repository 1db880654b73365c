import { readdirSync, readFileSync } from 'node:fs';
import type { Milliseconds, Pid } from '../../machines/spec.ts';
import { pids, statOf } from './census.ts';
import { exitOf } from './exits.ts';
import { hasEnded, peekEnded, waitpid } from './foreign.ts';
import type { Exit } from './launch.ts';

/** Reaps what nobody else will wait for. */
export interface Orphans {
  close(): void;
}

/**
 * Two looks lie this far apart. The event loop turns in between, so libuv has by then taken every child of its own
 * that had ended at the first look: what is there at the second is an orphan, and no status is stolen.
 */
const GRACE: Milliseconds = 10;
/** A look takes longer the more children live: this part of the time is spent on looks at most, while they end. */
const SHARE = 1 / 16;
const LONGEST: Milliseconds = 40;

/**
 * Reaps orphans that this process was given, as PID 1 or as a subreaper, within some 30 ms of their end. `isOwned`
 * says which pids somebody waits for; what goes wrong is told and tried again at the next end of a child.
 */
export function createOrphans(
  isOwned: (pid: Pid) => boolean,
  onTrouble: (cause: Error) => void,
  onReaped: (pid: Pid, exit: Omit<Exit, 'at'>) => void = () => {},
): Orphans {
  let seen: ReadonlySet<Pid> = new Set();
  let timer: NodeJS.Timeout | undefined;
  let pause = GRACE;

  function soon(): void {
    timer ??= setTimeout(look, pause).unref();
  }

  function look(): void {
    timer = undefined;
    const begin = performance.now();
    try {
      const ended = strangers();
      for (const pid of ended) if (seen.has(pid)) reap(pid);
      seen = new Set(ended.filter(pid => !seen.has(pid)));
    } catch (error) {
      onTrouble(error as Error);
    }
    pause = Math.min(Math.max(GRACE, (performance.now() - begin) / SHARE), LONGEST);
    if (seen.size > 0) soon();
  }

  /** Who has ended and is nobody's. Mostly nobody has, which the kernel says in a tenth of the time of a list. */
  const strangers = (): readonly Pid[] =>
    peekEnded() === 0 ? [] : children().filter(pid => !isOwned(pid) && hasEnded(pid));

  function reap(pid: Pid): void {
    const status = waitpid(pid);
    if (status) onReaped(pid, exitOf(status));
  }

  process.on('SIGCHLD', soon);
  // Some may have ended before the listener stood: PID 1 of a container is often not the first process in it.
  soon();
  return {
    close() {
      process.off('SIGCHLD', soon);
      clearTimeout(timer);
    },
  };
}

/** The pids of all children of this process, living or not. */
function children(): readonly Pid[] {
  try {
    return readdirSync('/proc/self/task').flatMap(thread =>
      listed(readFileSync(`/proc/self/task/${thread}/children`, 'utf8')),
    );
  } catch (error) {
    // A kernel without that file, or a thread that has just ended: the long way knows them too.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return pids().filter(pid => statOf(pid)?.(4) === String(process.pid));
  }
}

const listed = (text: string): readonly Pid[] => text.split(' ').filter(Boolean).map(Number);
