import type { StatelyActorEvent, StatelyInspectionEvent } from '@statelyai/inspect';

/** A state's name, or a state's name with what is inside. */
export type StateValue = string | { readonly [state: string]: StateValue };

/** An actor as it was last told of. */
export interface Actor {
  readonly told: StatelyActorEvent;
  readonly depth: number;
}

/** The actors that there are, by session, parents before their children. */
export interface Actors {
  take(event: StatelyInspectionEvent): void;
  get(sessionId: string): Actor | undefined;
  readonly all: readonly Actor[];
}

/** The ends of an actor: the tree no longer shows it. */
const OVER: ReadonlySet<string> = new Set(['stopped', 'done', 'error']);

/** Keeps the newest of what is told of each actor. */
export function createActors(): Actors {
  const actors = new Map<string, Actor>();
  const place = (told: StatelyActorEvent) => {
    const parent = told.parentId === undefined ? undefined : actors.get(told.parentId);
    actors.set(told.sessionId, { told, depth: parent === undefined ? 0 : parent.depth + 1 });
  };
  return {
    take(event) {
      if (event.type === '@xstate.actor') return place(event);
      if (event.type !== '@xstate.snapshot') return;
      const actor = actors.get(event.sessionId);
      if (actor === undefined) return;
      if (actor.depth > 0 && OVER.has(event.snapshot.status)) actors.delete(event.sessionId);
      else actors.set(event.sessionId, { ...actor, told: { ...actor.told, snapshot: event.snapshot } });
    },
    get: sessionId => actors.get(sessionId),
    get all() {
      const below = (parentId: string | undefined): readonly Actor[] =>
        (children.get(parentId) ?? []).flatMap(actor => [actor, ...below(actor.told.sessionId)]);
      const children = Map.groupBy(actors.values(), ({ told }) => told.parentId);
      return below(undefined);
    },
  };
}

/** Every state that an actor is in, by its path from the top: `alive`, `alive.starting`, `alive.starting.settling`. */
export function pathsOf(value: StateValue | undefined, above = ''): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [above + value];
  return Object.entries(value).flatMap(([state, inside]) => [
    above + state,
    ...pathsOf(inside, `${above}${state}.`),
  ]);
}

/** The innermost state in words, such as `settling`; where there is none, whether the actor is active. */
export const stateOf = ({ told: { snapshot } }: Actor): string =>
  pathsOf(snapshot.value).at(-1)?.split('.').at(-1) ?? snapshot.status ?? '';
