import { createActor } from 'xstate';
import type { Bulletin, Instant, SupervisorNotice } from '../machines/events.ts';
import { findProcess } from '../machines/info.ts';
import { instanceMachine } from '../machines/instance.ts';
import { listenerMachine } from '../machines/listener.ts';
import { poolMachine } from '../machines/pool.ts';
import { programMachine } from '../machines/program.ts';
import type { GroupSpec, ProcessSpec } from '../machines/spec.ts';
import { STOPPED_STATES } from '../machines/states.ts';
import { hear, homeOf, programKey, type SupervisorRef, supervisorMachine } from '../machines/supervisor.ts';
import { createListening } from './events/listening.ts';
import { type Line, narrate } from './events/narration.ts';
import type { Newsroom } from './events/newsroom.ts';
import { createReminders } from './events/reminders.ts';
import { createShortages } from './events/shortages.ts';
import { createShow } from './output/echo.ts';
import type { Log } from './output/mainlog.ts';
import type { Outputs } from './output/registry.ts';
import type { Exits } from './process/exits.ts';
import { createFcgiSockets, type Life } from './process/fcgi.ts';
import type { Launch } from './process/launch.ts';
import { createProcessPort } from './process/spawn.ts';
import type { ProcessTable } from './process/table.ts';
import { createTroubles } from './process/troubles.ts';
import { indexTimers } from './timers.ts';

type StateNotice = Extract<SupervisorNotice, { type: 'instance.state' }>;

/** The real effects that the machines are given. */
export interface Effects {
  readonly launch: Launch;
  readonly exits: Exits;
  readonly table: ProcessTable;
  /** What the processes write goes here; a reload may bring others. */
  outputs(): Outputs;
  readonly log: Log;
  /** Who hears of everything that event listeners may be told of. */
  readonly news: Newsroom;
  now(): Instant;
}

const processesOf = (group: GroupSpec | undefined) =>
  group?.programs.flatMap(program => program.processes) ?? [];

/** What becomes of a process after a change of its state. */
const lifeOf = ({ to, spec, expected }: StateNotice, ending: boolean): Life => {
  if (!STOPPED_STATES.has(to)) return 'lives';
  if (ending) return 'gone';
  if (to === 'STOPPED') return 'stopped';
  const isWanted = spec.autorestart === 'always' || (spec.autorestart === 'unexpected' && !expected);
  return to === 'EXITED' && isWanted ? 'comes back' : 'gone';
};

/** The sockets of the FastCGI programs among the groups that run. */
const fcgiOf = (groups: ReadonlyMap<string, GroupSpec>, log: Log) => {
  const sockets = createFcgiSockets(text => log('info', text));
  let ending = false;
  const home = ({ group, name }: { readonly group: string; readonly name: string }) => {
    const spec = groups.get(group);
    const program = spec && homeOf(spec, name);
    return program?.fcgi && { key: programKey(program), fcgi: program.fcgi };
  };
  return {
    descriptor(spec: ProcessSpec) {
      const program = home(spec);
      return program && sockets.descriptor(program.key, program.fcgi);
    },
    notice(notice: SupervisorNotice) {
      if (notice.type === 'group.added') {
        for (const { fcgi } of notice.group.programs) if (fcgi) sockets.prepare(fcgi);
      }
      if (notice.type === 'group.removed') {
        for (const program of groups.get(notice.group)?.programs ?? [])
          if (program.fcgi) sockets.close(programKey(program));
      }
      if (notice.type === 'supervisor.state') ending = notice.state !== 'RUNNING';
      if (notice.type !== 'instance.state') return;
      const program = home(notice);
      if (program) sockets.note(program.key, notice.name, lifeOf(notice, ending));
    },
  };
};

