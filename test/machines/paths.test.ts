import { describe, expect, it } from 'vitest';
import { createActor, type EventFromLogic, fromCallback, SimulatedClock, type SnapshotFrom } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import type { InstanceNotice, ProcessReport } from '../../machines/events.ts';
import { instanceMachine } from '../../machines/instance.ts';
import type { ProcessSpec } from '../../machines/spec.ts';
import { at, fakeKernel, processSpec } from './fake.ts';

type Snapshot = SnapshotFrom<typeof instanceMachine>;
type InstanceEvent = EventFromLogic<typeof instanceMachine>;
type StateNode = typeof instanceMachine.root;

const timers = (snapshot: Snapshot) =>
  snapshot._nodes.flatMap(node => node.after).map(({ eventType }) => ({ type: eventType }));

/** What the world may do next: commands always, reports only as the process port's contract allows them. */
const possible = (snapshot: Snapshot): InstanceEvent[] => {
  const commands: InstanceEvent[] = [
    { type: 'instance.start' },
    { type: 'instance.stop', reason: 'operator' },
    { type: 'instance.stop', reason: 'shutdown' },
    { type: 'instance.signal', signal: 'SIGHUP' },
    { type: 'instance.stdin', data: new Uint8Array() },
    { type: 'instance.hold' },
  ];
  const unborn: ProcessReport[] = [
    { type: 'process.started', pid: 7, at: at(0) },
    { type: 'process.failed', spawnerr: 'no', at: at(0) },
  ];
  const living: ProcessReport[] = [
    { type: 'process.moved', pid: 7, at: at(0) },
    { type: 'process.exited', exitstatus: 0, signal: undefined, at: at(1) },
    { type: 'process.exited', exitstatus: 1, signal: undefined, at: at(1) },
    { type: 'process.exited', exitstatus: 1, signal: undefined, at: at(2000) },
    { type: 'process.lost', reason: 'EPERM', at: at(1) },
  ];
  const reports = !snapshot.matches('alive') ? [] : snapshot.context.pid === 0 ? unborn : living;
  const breakage = snapshot.matches('alive')
    ? [{ type: 'xstate.error.actor.process', error: new Error('bug') }]
    : [];
  return [...commands, ...reports, ...([...breakage, ...timers(snapshot)] as unknown as InstanceEvent[])];
};

const serializeState = (snapshot: Snapshot) => {
  const { wanted, held, retries, state, pid, exitWasExpected } = snapshot.context;
  return JSON.stringify([
    snapshot.value,
    wanted,
    held,
    Math.min(retries, 3),
    state,
    pid > 0,
    exitWasExpected,
  ]);
};

const VARIANTS: readonly Partial<ProcessSpec>[] = [
  {},
  { autostart: false },
  { autorestart: 'always' },
  { autorestart: 'never' },
  { startsecs: 0 },
  { forks: true },
  { forks: true, startsecs: 0 },
  { fault: 'no such user' },
  { fault: 'no such user', autostart: false },
];

const deaf = createActor(fromCallback(() => {}));

const pathsOf = (spec: ProcessSpec) =>
  getShortestPaths(instanceMachine, {
    input: { spec, wanted: 'up', audience: deaf, program: deaf },
    events: possible,
    serializeState,
    limit: 5_000,
  });

const nodesOf = (node: StateNode): StateNode[] => [
  node,
  ...Object.values(node.states).flatMap(child => nodesOf(child as StateNode)),
];

const transitionsOf = (node: StateNode) => [...[...node.transitions.values()].flat(), ...(node.always ?? [])];

/** Walks one path on a live actor, watching what must hold after every step. */
const walk = (
  spec: ProcessSpec,
  events: readonly { type: string }[],
  onTransition: (taken: object) => void,
) => {
  const kernel = fakeKernel();
  const notices: InstanceNotice[] = [];
  const audience = createActor(
    fromCallback<InstanceNotice>(({ receive }) => receive(notice => notices.push(notice))),
  ).start();
  const machine = instanceMachine.provide({ actors: { process: kernel.port } });
  const visited = new Set<string>();
  const actor = createActor(machine, {
    clock: new SimulatedClock(),
    input: { spec, wanted: 'up', audience, program: deaf },
    inspect: inspection => {
      if (inspection.type !== '@xstate.microstep') return;
      for (const taken of inspection._transitions) {
        onTransition(taken);
        visited.add(taken.source.id);
      }
      for (const node of (inspection.snapshot as Snapshot)._nodes) visited.add(node.id);
    },
  }).start();
  for (const event of events) {
    actor.send(event as InstanceEvent);
    const snapshot = actor.getSnapshot();
    const { context } = snapshot;
    const isAlive = snapshot.matches('alive');
    expect(kernel.spawned.filter(process => !process.gone)).toHaveLength(isAlive ? 1 : 0);
    if (!isAlive) expect(context.pid).toBe(0);
    if (snapshot.matches({ alive: 'running' })) expect(context.pid).toBe(7);
    expect(context.retries).toBeLessThanOrEqual(spec.startretries + 1);
    if (spec.fault !== undefined) expect(isAlive).toBe(false);
  }
  const told = notices.filter(notice => notice.type === 'instance.state');
  for (const [before, after] of told.slice(1).map((notice, i) => [told[i], notice] as const)) {
    expect(after.from).toBe(before?.to);
  }
  expect(told.at(-1)?.to ?? 'STOPPED').toBe(actor.getSnapshot().context.state);
  return visited;
};

describe('the instance chart, walked along every shortest path and one step on', () => {
  const states = new Set<string>();
  const taken = new Set<object>();
  const prefix = (id: string) => id.replace(/^instance\.?/, '');

  it.each(VARIANTS)('keeps its promises after every step with %o', over => {
    const spec = processSpec({ startretries: 1, ...over });
    for (const path of pathsOf(spec)) {
      const events = path.steps
        .map(step => step.event)
        .filter(event => (event.type as string) !== 'xstate.init');
      for (const last of possible(path.state)) {
        for (const id of walk(spec, [...events, last], transition => taken.add(transition)))
          states.add(prefix(id));
      }
    }
  });

  it('visited every state', () => {
    const all = nodesOf(instanceMachine.root).map(node => prefix(node.id));
    expect(all.length).toBeGreaterThan(15);
    expect(all.filter(id => !states.has(id))).toEqual([]);
  });

  it('took every transition', () => {
    const key = (t: { source: { id: string }; eventType: string; target?: readonly { id: string }[] }) =>
      `${prefix(t.source.id)} ${t.eventType} -> ${t.target?.map(node => prefix(node.id)).join() ?? 'itself'}`;
    const keysTaken = new Set([...taken].map(t => key(t as never)));
    const all = nodesOf(instanceMachine.root)
      .flatMap(transitionsOf)
      .map(t => key(t as never));
    expect(all.length).toBeGreaterThan(30);
    expect([...new Set(all)].filter(transition => !keysTaken.has(transition))).toEqual([]);
  });
});
