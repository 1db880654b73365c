import type { Milliseconds } from '../../machines/spec.ts';

/** Work done in order, a little per turn of the event loop, so that others get theirs. */
export interface Queue {
  /** Puts a task at the end; the answer takes it out again, if its turn has not come. */
  enter(task: () => void): () => void;
}

/**
 * A queue that works for at most `budget` per turn, but does at least one task, and calls `between` behind each. Neither
 * must throw.
 */
export function createQueue(
  budget: Milliseconds,
  clock: () => Milliseconds,
  between: () => void = () => {},
): Queue {
  // Each entry is its own object: the same function may wait twice. A Set keeps the order and forgets in one step.
  const waiting = new Set<{ readonly task: () => void }>();
  let scheduled = false;

  function schedule(): void {
    if (scheduled || waiting.size === 0) return;
    scheduled = true;
    setImmediate(turn);
  }

  function turn(): void {
    scheduled = false;
    const end = clock() + budget;
    for (const entry of waiting) {
      waiting.delete(entry);
      entry.task();
      between();
      if (clock() >= end) break;
    }
    schedule();
  }

  return {
    enter(task) {
      const entry = { task };
      waiting.add(entry);
      schedule();
      return () => void waiting.delete(entry);
    },
  };
}
