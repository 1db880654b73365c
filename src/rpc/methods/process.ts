import { isOutdated } from '../../../machines/info.ts';
import { doOne, start, startAll, stop, stopAll } from '../actions.ts';
import { allByPriority, groupByPriority, resolve } from '../address.ts';
import type { Backend } from '../backend.ts';
import { flag, type Method, method, text } from '../method.ts';
import type { Result } from '../rounds.ts';

const name = text('name', 'a process: name, group:name; or a whole group: group:*');
const group = text('name', 'a group');
const wait = flag('wait', 'whether to answer only when it is done', true);

/** How processes are started and stopped. */
export const processMethods = (backend: Backend): readonly Method[] => {
  const snapshot = () => backend.root.getSnapshot();
  const stopGroup = (wanted: string, waits: boolean): Promise<Result[]> => {
    const processes = groupByPriority(snapshot(), wanted);
    // A stop for an update is not an operator's wish that the group stays down.
    const reason = isOutdated(snapshot(), wanted) ? 'update' : 'operator';
    return stopAll(processes, stop(backend, waits, reason));
  };
  return [
    method({
      name: 'supervisor.startProcess',
      params: [name, wait],
      returns: 'boolean',
      help: 'Starts a process. For a whole group it answers as startProcessGroup does.',
      run: (wanted, waits) => {
        const found = resolve(snapshot(), wanted);
        const act = start(backend, waits);
        if (found.kind === 'group') return startAll(groupByPriority(snapshot(), found.group), act);
        return doOne(act, found.process, wanted);
      },
    }),
    method({
      name: 'supervisor.startProcessGroup',
      params: [group, wait],
      returns: 'array',
      help: 'Starts the processes of a group that are down, by priority, and says what came of each.',
      run: (wanted, waits) => startAll(groupByPriority(snapshot(), wanted), start(backend, waits)),
    }),
    method({
      name: 'supervisor.startAllProcesses',
      params: [wait],
      returns: 'array',
      help: 'Starts every process that is down, by priority, and says what came of each.',
      run: waits => startAll(allByPriority(snapshot()), start(backend, waits)),
    }),
    method({
      name: 'supervisor.stopProcess',
      params: [name, wait],
      returns: 'boolean',
      help: 'Stops a process. For a whole group it answers as stopProcessGroup does.',
      run: (wanted, waits) => {
        const found = resolve(snapshot(), wanted);
        if (found.kind === 'group') return stopGroup(found.group, waits);
        return doOne(stop(backend, waits), found.process, wanted);
      },
    }),
    method({
      name: 'supervisor.stopProcessGroup',
      params: [group, wait],
      returns: 'array',
      help: 'Stops the processes of a group that are up, in reverse priority, and says what came of each.',
      run: stopGroup,
    }),
    method({
      name: 'supervisor.stopAllProcesses',
      params: [wait],
      returns: 'array',
      help: 'Stops every process that is up, in reverse priority, and says what came of each.',
      run: waits => stopAll(allByPriority(snapshot()), stop(backend, waits)),
    }),
  ];
};
