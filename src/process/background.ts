import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Milliseconds, Pid } from '../../machines/spec.ts';
import type { Orphan, Tree } from './tree.ts';

/** How long a pidfile may take to name a process once the command has ended. */
const PIDFILE_PATIENCE: Milliseconds = 5000;
/** How long several processes may take to become one, where no pidfile says which of them is meant. */
const CHOICE_PATIENCE: Milliseconds = 1000;
/** A program that forks twice is one process only when it is the same at two looks, this far apart. */
const LOOK: Milliseconds = 50;

/**
 * Finds the process that goes on when a command has gone into the background: the one that the pidfile names; without
 * one the last that remains, or the oldest of those that stay. Calls back in the same turn as it looked, so that
 * nobody takes the process's status before it is owned; calls back with undefined where there is none.
 */
export async function followIntoBackground<Result>(
  tree: Tree,
  pidfile: string | undefined,
  found: (pid: Pid | undefined) => Result,
): Promise<Result> {
  const start = performance.now();
  const patience = pidfile === undefined ? CHOICE_PATIENCE : PIDFILE_PATIENCE;
  for (let last: Pid | undefined; ; await sleep(LOOK)) {
    const orphans = candidates(tree.orphans());
    const isLate = performance.now() - start > patience;
    if (pidfile !== undefined) {
      const named = orphans.find(({ pid }) => pid === pidIn(pidfile));
      if (named !== undefined || isLate) return found(named?.pid);
      continue;
    }
    const [first, ...others] = orphans;
    const isChosen = isLate || (others.length === 0 && first?.pid === last);
    if (first === undefined || isChosen) return found(first?.pid);
    last = first.pid;
  }
}

/** Those that surely belong here; where there are none, those that may. */
const candidates = (orphans: readonly Orphan[]): readonly Orphan[] => {
  const certain = orphans.filter(orphan => orphan.certain);
  return certain.length > 0 ? certain : orphans;
};

function pidIn(pidfile: string): Pid | undefined {
  try {
    return Number.parseInt(readFileSync(pidfile, 'utf8'), 10);
  } catch {
    // Not written yet, or not readable: either way it names nobody, and its absence is told when patience ends.
    return undefined;
  }
}
