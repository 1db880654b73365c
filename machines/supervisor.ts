import { type ActorRefFrom, assign, emit, enqueueActions, type SnapshotFrom, sendTo, setup } from 'xstate';
import { sameSpec, settled } from './diff.ts';
import {
  type ActorFailure,
  failureNotice,
  type ProgramReport,
  type RootNotice,
  type SupervisorCommand,
  type SupervisorNotice,
} from './events.ts';
import { type HeraldRef, herald } from './herald.ts';
import { type ProgramRef, programMachine } from './program.ts';
import type { GroupSpec, ProgramSpec } from './spec.ts';
import { STOPPED_STATES, type SupervisorStateName } from './states.ts';

/** What the root is made from. */
export interface SupervisorInput {
  readonly groups: readonly GroupSpec[];
}

interface SupervisorContext {
  /** Who tells the notices of instances and pools. */
  readonly herald: HeraldRef;
  /** The groups that run, in the order in which they were added. */
  readonly groups: readonly GroupSpec[];
  /** The groups of the newest configuration that was read. */
  readonly configured: readonly GroupSpec[];
  readonly programs: Readonly<Record<string, ProgramRef>>;
  /** `group:name` of processes that an operator had stopped and that come back by an update or a reload. */
  readonly stopped: ReadonlySet<string>;
  /** All groups when everything stops; the last ones are stopped first. */
  readonly stopping: readonly GroupSpec[];
  /** How many of them are still to be stopped: a shorter list each time would copy it for each group. */
  readonly unstopped: number;
  /** How many programs have retired for a reload. */
  readonly retired: number;
}

type Command = Extract<SupervisorCommand, { type: 'supervisor.command' }>;

type SupervisorEvent =
  | SupervisorCommand
  | ProgramReport
  | ActorFailure
  | { readonly type: `xstate.done.actor.${string}` };

/** The key and actor id of a program: one program may be a member of two groups. */
export const programKey = ({ group, name }: { readonly group: string; readonly name: string }) =>
  `${group}:${name}`;

const homes = new WeakMap<GroupSpec, ReadonlyMap<string, ProgramSpec>>();

/** Which program of a group has the process of this name. Remembered for each group: specs never change. */
export const homeOf = (group: GroupSpec, name: string): ProgramSpec | undefined => {
  let home = homes.get(group);
  if (home === undefined) {
    home = new Map(
      group.programs.flatMap(program => program.processes.map(process => [process.name, program] as const)),
    );
    homes.set(group, home);
  }
  return home.get(name);
};

const named = new WeakMap<readonly GroupSpec[], ReadonlyMap<string, GroupSpec>>();

/** The group of this name among these. Remembered for each list: it never changes. */
export const groupNamed = (groups: readonly GroupSpec[], name: string): GroupSpec | undefined => {
  let byName = named.get(groups);
  if (byName === undefined) {
    byName = new Map(groups.map(group => [group.name, group]));
    named.set(groups, byName);
  }
  return byName.get(name);
};

const programRefs = (context: SupervisorContext, group: GroupSpec): readonly ProgramRef[] =>
  group.programs.map(program => context.programs[programKey(program)]).filter(ref => ref !== undefined);

/** Who is told what, program by program, and of those that follow each other in one program together. */
const addressees = (context: SupervisorContext, to: Command['to']) => {
  const told: { readonly program: ProgramRef; readonly names: string[] | undefined }[] = [];
  const addresses =
    to === 'all' ? context.groups.map(({ name: group }) => ({ group, name: '*' })) : [to].flat();
  for (const { group: groupName, name } of addresses) {
    const group = groupNamed(context.groups, groupName);
    if (group === undefined) continue;
    if (name === '*') {
      told.push(...programRefs(context, group).map(program => ({ program, names: undefined })));
      continue;
    }
    const home = homeOf(group, name);
    const program = home && context.programs[programKey(home)];
    if (program === undefined) continue;
    const last = told.at(-1);
    if (last?.program === program && last.names !== undefined) last.names.push(name);
    else told.push({ program, names: [name] });
  }
  return told;
};

const isDown = (context: SupervisorContext, group: GroupSpec) =>
  programRefs(context, group).every(ref => ref.getSnapshot().context.live === 0);

const instancesOf = (context: SupervisorContext, group: GroupSpec) =>
  programRefs(context, group).flatMap(ref => Object.values(ref.getSnapshot().context.instances));

/** The processes of these groups that an operator had stopped, as `group:name`. */
const operatorStopped = (context: SupervisorContext, groups: readonly GroupSpec[]) =>
  groups.flatMap(group =>
    instancesOf(context, group)
      .map(ref => ref.getSnapshot().context)
      .filter(instance => instance.wanted === 'down' && instance.stopReason === 'operator')
      .map(({ spec }) => `${spec.group}:${spec.name}`),
  );

const byPriority = <Item extends { readonly priority: number }>(items: readonly Item[]) =>
  items.toSorted((a, b) => a.priority - b.priority);

