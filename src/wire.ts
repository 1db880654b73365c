import { createActor } from 'xstate';
import type { Instant, SupervisorNotice } from '../machines/events.ts';
import { instanceMachine } from '../machines/instance.ts';
import { programMachine } from '../machines/program.ts';
import type { GroupSpec } from '../machines/spec.ts';
import { type SupervisorRef, supervisorMachine } from '../machines/supervisor.ts';
import { narrate } from './events/narration.ts';
import type { Log } from './output/mainlog.ts';
import type { Outputs } from './output/registry.ts';
import type { Launch } from './process/launch.ts';
import { createProcessPort } from './process/spawn.ts';
import type { ProcessTable } from './process/table.ts';

/** The real effects that the machines are given. */
export interface Effects {
  readonly launch: Launch;
  readonly table: ProcessTable;
  /** What the processes write goes here; a reload may bring others. */
  outputs(): Outputs;
  readonly log: Log;
  now(): Instant;
}

const processesOf = (group: GroupSpec | undefined) =>
  group?.programs.flatMap(program => program.processes) ?? [];

/**
 * The actor tree with its real effects, not yet started. A group's outputs are there before its first process and
 * until its last; every notice is told in the main log.
 */
export const wire = (groups: readonly GroupSpec[], effects: Effects): SupervisorRef => {
  const { launch, table, outputs, log, now } = effects;
  const port = createProcessPort({
    launch,
    table,
    environment: process.env,
    now,
    output: spec => outputs().add(spec),
    onTrouble: ({ name, during, cause }) => log('error', `${name}: ${during}: ${cause.message}`),
  });
  const instance = instanceMachine.provide({ actors: { process: port } });
  const program = programMachine.provide({ actors: { instance } });
  const root = createActor(supervisorMachine.provide({ actors: { program } }), { input: { groups } });
  const added = new Map<string, GroupSpec>();
  root.on('*', (notice: SupervisorNotice) => {
    if (notice.type === 'instance.spawned') outputs().get(notice.group, notice.name)?.attach(notice.pid);
    if (notice.type === 'group.added') {
      added.set(notice.group.name, notice.group);
      for (const spec of processesOf(notice.group)) outputs().add(spec);
    }
    if (notice.type === 'group.removed') {
      for (const spec of processesOf(added.get(notice.group))) outputs().remove(spec.group, spec.name);
      added.delete(notice.group);
    }
    for (const { level, text } of narrate(notice)) log(level, text);
  });
  return root;
};