/** The subscriptions of the pools among the groups that run. */
const poolsOf = (root: SupervisorRef, news: Newsroom, glance: () => void) => {
  const subscriptions = new Map<string, readonly (() => void)[]>();
  const end = (group: string) => {
    for (const unsubscribe of subscriptions.get(group) ?? []) unsubscribe();
    subscriptions.delete(group);
  };
  const begin = ({ name, programs }: GroupSpec) => {
    const unsubscribes = programs.flatMap(program => {
      if (program.listener === undefined) return [];
      const { events } = program.listener;
      const pool = () => root.getSnapshot().context.programs[programKey(program)]?.getSnapshot().context.pool;
      const tell = (bulletins: readonly Bulletin[]) => {
        pool()?.send({ type: 'pool.events', bulletins });
        glance();
      };
      return news.subscribe({ events, tell });
    });
    subscriptions.set(name, unsubscribes);
  };
  return {
    notice(notice: SupervisorNotice) {
      // A reload begins with new pools.
      if (notice.type === 'supervisor.state' && notice.state === 'RUNNING')
        for (const group of [...subscriptions.keys()]) end(group);
      if (notice.type === 'group.added') begin(notice.group);
      if (notice.type === 'group.removed') end(notice.group);
    },
  };
};

/**
 * The actor tree with its real effects, not yet started. A group's outputs are there before its first process and
 * until its last; every notice is told in the main log.
 */
export const wire = (groups: readonly GroupSpec[], effects: Effects): SupervisorRef => {
  const { launch, exits, table, outputs, log, news, now } = effects;
  const added = new Map<string, GroupSpec>();
  const tell = createTroubles(text => log('error', text));
  const say = ({ level, text }: Line) => log(level, text);
  const clock = () => now().monotonic;
  const shortages = createShortages(say, clock);
  const reminders = createReminders(say, clock);
  const fcgi = fcgiOf(added, log);
  const port = createProcessPort({
    launch,
    exits,
    table,
    // Each look at process.env makes fresh strings: those of one copy are shared by all.
    environment: { ...process.env },
    now,
    output: spec => outputs().add(spec),
    stdin: fcgi.descriptor,
    between: () => listening.glance(),
    onTrouble: ({ name, during, cause }) => tell(`${name}: ${during}: ${cause.message}`),
  });
  const instance = instanceMachine.provide({ actors: { process: port } });
  const listening = createListening({
    hear: (spec, listener) => outputs().add(spec).hear(listener),
    write({ group, name }, data) {
      const instance = findProcess(root.getSnapshot(), group, name)?.ref;
      if (instance === undefined || table.write(instance.getSnapshot().context.pid, data)) return;
      // It goes into the background just now: what it is told waits.
      instance.send({ type: 'instance.stdin', data });
    },
    log,
    show: createShow(),
  });
  const listener = listenerMachine.provide({ actors: { port: listening.port } });
  const pool = poolMachine.provide({ actors: { listener } });
  const program = programMachine.provide({ actors: { instance, pool } });
  const root: SupervisorRef = createActor(supervisorMachine.provide({ actors: { program } }), {
    input: { groups },
  });
  indexTimers(root);
  const pools = poolsOf(root, news, listening.glance);
  hear(root, notice => {
    // A reload begins with other groups.
    if (notice.type === 'supervisor.state' && notice.state === 'RUNNING') added.clear();
    if (notice.type === 'instance.spawned' || notice.type === 'instance.moved')
      outputs().get(notice.group, notice.name)?.attach(notice.pid);
    if (notice.type === 'group.added') {
      added.set(notice.group.name, notice.group);
      for (const spec of processesOf(notice.group)) outputs().add(spec);
    }
    fcgi.notice(notice);
    if (notice.type === 'group.removed') {
      for (const spec of processesOf(added.get(notice.group))) outputs().remove(spec.group, spec.name);
      added.delete(notice.group);
    }
    if (!shortages.silences(notice)) narrate(notice).forEach(say);
    reminders.notice(notice);
    pools.notice(notice);
    news.notice(notice);
  });
  return root;
};
