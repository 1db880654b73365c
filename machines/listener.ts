import { type ActorRefFrom, type AnyActorRef, assign, enqueueActions, sendTo, setup } from 'xstate';
import type { InstanceNotice, ListenerReport, PoolEvent } from './events.ts';
import { listenerPort } from './ports.ts';
import type { ProcessSpec } from './spec.ts';

/** What a listener is made from. */
export interface ListenerInput {
  readonly spec: ProcessSpec;
  readonly result_handler: string;
  /** Who gives it events. */
  readonly pool: AnyActorRef;
}

interface ListenerContext extends ListenerInput {
  /** The event that it is busy with. */
  readonly event: PoolEvent | undefined;
  /** Whether its process is RUNNING: one that is starting or stopping gets no events. */
  readonly running: boolean;
}

/** What a listener tells its pool. */
export type ListenerWord =
  /** It takes one event. */
  | { readonly type: 'listener.free'; readonly name: string }
  /** It takes none any more, without having been given one. */
  | { readonly type: 'listener.taken'; readonly name: string }
  /** The event is not processed: somebody should have it again. */
  | { readonly type: 'listener.returned'; readonly event: PoolEvent };

type ListenerEvent =
  | InstanceNotice
  | ListenerReport
  | { readonly type: 'listener.give'; readonly event: PoolEvent }
  | { readonly type: 'xstate.error.actor.port'; readonly error: unknown };

/** The process of an event listener as the event protocol sees it: ACKNOWLEDGED, READY, BUSY, or UNKNOWN for good. */
export const listenerMachine = setup({
  types: {
    input: {} as ListenerInput,
    context: {} as ListenerContext,
    events: {} as ListenerEvent,
  },
  actors: { port: listenerPort },
  guards: {
    isRunning: ({ context }) => context.running,
    isLost: ({ event }) => event.type === 'instance.state' && event.to === 'UNKNOWN',
    wasProcessed: ({ event }) => event.type === 'listener.answered' && event.verdict === 'processed',
    wasRejected: ({ event }) => event.type === 'listener.answered' && event.verdict === 'rejected',
  },
  actions: {
    noteState: assign({
      running: ({ context, event }) =>
        event.type === 'instance.state' ? event.to === 'RUNNING' : context.running,
    }),
    tellFree: sendTo(
      ({ context }) => context.pool,
      ({ context }): ListenerWord => ({ type: 'listener.free', name: context.spec.name }),
    ),
    tellTaken: sendTo(
      ({ context }) => context.pool,
      ({ context }): ListenerWord => ({ type: 'listener.taken', name: context.spec.name }),
    ),
    deliver: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'listener.give') return;
      enqueue.assign({ event: event.event });
      enqueue.sendTo('port', { type: 'port.deliver', event: event.event });
    }),
    decline: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'listener.give') return;
      enqueue.sendTo(context.pool, { type: 'listener.returned', event: event.event });
    }),
    settle: enqueueActions(({ context, enqueue }) => {
      if (context.event === undefined) return;
      enqueue.sendTo('port', { type: 'port.settled', event: context.event });
      enqueue.assign({ event: undefined });
    }),
    giveBack: enqueueActions(({ context, enqueue }) => {
      if (context.event === undefined) return;
      enqueue.sendTo(context.pool, { type: 'listener.returned', event: context.event });
      enqueue.assign({ event: undefined });
    }),
  },
}).createMachine({
  id: 'listener',
  context: ({ input }) => ({ ...input, event: undefined, running: false }),
  on: {
    'instance.state': { actions: 'noteState' },
    // It was free when its pool chose it.
    'listener.give': { actions: 'decline' },
  },
  initial: 'absent',
  states: {
    absent: { on: { 'instance.spawned': { target: 'present' } } },
    present: {
      // What a process says ends with it: the next one begins with a port of its own.
      invoke: {
        id: 'port',
        src: 'port',
        input: ({ context: { spec, result_handler } }) => ({ spec, result_handler }),
        onError: { target: '.unknown' },
      },
      exit: 'giveBack',
      on: {
        'instance.exited': { target: 'absent' },
        'instance.state': [
          { guard: 'isLost', target: 'absent', actions: 'noteState' },
          { actions: 'noteState' },
        ],
        'listener.babbled': { target: '.unknown' },
      },
      initial: 'acknowledged',
      states: {
        acknowledged: { on: { 'listener.ready': { target: 'ready' } } },
        ready: {
          initial: 'waiting',
          states: {
            waiting: { always: { guard: 'isRunning', target: 'free' } },
            free: {
              entry: 'tellFree',
              on: {
                'listener.give': { target: '#listener.present.busy', actions: 'deliver' },
                'instance.state': { target: 'waiting', actions: ['noteState', 'tellTaken'] },
                'instance.exited': { target: '#listener.absent', actions: 'tellTaken' },
                'listener.babbled': { target: '#listener.present.unknown', actions: 'tellTaken' },
              },
            },
          },
        },
        busy: {
          on: {
            'listener.answered': [
              { guard: 'wasProcessed', target: 'acknowledged', actions: 'settle' },
              { guard: 'wasRejected', target: 'acknowledged', actions: 'giveBack' },
              { target: 'unknown' },
            ],
            'listener.resumed': { target: 'ready', actions: 'settle' },
          },
        },
        // For as long as the process lives.
        unknown: { entry: 'giveBack', on: { 'listener.babbled': {} } },
      },
    },
  },
});

export type ListenerRef = ActorRefFrom<typeof listenerMachine>;
