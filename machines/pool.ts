import { type ActorRefFrom, type AnyActorRef, assign, enqueueActions, setup } from 'xstate';
import { append, emptyRow, prepend, type Row, takeFirst } from './buffer.ts';
import type { Bulletin, InstanceNotice, PoolEvent, PoolNotice } from './events.ts';
import { type ListenerRef, type ListenerWord, listenerMachine } from './listener.ts';
import type { Bytes, ProgramSpec } from './spec.ts';

/** What a pool is made from: an [eventlistener:x]. */
export interface PoolInput {
  readonly spec: ProgramSpec;
  /** Who hears its notices. */
  readonly program: AnyActorRef;
}

interface PoolContext extends PoolInput {
  /** By process name, in the order in which they are given events. */
  readonly listeners: Readonly<Record<string, ListenerRef>>;
  /** The names of those that take an event now. */
  readonly free: ReadonlySet<string>;
  readonly buffer: Row<PoolEvent>;
  /** The poolserial of the next event. */
  readonly serial: number;
}

/** What a pool is told by who publishes. */
export type PoolCommand = { readonly type: 'pool.events'; readonly bulletins: readonly Bulletin[] };

/** The listeners of one section and the events that wait for them: each event goes to one of them, in order. */
export const poolMachine = setup({
  types: {
    input: {} as PoolInput,
    context: {} as PoolContext,
    events: {} as PoolCommand | ListenerWord | InstanceNotice,
  },
  actors: { listener: listenerMachine },
  actions: {
    spawnListeners: assign({
      listeners: ({ context, spawn, self }) => {
        const result_handler = context.spec.listener?.result_handler ?? '';
        return Object.fromEntries(
          context.spec.processes.map(spec => [
            spec.name,
            spawn('listener', { id: spec.name, input: { spec, result_handler, pool: self } }),
          ]),
        );
      },
    }),
    accept: assign(({ context, event }) => {
      if (event.type !== 'pool.events') return {};
      let { buffer, serial } = context;
      for (const bulletin of event.bulletins) {
        const accepted = { ...bulletin, pool: context.spec.name, poolserial: serial++ };
        buffer = append(buffer, accepted, weightOf(accepted));
      }
      return { buffer, serial };
    }),
    /** Until what waits, and what comes back, are no more than may wait. */
    discardOldest: enqueueActions(({ context, event, enqueue }) => {
      const coming = event.type === 'listener.returned' ? [event.event] : [];
      const events: PoolEvent[] = [];
      let { buffer } = context;
      for (
        let oldest = takeFirst(buffer);
        oldest !== undefined && isOver(context, buffer, coming);
        oldest = takeFirst(buffer)
      ) {
        events.push(oldest.first);
        buffer = oldest.rest;
      }
      if (events.length === 0) return;
      enqueue.assign({ buffer });
      enqueue.sendTo(context.program, {
        type: 'pool.overflowed',
        pool: context.spec.name,
        events,
      } satisfies PoolNotice);
    }),
    rebuffer: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'listener.returned') return;
      enqueue.sendTo(context.program, {
        type: 'pool.rebuffered',
        pool: context.spec.name,
        serial: event.event.serial,
        size: context.buffer.size,
        max: bufferSize(context),
      } satisfies PoolNotice);
      enqueue.assign({ buffer: prepend(context.buffer, event.event, weightOf(event.event)) });
    }),
    noteFree: assign({
      free: ({ context, event }) =>
        event.type === 'listener.free' ? new Set([...context.free, event.name]) : context.free,
    }),
    noteTaken: assign({
      free: ({ context, event }) =>
        event.type === 'listener.taken' ? without(context.free, event.name) : context.free,
    }),
    /** Gives what waits to those who are free. */
    dispatch: enqueueActions(({ context, enqueue }) => {
      let { buffer, free } = context;
      for (const [name, listener] of Object.entries(context.listeners)) {
        const next = free.has(name) ? takeFirst(buffer) : undefined;
        if (next === undefined) continue;
        enqueue.sendTo(listener, { type: 'listener.give', event: next.first });
        [buffer, free] = [next.rest, without(free, name)];
      }
      enqueue.assign({ buffer, free });
    }),
    passDown: enqueueActions(({ context, event, enqueue }) => {
      const notice = event as InstanceNotice;
      const listener = context.listeners[notice.name];
      if (listener !== undefined) enqueue.sendTo(listener, notice);
    }),
  },
}).createMachine({
  id: 'pool',
  context: ({ input }) => ({
    ...input,
    listeners: {},
    free: new Set<string>(),
    buffer: emptyRow,
    serial: 0,
  }),
  entry: 'spawnListeners',
  on: {
    'instance.*': { actions: 'passDown' },
    // First who is free, then who has to wait.
    'pool.events': { actions: ['accept', 'dispatch', 'discardOldest'] },
    'listener.returned': { actions: ['discardOldest', 'rebuffer', 'dispatch'] },
    'listener.free': { actions: ['noteFree', 'dispatch'] },
    'listener.taken': { actions: 'noteTaken' },
  },
});

/** The most that the events of a section weigh while they wait, in bytes: output comes in large pieces. */
const CAPACITY: Bytes = 64 * 1024 * 1024;

const weightOf = ({ payload }: Bulletin): Bytes =>
  typeof payload === 'string' ? payload.length : payload.head.length + payload.data.byteLength;

/** Whether more waits than may; one alone always may. */
const isOver = (
  context: PoolContext,
  { size, weight }: Row<PoolEvent>,
  coming: readonly PoolEvent[],
): boolean => {
  const count = size + coming.length;
  const all = coming.reduce((sum, event) => sum + weightOf(event), weight);
  return count > bufferSize(context) || (all > CAPACITY && count > 1);
};

const bufferSize = ({ spec }: PoolContext) => spec.listener?.buffer_size ?? 1;

const without = (names: ReadonlySet<string>, name: string): ReadonlySet<string> =>
  new Set([...names].filter(other => other !== name));

export type PoolRef = ActorRefFrom<typeof poolMachine>;
