import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SupervisorCommand } from '../../machines/events.ts';
import { processes, supervisorState } from '../../machines/info.ts';
import type { GroupSpec } from '../../machines/spec.ts';
import { STOPPED_STATES } from '../../machines/states.ts';
import { at, groupSpec, lone, programSpec, startSupervisor } from '../machines/fake.ts';

type Tree = ReturnType<typeof startSupervisor>;

const CONFIGURATIONS: readonly (readonly GroupSpec[])[] = [
  [
    groupSpec(
      'web',
      [programSpec('web', { names: ['web_0', 'web_1'], group: 'web', autorestart: 'always' })],
      5,
    ),
    lone('db', { priority: 1, startretries: 1 }),
    lone('idle', { autostart: false }),
  ],
  [lone('db', { priority: 1, startsecs: 0 }), lone('new', { startretries: 0 })],
];

/** What the world outside does next; the numbers choose among what there is. */
type Step =
  | { readonly do: 'command'; readonly command: SupervisorCommand }
  | { readonly do: 'report'; readonly which: number; readonly exitstatus: number }
  | { readonly do: 'wait'; readonly milliseconds: number };

const addresses = [
  'all' as const,
  { group: 'web', name: '*' },
  { group: 'web', name: 'web_1' },
  { group: 'db', name: 'db' },
  { group: 'idle', name: 'idle' },
  { group: 'nobody', name: '*' },
];

const commands: fc.Arbitrary<SupervisorCommand> = fc.oneof(
  fc.record({
    type: fc.constant('supervisor.command' as const),
    to: fc.constantFrom(...addresses),
    command: fc.constantFrom(
      { type: 'instance.start' } as const,
      { type: 'instance.stop', reason: 'operator' } as const,
      { type: 'instance.stop', reason: 'update' } as const,
      { type: 'instance.signal', signal: 'SIGHUP' } as const,
    ),
  }),
  fc.record({
    type: fc.constant('supervisor.reread' as const),
    groups: fc.constantFrom(...CONFIGURATIONS),
  }),
  fc.record({
    type: fc.constantFrom('supervisor.add' as const, 'supervisor.remove' as const),
    group: fc.constantFrom('web', 'db', 'idle', 'new', 'nobody'),
  }),
  fc.record({
    type: fc.constant('supervisor.reload' as const),
    groups: fc.constantFrom(...CONFIGURATIONS),
    restart_stopped: fc.boolean(),
  }),
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('command' as const), command: commands }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      which: fc.nat(20),
      exitstatus: fc.constantFrom(-1, 0, 1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      milliseconds: fc.constantFrom(1, 1000, 3000, 10_000),
    }),
  },
);

const living = ({ kernel }: Tree) => kernel.spawned.filter(({ gone }) => !gone);

/** Who has a process now, by the kernel's own account. */
const started = new WeakSet<object>();

const advance = (tree: Tree, which: number, exitstatus: number) => {
  const candidates = living(tree);
  const process = candidates[which % candidates.length];
  if (process === undefined) return;
  if (!started.has(process)) {
    started.add(process);
    process.report({ type: 'process.started', pid: 1000 + tree.kernel.spawned.indexOf(process), at: at(0) });
  } else {
    const signal = exitstatus < 0 ? 'SIGKILL' : undefined;
    process.report({ type: 'process.exited', exitstatus, signal, at: at(1) });
  }
};

const take = (tree: Tree, step: Step) => {
  if (step.do === 'command') tree.root.send(step.command);
  else if (step.do === 'wait') tree.clock.increment(step.milliseconds);
  else advance(tree, step.which, step.exitstatus);
};

/** What holds whatever happened before. */
const check = (tree: Tree) => {
  const { root } = tree;
  const all = processes(root.getSnapshot());
  const alive = living(tree).map(({ spec }) => `${spec.group}:${spec.name}`);
  expect(new Set(alive).size).toBe(alive.length);
  for (const { info } of all) {
    const hasProcess = alive.includes(`${info.group}:${info.name}`);
    const expected = ['STARTING', 'RUNNING', 'STOPPING'].includes(info.state);
    expect({ ...info, hasProcess }).toMatchObject({ hasProcess: expected });
  }
  for (const program of Object.values(root.getSnapshot().context.programs)) {
    const { live, instances } = program.getSnapshot().context;
    const states = Object.values(instances).map(ref => ref.getSnapshot().context.state);
    expect(live).toBe(states.filter(state => !STOPPED_STATES.has(state)).length);
  }
};

describe('the tree, under any sequence of commands, reports and waits', () => {
  it('never runs a process twice, never loses one, and counts what lives', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 40 }), sequence => {
        const tree = startSupervisor(CONFIGURATIONS[0] ?? []);
        check(tree);
        for (const step of sequence) {
          take(tree, step);
          check(tree);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ends whenever it is told to, once the processes do', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 25 }), sequence => {
        const tree = startSupervisor(CONFIGURATIONS[0] ?? []);
        for (const step of sequence) take(tree, step);
        tree.root.send({ type: 'supervisor.shutdown' });
        expect(supervisorState(tree.root.getSnapshot())).toBe('SHUTDOWN');
        const spawned = tree.kernel.spawned.length;
        for (let left = 100; living(tree).length > 0 && left > 0; left -= 1) advance(tree, 0, 0);
        tree.clock.increment(100_000);
        expect(tree.root.getSnapshot().matches('ended')).toBe(true);
        expect(tree.kernel.spawned).toHaveLength(spawned);
        expect(living(tree)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
