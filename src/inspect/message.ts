import type { AnyActorRef, InspectionEvent } from 'xstate';
import { definitionOf, nameOf } from './definition.ts';
import { sanitise } from './sanitise.ts';

/** The version of @statelyai/inspect whose messages these are. */
const _version = '0.7.2';

interface Base {
  readonly _version: string;
  /** Milliseconds since 1970, as a text. */
  readonly createdAt: string;
  readonly id: null;
  readonly rootId: string;
  readonly sessionId: string;
}

/** An actor's state as it is sent. */
export interface ShownSnapshot {
  readonly status: string;
  readonly value?: unknown;
  readonly context?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly tags?: readonly string[];
}

/** What a viewer is told, in the protocol of @statelyai/inspect. */
export type Message = Base &
  (
    | {
        readonly type: '@xstate.actor';
        readonly name: string;
        /** The chart as JSON. */
        readonly definition: string;
        readonly parentId: string | undefined;
        readonly snapshot: ShownSnapshot;
      }
    | { readonly type: '@xstate.event'; readonly event: unknown; readonly sourceId: string | undefined }
    | { readonly type: '@xstate.snapshot'; readonly event: unknown; readonly snapshot: ShownSnapshot }
  );

/** What messages are made with. */
export interface Making {
  readonly rootId: string;
  /** The values that words must not quote. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

const base = ({ rootId, now }: Making, sessionId: string): Base => ({
  _version,
  createdAt: String(now),
  id: null,
  rootId,
  sessionId,
});

/** An actor as it stands. */
export const actorMessage = (ref: AnyActorRef, making: Making): Message => ({
  type: '@xstate.actor',
  ...base(making, ref.sessionId),
  name: nameOf(ref),
  definition: definitionOf(ref),
  parentId: ref._parent?.sessionId,
  snapshot: snapshotOf(ref.getSnapshot(), making),
});

/** What xstate tells an inspector as a message; undefined for what the protocol has no message for. */
export function messageOf(told: InspectionEvent, making: Making): Message | undefined {
  const { sessionId } = told.actorRef;
  switch (told.type) {
    case '@xstate.actor':
      return actorMessage(told.actorRef as AnyActorRef, making);
    case '@xstate.event': {
      const event = sanitise(told.event, making.secrets);
      return { type: told.type, ...base(making, sessionId), event, sourceId: told.sourceRef?.sessionId };
    }
    case '@xstate.snapshot': {
      const event = sanitise(told.event, making.secrets);
      return {
        type: told.type,
        ...base(making, sessionId),
        event,
        snapshot: snapshotOf(told.snapshot, making),
      };
    }
    default:
      return undefined;
  }
}

/** Tells a viewer that it was too slow, as an event of the root: receivers know no other kind of message. */
export const droppedMessage = (count: number, making: Making): Message => ({
  type: '@xstate.event',
  ...base(making, making.rootId),
  event: { type: 'inspector.dropped', count },
  sourceId: undefined,
});

interface AnySnapshot {
  readonly status?: string;
  readonly value?: unknown;
  readonly context?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
  readonly tags?: ReadonlySet<string>;
}

function snapshotOf(snapshot: AnySnapshot | undefined, { secrets }: Making): ShownSnapshot {
  const { status = 'active', value, context, output, error, tags } = snapshot ?? {};
  const show = (part: unknown) => (part === undefined ? undefined : sanitise(part, secrets));
  return {
    status,
    // The names of states: nobody's secret, and a receiver must be able to find them in the definition.
    value,
    context: show(context),
    output: show(output),
    error: show(error),
    tags: tags && [...tags],
  };
}
