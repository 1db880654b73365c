import type { AnyActorRef } from 'xstate';

/** An actor and all below it, parents first. */
export function* family(ref: AnyActorRef): Generator<AnyActorRef> {
  yield ref;
  const { children = {} } = ref.getSnapshot() ?? {};
  for (const child of Object.values<AnyActorRef | undefined>(children)) if (child) yield* family(child);
}
