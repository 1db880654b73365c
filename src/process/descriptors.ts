import { closeSync, openSync, readdirSync } from 'node:fs';
import { setCloseOnExec } from './foreign.ts';
import { ForeignError } from './libc.ts';
import { refusalOf } from './refusals.ts';

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
const AFTER_SPAWNS = 12;
/** What idle clients leave over, so that others are still answered. */
const AFTER_CLIENTS = 4;

/** Throws an error with the code EMFILE where a spawn would take the last descriptors. */
export const requireSpareDescriptors = (): void => openSome(AFTER_SPAWNS);

/** Whether the next clients would take the last descriptors. */
export function areDescriptorsShort(): boolean {
  try {
    openSome(AFTER_CLIENTS);
    return false;
  } catch (error) {
    if (refusalOf((error as NodeJS.ErrnoException).code ?? '')?.shortage === 'descriptors') return true;
    throw error;
  }
}

/** Opens so many descriptors, to see whether they are there, and closes them again. */
function openSome(count: number): void {
  const spare: number[] = [];
  try {
    while (spare.length < count) spare.push(openSync('/dev/null', 'r'));
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
