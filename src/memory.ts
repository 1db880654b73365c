import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trimMemory } from './process/foreign.ts';

/**
 * Gives back what the start took: the configuration's text, the parser's memory, half empty pages. Takes as long as a
 * whole collection (50 ms with 1,000 programs), so it is for when a start or a reload is over.
 */
export function giveBack(): void {
  // Node has no other word for a collection. The function is had once, and what it came from is collected by it.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('globalThis.gc') as (() => void) | undefined;
  setFlagsFromString('--no-expose-gc');
  setFlagsFromString('--compact-on-every-full-gc');
  collect?.();
  setFlagsFromString('--no-compact-on-every-full-gc');
  trimMemory();
}
