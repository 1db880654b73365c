import { findGroup, pendingChanges } from '../../../../machines/info.ts';
import { stop, stopAll } from '../../actions.ts';
import type { Backend } from '../../backend.ts';
import { fault, faults } from '../../faults.ts';
import { orCannotReread } from '../../methods/groups.ts';
import type { ConfigChanges } from '../model.ts';
import type { Operation } from '../operation.ts';
import { configOf } from '../views.ts';

const changes = (about: string) => ({ status: 200, about, schema: 'ConfigChanges' }) as const;

/** How the configuration is, what it would change, and how that is taken up. */
export const configOperations = (backend: Backend): readonly Operation[] => {
  const snapshot = () => backend.root.getSnapshot();
  return [
    {
      id: 'getConfig',
      method: 'GET',
      path: '/config',
      summary: 'How each process is configured as last read, sorted by group and name',
      successes: [{ status: 200, about: 'The configurations', schema: 'ProcessConfig', many: true }],
      run: () => {
        const { configured, groups } = snapshot().context;
        const inUse = new Set(groups.map(({ name }) => name));
        const json = configured
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
          .flatMap(group =>
            group.programs
              .flatMap(program => program.processes)
              .toSorted((a, b) => (a.name < b.name ? -1 : 1))
              .map(spec => configOf(spec, group, inUse.has(group.name))),
          );
        return { json };
      },
    },
    {
      id: 'getChanges',
      method: 'GET',
      path: '/config/changes',
      summary: 'What differs between the configuration as last read and what runs',
      successes: [changes('The groups that differ')],
      run: () => ({ json: pendingChanges(snapshot()) }),
    },
    {
      id: 'reread',
      method: 'POST',
      path: '/config/reread',
      summary: 'Read the configuration and say what it would change; nothing is changed yet',
      successes: [changes('The groups that differ')],
      problems: [422],
      run: async () => ({ json: changesOf(await orCannotReread(backend.reread())) }),
    },
    {
      id: 'update',
      method: 'POST',
      path: '/config/update',
      summary: 'Read the configuration and take up what it changes; other groups run on untouched',
      query: [
        { name: 'group', about: 'Only this group; may be given several times', schema: { type: 'string' } },
      ],
      successes: [changes('The groups that were taken up')],
      problems: [404, 409, 422],
      run: async ({ query }) => {
        const wanted = query.getAll('group');
        const found = changesOf(await orCannotReread(backend.reread()));
        const json = onlyWanted(found, wanted);
        const known = [...snapshot().context.groups, ...snapshot().context.configured].map(
          ({ name }) => name,
        );
        const unknown = wanted.find(name => !known.includes(name));
        if (unknown !== undefined) throw fault('BAD_NAME', unknown);
        const add = (group: string) => backend.root.send({ type: 'supervisor.add', group });
        // One group that does not go must not keep another, which has gone already, from coming back.
        const stopped = await Promise.allSettled([
          ...json.removed.map(group => removeGroup(backend, group)),
          ...json.changed.map(group => removeGroup(backend, group).then(() => add(group))),
        ]);
        for (const group of json.added) add(group);
        const failed = stopped.find(({ status }) => status === 'rejected');
        if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
        return { json };
      },
    },
  ];
};

const changesOf = ({ added, changed, removed }: ConfigChanges): ConfigChanges => ({
  added,
  changed,
  removed,
});

function onlyWanted({ added, changed, removed }: ConfigChanges, wanted: readonly string[]): ConfigChanges {
  const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
  return {
    added: added.filter(isWanted),
    changed: changed.filter(isWanted),
    removed: removed.filter(isWanted),
  };
}

async function removeGroup(backend: Backend, group: string): Promise<void> {
  const processes = findGroup(backend.root.getSnapshot(), group) ?? [];
  const results = await stopAll(processes, stop(backend, true, 'update'));
  if (results.some(({ status }) => status !== faults.SUCCESS.code)) throw fault('STILL_RUNNING', group);
  backend.root.send({ type: 'supervisor.remove', group });
}
