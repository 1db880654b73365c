import type { AnyMachineSnapshot, AnyStateNode } from 'xstate';
import type { Milliseconds } from '../../machines/spec.ts';

/** A delay of the machine that is running out. */
export interface Timer {
  /** The delay's name in the machine: `startsecs`. */
  readonly name: string;
  readonly remaining: Milliseconds;
  readonly total: Milliseconds;
}

/** A state value of xstate's as the keys from the top, joined by dots. */
export const pathOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', '']] = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
  return inner === undefined || inner === '' ? key : `${key}.${pathOf(inner)}`;
};

/** A machine that runs, and the schedule of its system. */
interface Running {
  readonly sessionId: string;
  readonly system: { getSnapshot(): { readonly _scheduledEvents: Schedule } };
  getSnapshot(): AnyMachineSnapshot;
}

type Schedule = Readonly<Record<string, { readonly startedAt: number; readonly delay: number }>>;

/**
 * The delay that runs in a machine's state, by its own schedule: a state that gets a delay is counted down without more.
 * Of several it is that of the outermost state, which ends what is within. `now` is in milliseconds since 1970.
 */
export function timerOf(actor: Running, now: number): Timer | null {
  const { machine, value } = actor.getSnapshot();
  const scheduled = actor.system.getSnapshot()._scheduledEvents;
  for (const { after } of nodesOn(machine.root, pathOf(value))) {
    for (const { eventType, delay: name } of after) {
      const event = scheduled[`${actor.sessionId}.${eventType}`];
      if (event === undefined) continue;
      const { startedAt, delay: total } = event;
      // xstate notes the beginning by the wall clock, which may be set meanwhile.
      const passed = Math.min(total, Math.max(0, now - startedAt));
      return { name: String(name), total, remaining: Math.round(total - passed) };
    }
  }
  return null;
}

/** The states from the top down to the innermost that is active. */
function nodesOn(root: AnyStateNode, path: string): readonly AnyStateNode[] {
  const nodes: AnyStateNode[] = [root];
  for (const key of path.split('.')) {
    const inner = nodes.at(-1)?.states[key];
    if (inner !== undefined) nodes.push(inner);
  }
  return nodes;
}
