import { randomUUID } from 'node:crypto';
import type { AnyActorRef } from 'xstate';

/**
 * Lets the actors of a tree stop in a time that does not depend on how many timers all of them have: xstate's own
 * scheduler looks at every timer for each actor that stops.
 */
export function indexTimers({ system: { scheduler } }: AnyActorRef): void {
  const timers = new WeakMap<AnyActorRef, Set<string>>();
  const { schedule, cancel } = scheduler;
  scheduler.schedule = (source, target, event, delay, id = randomUUID()) => {
    const ids = timers.get(source) ?? new Set();
    timers.set(source, ids.add(id));
    schedule(source, target, event, delay, id);
  };
  scheduler.cancel = (source, id) => {
    timers.get(source)?.delete(id);
    cancel(source, id);
  };
  scheduler.cancelAll = source => {
    for (const id of timers.get(source) ?? []) cancel(source, id);
    timers.delete(source);
  };
}