/** The groups whose programs are not there yet, by priority. */
const newGroups = (context: SupervisorContext) =>
  byPriority(context.groups).filter(
    group => !group.programs.some(program => programKey(program) in context.programs),
  );

const next = ({ stopping, unstopped }: SupervisorContext) => stopping[unstopped - 1];

const stateOf = (state: SupervisorStateName) => ({ type: 'supervisor.state', state }) as const;

/** The root: it holds the groups that run, applies a changed configuration, and orders starts and stops. */
export const supervisorMachine = setup({
  types: {
    input: {} as SupervisorInput,
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    emitted: {} as RootNotice,
  },
  actors: { program: programMachine, herald },
  guards: {
    everyGroupIsStopped: ({ context }) => context.unstopped === 0,
    nextGroupIsStopped: ({ context }) => {
      const group = next(context);
      return group !== undefined && isDown(context, group);
    },
    everyProgramIsRetired: ({ context }) => context.retired === Object.keys(context.programs).length,
  },
  actions: {
    announceRun: emit(stateOf('RUNNING')),
    // On the way into the state: it is told before any process is stopped.
    announceRestart: emit(stateOf('RESTARTING')),
    announceShutdown: emit(stateOf('SHUTDOWN')),
    tellFailure: emit(({ event }) => failureNotice(event)),
    tellNewGroups: enqueueActions(({ context, enqueue }) => {
      for (const group of newGroups(context)) enqueue.emit({ type: 'group.added', group });
    }),
    startNewGroups: enqueueActions(({ context, enqueue }) => {
      const fresh = newGroups(context);
      // One assign for all of them: a spawn of its own for each would copy the list of children each time.
      enqueue.assign({
        programs: ({ spawn, self }) => {
          const started = fresh.flatMap(group =>
            byPriority(group.programs).map(spec => {
              const stopped = spec.processes
                .map(process => process.name)
                .filter(name => context.stopped.has(`${group.name}:${name}`));
              const input = { spec, stopped, audience: context.herald, supervisor: self };
              return [programKey(spec), spawn('program', { id: programKey(spec), input })] as const;
            }),
          );
          return { ...context.programs, ...Object.fromEntries(started) };
        },
        stopped: new Set(
          [...context.stopped].filter(key => !fresh.some(group => key.startsWith(`${group.name}:`))),
        ),
      });
    }),
    route: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'supervisor.command') return;
      for (const { program, names } of addressees(context, event.to)) {
        enqueue.sendTo(program, { type: 'program.command', names, command: event.command });
      }
    }),
    noteConfiguration: assign({
      configured: ({ context, event }) =>
        event.type === 'supervisor.reread' || event.type === 'supervisor.reload'
          ? settled(context.groups, event.groups)
          : context.configured,
    }),
    addGroup: assign(({ context, event }) => {
      if (event.type !== 'supervisor.add') return {};
      const group = context.configured.find(({ name }) => name === event.group);
      const isNew = group !== undefined && !context.groups.some(({ name }) => name === event.group);
      return isNew ? { groups: [...context.groups, group] } : {};
    }),
    retireGroup: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'supervisor.remove') return;
      const group = context.groups.find(({ name }) => name === event.group);
      if (group === undefined) return;
      // What an operator stopped stays stopped when an update brings the group back changed.
      const coming = groupNamed(context.configured, group.name);
      if (coming !== undefined && !sameSpec(group, coming)) {
        enqueue.assign({ stopped: new Set([...context.stopped, ...operatorStopped(context, [group])]) });
      }
      for (const ref of programRefs(context, group)) enqueue.sendTo(ref, { type: 'program.retire' });
    }),
    dropProgram: enqueueActions(({ context, event, enqueue }) => {
      const key = event.type.slice('xstate.done.actor.'.length);
      const { [key]: gone, ...programs } = context.programs;
      if (gone === undefined) return;
      enqueue.stopChild(gone);
      const name = key.slice(0, key.indexOf(':'));
      const group = context.groups.find(candidate => candidate.name === name);
      const isEmpty = group?.programs.every(program => !(programKey(program) in programs)) ?? false;
      enqueue.assign({
        programs,
        groups: isEmpty ? context.groups.filter(candidate => candidate !== group) : context.groups,
      });
      if (isEmpty) enqueue.emit({ type: 'group.removed', group: name });
    }),
    rememberStopped: assign({
      stopped: ({ context, event }) =>
        event.type === 'supervisor.reload' && !event.restart_stopped
          ? new Set(operatorStopped(context, context.groups))
          : context.stopped,
    }),
    holdEverything: enqueueActions(({ context, enqueue }) => {
      for (const ref of Object.values(context.programs)) {
        enqueue.sendTo(ref, { type: 'program.hold' });
      }
      enqueue.assign({ stopping: byPriority(context.groups), unstopped: context.groups.length });
    }),
    tellWhoIsWaitedFor: emit(({ context }) => ({
      type: 'supervisor.waiting',
      names: context.stopping
        .flatMap(group =>
          instancesOf(context, group)
            .map(ref => ref.getSnapshot().context)
            // Of the group whose turn it is, nobody waits for what is given up at once.
            .filter(({ state }) => group !== next(context) || state !== 'BACKOFF'),
        )
        .filter(({ state }) => !STOPPED_STATES.has(state))
        .map(({ spec }) => spec.name),
    })),
    stopNextGroup: enqueueActions(({ context, enqueue }) => {
      const group = next(context);
      if (group === undefined) return;
      const refs = instancesOf(context, group).toSorted(
        (a, b) => b.getSnapshot().context.spec.priority - a.getSnapshot().context.spec.priority,
      );
      for (const ref of refs) enqueue.sendTo(ref, { type: 'instance.stop', reason: 'shutdown' });
    }),
    // A group that is down is passed over in the same step; the next one is told to stop.
    passToNextGroup: assign({ unstopped: ({ context }) => context.unstopped - 1 }),
    retireEverything: enqueueActions(({ context, enqueue }) => {
      for (const ref of Object.values(context.programs)) enqueue.sendTo(ref, { type: 'program.retire' });
    }),
    countRetired: assign({ retired: ({ context }) => context.retired + 1 }),
    // Only what does not come back is stopped by name: each stop copies the list of children, while a program of
    // the same name takes the place of its retired predecessor at no cost.
    replaceEverything: enqueueActions(({ context, enqueue }) => {
      const coming = new Set(context.configured.flatMap(group => group.programs.map(programKey)));
      for (const [key, ref] of Object.entries(context.programs)) if (!coming.has(key)) enqueue.stopChild(ref);
      enqueue.assign({ programs: {}, retired: 0, groups: context.configured });
    }),
    tellBeginning: emit({ type: 'supervisor.begun' }),
    openHerald: sendTo(({ context }) => context.herald, { type: 'herald.begin' }),
    tellEnd: emit({ type: 'supervisor.ended' }),
  },
}).createMachine({
  id: 'supervisor',
  context: ({ input, spawn }) => ({
    herald: spawn('herald', { id: 'herald' }),
    groups: input.groups,
    configured: input.groups,
    programs: {},
    stopped: new Set<string>(),
    stopping: [],
    unstopped: 0,
    retired: 0,
  }),
  initial: 'running',
  on: {
    'xstate.done.actor.*': { actions: 'dropProgram' },
    'xstate.error.actor.*': { actions: 'tellFailure' },
    'actor.failed': { actions: 'tellFailure' },
  },
  states: {
    running: {
      entry: ['announceRun', 'tellNewGroups', 'tellBeginning', 'startNewGroups', 'openHerald'],
      on: {
        'supervisor.command': { actions: 'route' },
        'supervisor.reread': { actions: 'noteConfiguration' },
        'supervisor.add': { actions: ['addGroup', 'tellNewGroups', 'startNewGroups'] },
        'supervisor.remove': { actions: 'retireGroup' },
        'supervisor.reload': {
          target: 'stopping.restarting',
          actions: ['announceRestart', 'noteConfiguration', 'rememberStopped'],
        },
        'supervisor.shutdown': { target: 'stopping.shutdown', actions: 'announceShutdown' },
      },
    },
    stopping: {
      entry: ['holdEverything', 'tellWhoIsWaitedFor', 'stopNextGroup'],
      always: { guard: 'nextGroupIsStopped', actions: ['passToNextGroup', 'stopNextGroup'] },
      initial: 'shutdown',
      states: {
        restarting: {
          always: { guard: 'everyGroupIsStopped', target: 'retiring' },
          on: {
            // What was read last is what comes.
            'supervisor.reload': { actions: ['noteConfiguration', 'rememberStopped'] },
            'supervisor.shutdown': { target: 'shutdown', actions: 'announceShutdown' },
          },
        },
        retiring: {
          entry: 'retireEverything',
          always: {
            guard: 'everyProgramIsRetired',
            target: '#supervisor.running',
            actions: 'replaceEverything',
          },
          on: { 'xstate.done.actor.*': { actions: 'countRetired' } },
        },
        shutdown: {
          always: { guard: 'everyGroupIsStopped', target: '#supervisor.ended' },
        },
      },
    },
    // Not final: a final state stops the children one by one, and the process is about to end anyway.
    ended: { entry: 'tellEnd' },
  },
});

/** Calls back at every notice of the tree, the root's and those that its herald tells. */
export const hear = (
  root: {
    on(type: '*', listener: (notice: RootNotice) => void): unknown;
    getSnapshot(): SupervisorSnapshot;
  },
  listener: (notice: SupervisorNotice) => void,
): void => {
  root.on('*', listener);
  root.getSnapshot().context.herald.on('*', listener);
};

export type SupervisorRef = ActorRefFrom<typeof supervisorMachine>;
export type SupervisorSnapshot = SnapshotFrom<typeof supervisorMachine>;
