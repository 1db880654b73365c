import { type ActorRefFrom, type AnyActorRef, assign, enqueueActions, sendTo, setup } from 'xstate';
import {
  type ActorFailure,
  failureNotice,
  type InstanceNotice,
  type InstanceTurn,
  type PoolNotice,
  type ProgramCommand,
  type ProgramReport,
} from './events.ts';
import { type InstanceRef, instanceMachine } from './instance.ts';
import { type PoolRef, poolMachine } from './pool.ts';
import type { ProgramSpec } from './spec.ts';

/** What a program is made from. */
export interface ProgramInput {
  readonly spec: ProgramSpec;
  /** The names of its processes that an operator had stopped. */
  readonly stopped: readonly string[];
  /** Who hears the notices of its instances. */
  readonly audience: AnyActorRef;
  /** Who orders the stops of all programs. */
  readonly supervisor: AnyActorRef;
}

interface ProgramContext extends ProgramInput {
  /** By process name, in the order in which they are started. */
  readonly instances: Readonly<Record<string, InstanceRef>>;
  /** Who gives an [eventlistener:x] its events; other programs have none. */
  readonly pool: PoolRef | undefined;
  /** How many instances are not stopped. */
  readonly live: number;
  /** True from the moment the daemon begins to stop everything. */
  readonly held: boolean;
}

/** The actor id of a program's pool: no process can be called so. */
const POOL = ':pool';

/** One program section: it owns its numprocs instances, passes commands down to them and counts who of them lives. */
export const programMachine = setup({
  types: {
    input: {} as ProgramInput,
    context: {} as ProgramContext,
    events: {} as ProgramCommand | InstanceNotice | InstanceTurn | PoolNotice | ActorFailure,
  },
  actors: { instance: instanceMachine, pool: poolMachine },
  guards: {
    nothingLives: ({ context }) => context.live === 0,
    isHeldAndLosesItsLast: ({ context }) => context.held && context.live === 1,
  },
  actions: {
    // One assign for all of them: a spawn of its own for each would copy the list of children each time.
    spawnInstances: assign({
      instances: ({ context, spawn, self }) => {
        // A pool hears of its listeners before anybody else does.
        const audience = context.pool === undefined ? context.audience : self;
        return Object.fromEntries(
          context.spec.processes.map(spec => {
            const wanted = context.stopped.includes(spec.name) ? 'down' : 'up';
            const input = { spec, wanted, audience, program: self } as const;
            return [spec.name, spawn('instance', { id: spec.name, input })];
          }),
        );
      },
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
      for (const name of event.names ?? Object.keys(context.instances)) {
        const instance = context.instances[name];
        if (instance !== undefined) enqueue.sendTo(instance, event.command);
      }
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
    hold: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ held: true });
      for (const instance of Object.values(context.instances)) {
        enqueue.sendTo(instance, { type: 'instance.hold' });
      }
    }),
    tellFall: sendTo(({ context }) => context.supervisor, { type: 'program.fell' } satisfies ProgramReport),
    passFailure: sendTo(
      ({ context }) => context.supervisor,
      ({ event }) => failureNotice(event),
    ),
    countUp: assign({ live: ({ context }) => context.live + 1 }),
    countDown: assign({ live: ({ context }) => context.live - 1 }),
  },
}).createMachine({
  id: 'program',
  context: ({ input }) => ({ ...input, instances: {}, pool: undefined, live: 0, held: false }),
  entry: ['spawnPool', 'spawnInstances'],
  on: {
    'instance.rose': { actions: 'countUp' },
    'instance.fell': [
      { guard: 'isHeldAndLosesItsLast', actions: ['countDown', 'tellFall'] },
      { actions: 'countDown' },
    ],
    // Only a pool's listeners tell the program what others tell its audience.
    'instance.*': { actions: ['tellPool', 'passUp'] },
    'pool.*': { actions: 'passUp' },
    'xstate.error.actor.*': { actions: 'passFailure' },
    'program.hold': { actions: 'hold' },
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
