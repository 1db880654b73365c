import type { GroupSpec } from './spec.ts';

/** What a new configuration changes, by the names of groups. */
export interface Diff {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Whether two specs say the same. Specs are plain data: no cycles, no functions; the order of keys does not count. */
export const sameSpec = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [mine, theirs] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(mine);
  if (keys.length !== Object.keys(theirs).length) return false;
  for (const key of keys) {
    const [one, other] = [mine[key], theirs[key]];
    // Most are texts and numbers that are the same: they are passed over without a call.
    if ((one !== other || one === undefined) && !(Object.hasOwn(theirs, key) && sameSpec(one, other)))
      return false;
  }
  return true;
};

/**
 * The groups of a new configuration, where one that says the same as a group that runs is that group itself: it is kept
 * once, and compared in no time from then on.
 */
export const settled = (current: readonly GroupSpec[], next: readonly GroupSpec[]): readonly GroupSpec[] => {
  const running = byName(current);
  return next.map(group => {
    const known = running.get(group.name);
    return known !== undefined && sameSpec(known, group) ? known : group;
  });
};

const byName = (groups: readonly GroupSpec[]) => new Map(groups.map(group => [group.name, group]));

/** Compares the groups that run with the groups that are configured. */
export const diff = (current: readonly GroupSpec[], next: readonly GroupSpec[]): Diff => {
  const [running, configured] = [byName(current), byName(next)];
  return {
    added: next.filter(({ name }) => !running.has(name)).map(({ name }) => name),
    changed: next
      .filter(group => running.has(group.name) && !sameSpec(running.get(group.name), group))
      .map(({ name }) => name),
    removed: current.filter(({ name }) => !configured.has(name)).map(({ name }) => name),
  };
};
