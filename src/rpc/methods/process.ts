import { isOutdated, type ProcessView } from '../../../machines/info.ts';
import { RUNNING_STATES } from '../../../machines/states.ts';
import { allByPriority, fullName, groupByPriority, resolve, tell } from '../address.ts';
import type { Answer } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { fault, RpcFault } from '../faults.ts';
import { flag, type Method, method, text } from '../method.ts';
import { type Attempt, rounds } from '../rounds.ts';
import { type Outcome, started, stopped } from '../settle.ts';

const name = text('name', 'a process: name, group:name; or a whole group: group:*');
const group = text('name', 'a group');
const wait = flag('wait', 'whether to answer only when it is done', true);

const isUp = ({ info }: ProcessView): boolean => RUNNING_STATES.has(info.state);
const isDown = (process: ProcessView): boolean => !isUp(process);

/** How processes are started and stopped. */
export const processMethods = (backend: Backend): readonly Method[] => {
  const snapshot = () => backend.root.getSnapshot();
  const act = action(backend);
  const startAll = (of: readonly ProcessView[], waits: boolean): Promise<Answer> =>
    rounds(of.filter(isDown).map(process => attempt(process, act.start, waits)));
  // The last of the order is told first, though all are waited for together.
  const stopAll = (of: readonly ProcessView[], waits: boolean): Promise<Answer> =>
    rounds(
      of
        .filter(isUp)
        .toReversed()
        .map(process => attempt(process, act.stop, waits))
        .toReversed(),
    );

  return [
    method({
      name: 'supervisor.startProcess',
      params: [name, wait],
      returns: 'boolean',
      help: 'Starts a process. For a whole group it answers as startProcessGroup does.',
      run: (wanted, waits) => {
        const found = resolve(snapshot(), wanted);
        if (found.kind === 'group') return startAll(groupByPriority(snapshot(), found.group), waits);
        return yes(act.start(found.process, wanted, waits));
      },
    }),
    method({
      name: 'supervisor.startProcessGroup',
      params: [group, wait],
      returns: 'array',
      help: 'Starts the processes of a group that are down, by priority, and says what came of each.',
      run: (wanted, waits) => startAll(groupByPriority(snapshot(), wanted), waits),
    }),
    method({
      name: 'supervisor.startAllProcesses',
      params: [wait],
      returns: 'array',
      help: 'Starts every process that is down, by priority, and says what came of each.',
      run: waits => startAll(allByPriority(snapshot()), waits),
    }),
    method({
      name: 'supervisor.stopProcess',
      params: [name, wait],
      returns: 'boolean',
      help: 'Stops a process. For a whole group it answers as stopProcessGroup does.',
      run: (wanted, waits) => {
        const found = resolve(snapshot(), wanted);
        if (found.kind === 'group') return stopAll(groupByPriority(snapshot(), found.group), waits);
        return yes(act.stop(found.process, wanted, waits));
      },
    }),
    method({
      name: 'supervisor.stopProcessGroup',
      params: [group, wait],
      returns: 'array',
      help: 'Stops the processes of a group that are up, in reverse priority, and says what came of each.',
      run: (wanted, waits) => stopAll(groupByPriority(snapshot(), wanted), waits),
    }),
    method({
      name: 'supervisor.stopAllProcesses',
      params: [wait],
      returns: 'array',
      help: 'Stops every process that is up, in reverse priority, and says what came of each.',
      run: waits => stopAll(allByPriority(snapshot()), waits),
    }),
  ];
};

/** Tells one process; throws the fault that stands at once, else promises what comes of it. */
type Act = (process: ProcessView, label: string, waits: boolean) => Promise<Outcome> | undefined;

const action = (backend: Backend): { readonly start: Act; readonly stop: Act } => ({
  start(process, label, waits) {
    const { spec, state } = process.info;
    const trouble = backend.commandTrouble(spec);
    if (trouble !== undefined) throw fault(trouble.kind, trouble.text);
    if (RUNNING_STATES.has(state)) throw fault('ALREADY_STARTED', label);
    if (state === 'UNKNOWN') throw fault('FAILED', `${label} is in an unknown process state`);
    if (state === 'STOPPING') throw fault('ABNORMAL_TERMINATION', label);
    tell(backend, process, { type: 'instance.start' });
    return waits ? started(process, label) : undefined;
  },
  stop(process, label, waits) {
    if (isDown(process)) throw fault('NOT_RUNNING', label);
    // A stop for an update is not the operator's wish that it stays down.
    const isUpdate = isOutdated(backend.root.getSnapshot(), process.info.group);
    tell(backend, process, { type: 'instance.stop', reason: isUpdate ? 'update' : 'operator' });
    return waits ? stopped(process, label) : undefined;
  },
});

/** One of several: what would be thrown for it alone becomes its outcome. */
function attempt(process: ProcessView, act: Act, waits: boolean): Attempt {
  try {
    return { process, outcome: act(process, fullName(process.info), waits) };
  } catch (error) {
    if (error instanceof RpcFault) return { process, outcome: error };
    throw error;
  }
}

async function yes(outcome: Promise<Outcome> | undefined): Promise<true> {
  const failure = await outcome;
  if (failure !== undefined) throw failure;
  return true;
}
