import { closeSync, openSync, readdirSync } from 'node:fs';
import { ForeignError, setCloseOnExec } from './foreign.ts';

/**
 * Has every descriptor but 0, 1 and 2 closed on exec, so that no child gets what this process was started with. Node
 * opens its own so, and marks what it inherits only up to the first gap.
 */
export function keepDescriptors(): void {
  for (const fd of readdirSync('/proc/self/fd').map(Number)) {
    if (fd > 2) keep(fd);
  }
}

/** What spawns leave over, so that clients are still answered when the programs have used up the rest. */
const SPARE = 12;

/** Throws an error with the code EMFILE where a spawn would take the last descriptors. */
export function requireSpareDescriptors(): void {
  const spare: number[] = [];
  try {
    while (spare.length < SPARE) spare.push(openSync('/dev/null', 'r'));
  } finally {
    for (const fd of spare) closeSync(fd);
  }
}

function keep(fd: number): void {
  try {
    setCloseOnExec(fd, true);
  } catch (error) {
    // The listing names its own descriptor too, which is closed by now.
    if (!(error instanceof ForeignError && error.code === 'EBADF')) throw error;
  }
}
