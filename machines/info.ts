import { type Diff, diff, sameSpec } from './diff.ts';
import type { Instant } from './events.ts';
import type { InstanceRef, InstanceSnapshot } from './instance.ts';
import type { GroupSpec, Pid, ProcessSpec } from './spec.ts';
import { STATE_CODES, type StateName, type SupervisorStateName } from './states.ts';
import { groupNamed, homeOf, programKey, type SupervisorSnapshot } from './supervisor.ts';

/** What can be said of one process. The same object for as long as nothing changes. */
export interface ProcessInfo {
  readonly group: string;
  readonly name: string;
  readonly program: string;
  readonly state: StateName;
  readonly statecode: number;
  /** 0 where there is none. */
  readonly pid: Pid;
  /** The last spawn, undefined where there was none. */
  readonly start: Instant | undefined;
  /** The last end, undefined where there was none. */
  readonly stop: Instant | undefined;
  readonly exitstatus: number;
  readonly spawnerr: string;
  readonly retries: number;
  readonly wanted: 'up' | 'down';
  readonly spec: ProcessSpec;
}

/** One process: what can be said of it, and the actor to watch it by. */
export interface ProcessView {
  readonly ref: InstanceRef;
  readonly info: ProcessInfo;
}

/** The state that was last announced. Costs nothing, where infoOf would say all that the snapshot does. */
export const stateOf = ({ context }: InstanceSnapshot): StateName => context.state;

const infos = new WeakMap<InstanceSnapshot, ProcessInfo>();

/** What an instance's snapshot says. Snapshots never change, so each is read once. */
export const infoOf = (snapshot: InstanceSnapshot): ProcessInfo => {
  const known = infos.get(snapshot);
  if (known !== undefined) return known;
  const { spec, state, pid, startedAt, stoppedAt, exitstatus, spawnerr, retries, wanted } = snapshot.context;
  const info = {
    group: spec.group,
    name: spec.name,
    program: spec.program,
    state,
    statecode: STATE_CODES[state],
    pid,
    start: startedAt,
    stop: stoppedAt,
    exitstatus,
    spawnerr,
    retries,
    wanted,
    spec,
  };
  infos.set(snapshot, info);
  return info;
};

const view = (ref: InstanceRef): ProcessView => ({ ref, info: infoOf(ref.getSnapshot()) });

const refsOf = (root: SupervisorSnapshot, group: GroupSpec): readonly InstanceRef[] =>
  group.programs.flatMap(program => {
    const ref = root.context.programs[programKey(program)];
    return ref === undefined ? [] : Object.values(ref.getSnapshot().context.instances);
  });

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const sortedRefs = new WeakMap<object, readonly InstanceRef[]>();

/** Every process, sorted by group, then by name. */
export const processes = (root: SupervisorSnapshot): readonly ProcessView[] => {
  const { groups, programs } = root.context;
  let refs = sortedRefs.get(programs);
  if (refs === undefined) {
    refs = groups
      .toSorted((a, b) => compare(a.name, b.name))
      .flatMap(group => refsOf(root, group).toSorted((a, b) => compare(a.id, b.id)));
    sortedRefs.set(programs, refs);
  }
  return refs.map(view);
};

/** The group that runs under this name. */
export const runningGroup = (root: SupervisorSnapshot, name: string): GroupSpec | undefined =>
  groupNamed(root.context.groups, name);

/** Whether the configuration as last read changes or removes a group that runs. */
export const isOutdated = ({ context }: SupervisorSnapshot, name: string): boolean => {
  const named = (group: GroupSpec) => group.name === name;
  return !sameSpec(context.groups.find(named), context.configured.find(named));
};

/** What the configuration as last read changes of what runs. */
export const pendingChanges = ({ context }: SupervisorSnapshot): Diff =>
  diff(context.groups, context.configured);

/** The processes of a group in the order of its programs, or undefined where no such group runs. */
export const findGroup = (root: SupervisorSnapshot, name: string): readonly ProcessView[] | undefined => {
  const group = runningGroup(root, name);
  return group && refsOf(root, group).map(view);
};

/** One process, or undefined where no such process runs. */
export const findProcess = (
  root: SupervisorSnapshot,
  groupName: string,
  name: string,
): ProcessView | undefined => {
  const group = runningGroup(root, groupName);
  const home = group && homeOf(group, name);
  const ref = home && root.context.programs[programKey(home)]?.getSnapshot().context.instances[name];
  return ref && view(ref);
};

/** What the daemon is about, in Supervisor's word. */
export const supervisorState = (root: SupervisorSnapshot): SupervisorStateName =>
  root.matches('running')
    ? 'RUNNING'
    : root.matches({ stopping: 'restarting' }) || root.matches({ stopping: 'retiring' })
      ? 'RESTARTING'
      : 'SHUTDOWN';
