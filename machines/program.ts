import {
  type ActorRefFrom,
  type AnyActorRef,
  assign,
  enqueueActions,
  type SnapshotFrom,
  sendTo,
  setup,
} from 'xstate';
import {
  type ActorFailure,
  failureNotice,
  type InstanceNotice,
  type PoolNotice,
  type ProgramCommand,
} from './events.ts';
import { type InstanceRef, instanceMachine } from './instance.ts';
import { type PoolRef, poolMachine } from './pool.ts';
import type { ProgramSpec } from './spec.ts';
import { STOPPED_STATES } from './states.ts';

/** What a program is made from. */
export interface ProgramInput {
  readonly spec: ProgramSpec;
  /** The names of its processes that an operator had stopped. */
  readonly stopped: readonly string[];
  /** Who hears the notices of its instances. */
  readonly audience: AnyActorRef;
}

interface ProgramContext extends ProgramInput {
  /** By process name, in the order in which they are started. */
  readonly instances: Readonly<Record<string, InstanceRef>>;
  /** Who gives an [eventlistener:x] its events; other programs have none. */
  readonly pool: PoolRef | undefined;
  /** How many instances are not stopped. */
  readonly live: number;
}

const liveness = (state: InstanceNotice & { type: 'instance.state' }) =>
  Number(!STOPPED_STATES.has(state.to)) - Number(!STOPPED_STATES.has(state.from));

/** The actor id of a program's pool: no process can be called so. */
const POOL = ':pool';

/** One program section: it owns its numprocs instances, passes commands down to them and their notices up. */
export const programMachine = setup({
  types: {
    input: {} as ProgramInput,
    context: {} as ProgramContext,
    events: {} as ProgramCommand | InstanceNotice | PoolNotice | ActorFailure,
  },
  actors: { instance: instanceMachine, pool: poolMachine },
  guards: { nothingLives: ({ context }) => context.live === 0 },
  actions: {
    // One assign for all of them: a spawn of its own for each would copy the list of children each time.
    spawnInstances: assign({
      instances: ({ context, spawn, self }) =>
        Object.fromEntries(
          context.spec.processes.map(spec => {
            const wanted = context.stopped.includes(spec.name) ? 'down' : 'up';
            const input = { spec, wanted, audience: self } as const;
            return [spec.name, spawn('instance', { id: spec.name, input })];
          }),
        ),
    }),
    /** Before the instances, so that it hears of their first steps. */
    spawnPool: assign({
      pool: ({ context, spawn, self }) =>
        context.spec.listener && spawn('pool', { id: POOL, input: { spec: context.spec, program: self } }),
    }),
    tellPool: enqueueActions(({ context, event, enqueue }) => {
      if (context.pool) enqueue.sendTo(context.pool, event as InstanceNotice);
    }),
    relay: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'program.command') return;
      const ref = context.instances[event.name];
      const refs = event.name === '*' ? Object.values(context.instances) : ref ? [ref] : [];
      for (const instance of refs) enqueue.sendTo(instance, event.command);
    }),
    stopInstances: enqueueActions(({ context, enqueue }) => {
      for (const instance of Object.values(context.instances)) {
        enqueue.sendTo(instance, { type: 'instance.stop', reason: 'update' });
      }
    }),
    passUp: sendTo(
      ({ context }) => context.audience,
      ({ event }) => event,
    ),
    tellFailure: sendTo(
      ({ context }) => context.audience,
      ({ event }) => failureNotice(event),
    ),
    countLive: assign({
      live: ({ context, event }) =>
        event.type === 'instance.state' ? context.live + liveness(event) : context.live,
    }),
  },
}).createMachine({
  id: 'program',
  context: ({ input }) => ({ ...input, instances: {}, pool: undefined, live: 0 }),
  entry: ['spawnPool', 'spawnInstances'],
  on: {
    'instance.state': { actions: ['countLive', 'tellPool', 'passUp'] },
    'instance.*': { actions: ['tellPool', 'passUp'] },
    'pool.*': { actions: 'passUp' },
    'xstate.error.actor.*': { actions: 'tellFailure' },
    'actor.failed': { actions: 'passUp' },
  },
  initial: 'serving',
  states: {
    serving: {
      on: {
        'program.command': { actions: 'relay' },
        'program.retire': { target: 'retiring' },
      },
    },
    retiring: {
      entry: 'stopInstances',
      always: { guard: 'nothingLives', target: 'retired' },
    },
    retired: { type: 'final' },
  },
});

export type ProgramRef = ActorRefFrom<typeof programMachine>;
export type ProgramSnapshot = SnapshotFrom<typeof programMachine>;
