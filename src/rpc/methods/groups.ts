import { findGroup, runningGroup } from '../../../machines/info.ts';
import { STOPPED_STATES } from '../../../machines/states.ts';
import type { Backend } from '../backend.ts';
import { fault } from '../faults.ts';
import { type Method, method, text } from '../method.ts';

const group = text('name', 'a group');

/** How a changed configuration is taken up, group by group. */
export const groupMethods = (backend: Backend): readonly Method[] => {
  const snapshot = () => backend.root.getSnapshot();
  return [
    method({
      name: 'supervisor.reloadConfig',
      returns: 'array',
      help: 'Reads the configuration and names the groups that it adds, changes and removes; nothing is changed yet.',
      run: async () => {
        const { added, changed, removed } = await orCannotReread(backend.reread());
        return [[added, changed, removed]];
      },
    }),
    method({
      name: 'supervisor.addProcessGroup',
      params: [group],
      returns: 'boolean',
      help: 'Takes up a group of the configuration as last read, and starts what autostart says.',
      run: name => {
        if (runningGroup(snapshot(), name) !== undefined) throw fault('ALREADY_ADDED', name);
        const isConfigured = snapshot().context.configured.some(candidate => candidate.name === name);
        if (!isConfigured) throw fault('BAD_NAME', name);
        backend.root.send({ type: 'supervisor.add', group: name });
        return true;
      },
    }),
    method({
      name: 'supervisor.removeProcessGroup',
      params: [group],
      returns: 'boolean',
      help: 'Drops a group whose processes are all stopped.',
      run: name => {
        const found = findGroup(snapshot(), name);
        if (found === undefined) throw fault('BAD_NAME', name);
        if (found.some(({ info }) => !STOPPED_STATES.has(info.state))) throw fault('STILL_RUNNING', name);
        backend.root.send({ type: 'supervisor.remove', group: name });
        return true;
      },
    }),
  ];
};

/** What is wrong with a configuration goes to the client as CANT_REREAD. */
export async function orCannotReread<Value>(read: Promise<Value>): Promise<Value> {
  try {
    return await read;
  } catch (error) {
    throw fault('CANT_REREAD', error instanceof Error ? error.message : String(error));
  }
}
