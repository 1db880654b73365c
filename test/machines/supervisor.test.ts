import { describe, expect, it } from 'vitest';
import { findGroup, findProcess, processes, supervisorState } from '../../machines/info.ts';
import { groupSpec, lone, programSpec, startSupervisor } from './fake.ts';

type Tree = ReturnType<typeof startSupervisor>;

const states = ({ root }: Tree) =>
  Object.fromEntries(
    processes(root.getSnapshot()).map(({ info }) => [`${info.group}:${info.name}`, info.state]),
  );

/** Brings every process that waits for a spawn to RUNNING. */
const settle = ({ kernel, clock }: Tree) => {
  for (const process of kernel.spawned.filter(({ gone }) => !gone)) {
    process.report({ type: 'process.started', pid: 50, at: { wall: 0, monotonic: 0 } });
  }
  clock.increment(1000);
};

const names = ({ kernel }: Tree) => kernel.spawned.map(({ spec }) => spec.name);

const stop = (to: 'all' | { group: string; name: string }) =>
  ({ type: 'supervisor.command', to, command: { type: 'instance.stop', reason: 'operator' } }) as const;
const start = (to: 'all' | { group: string; name: string }) =>
  ({ type: 'supervisor.command', to, command: { type: 'instance.start' } }) as const;

describe('routing', () => {
  const web = groupSpec('web', [programSpec('web', { names: ['web_0', 'web_1'] })]);
  const tree = () => {
    const it = startSupervisor([web, lone('db')]);
    settle(it);
    return it;
  };

  it.each([
    { to: { group: 'web', name: 'web_1' }, stopped: ['web:web_1'] },
    { to: { group: 'web', name: '*' }, stopped: ['web:web_0', 'web:web_1'] },
    { to: 'all' as const, stopped: ['db:db', 'web:web_0', 'web:web_1'] },
    { to: { group: 'web', name: 'nobody' }, stopped: [] },
    { to: { group: 'nobody', name: '*' }, stopped: [] },
  ])('brings a stop of $to to $stopped', ({ to, stopped }) => {
    const it = tree();
    it.root.send(stop(to));
    const stopping = Object.entries(states(it)).filter(([, state]) => state === 'STOPPING');
    expect(stopping.map(([name]) => name)).toEqual(stopped);
  });

  it('brings a stop of several to them in their order, whatever programs they are of', () => {
    const it = tree();
    it.notices.length = 0;
    const told = ['web:web_1', 'db:db', 'web:web_0', 'web:web_1', 'nobody:x', 'web:nobody'];
    const to = told.map(name => name.split(':')).map(([group = '', name = '']) => ({ group, name }));
    it.root.send({
      type: 'supervisor.command',
      to,
      command: { type: 'instance.signal', signal: 'SIGHUP' },
    });
    const signalled = it.notices.flatMap(notice =>
      'signal' in notice && 'name' in notice ? [notice.name] : [],
    );
    expect(signalled).toEqual(['web_1', 'db', 'web_0', 'web_1']);
  });

  it('finds processes and groups by name', () => {
    const root = tree().root.getSnapshot();
    expect(findProcess(root, 'web', 'web_1')?.info.state).toBe('RUNNING');
    expect(findProcess(root, 'web', 'nobody')).toBeUndefined();
    expect(findGroup(root, 'web')).toHaveLength(2);
    expect(findGroup(root, 'nobody')).toBeUndefined();
  });

  it('gives the same info object for as long as nothing changes', () => {
    const it = tree();
    const info = () => findProcess(it.root.getSnapshot(), 'db', 'db')?.info;
    expect(info()).toBe(info());
    const before = info();
    it.root.send(stop({ group: 'db', name: 'db' }));
    expect(info()).not.toBe(before);
  });
});

describe('the order of starts and stops', () => {
  it('starts groups by priority', () => {
    const it = startSupervisor([
      lone('late'),
      lone('early', { priority: 1 }),
      lone('middle', { priority: 5 }),
    ]);
    expect(names(it)).toEqual(['early', 'middle', 'late']);
  });

  it('starts the programs of one group by priority', () => {
    const group = groupSpec('g', [
      programSpec('b', { group: 'g', priority: 2 }),
      programSpec('a', { group: 'g', priority: 1 }),
    ]);
    expect(names(startSupervisor([group]))).toEqual(['a', 'b']);
  });

  it('stops group by group at shutdown, highest priority first, waiting for each', () => {
    const it = startSupervisor([lone('first', { priority: 1 }), lone('last', { priority: 9 })]);
    settle(it);
    it.root.send({ type: 'supervisor.shutdown' });
    expect(it.kernel.signals('last')).toEqual(['SIGTERM']);
    expect(it.kernel.signals('first')).toEqual([]);
    it.kernel.exit(0, 'last');
    expect(it.kernel.signals('first')).toEqual(['SIGTERM']);
    expect(it.root.getSnapshot().matches('ended')).toBe(false);
    it.kernel.exit(0, 'first');
    expect(it.root.getSnapshot().matches('ended')).toBe(true);
  });

  it('tells of its beginning and of every group before the first start', () => {
    const { notices } = startSupervisor([lone('a'), lone('b')]);
    expect(notices.map(({ type }) => type)).toEqual([
      'supervisor.state',
      'group.added',
      'group.added',
      'supervisor.begun',
      'instance.state',
      'instance.state',
    ]);
  });

  it('tells the end of one group before the stop of the next', () => {
    const it = startSupervisor([lone('first', { priority: 1 }), lone('last', { priority: 9 })]);
    settle(it);
    it.notices.length = 0;
    it.root.send({ type: 'supervisor.shutdown' });
    it.kernel.exit(0, 'last');
    it.kernel.exit(0, 'first');
    const told = it.notices.filter(({ type }) => /^(instance|supervisor)\.state$/.test(type));
    expect(told.map(notice => Object.entries(notice).find(([key]) => /^(to|state)$/.test(key))?.[1])).toEqual(
      ['SHUTDOWN', 'STOPPING', 'STOPPED', 'STOPPING', 'STOPPED'],
    );
  });

  it('starts nothing by itself during shutdown', () => {
    const it = startSupervisor([lone('first', { priority: 1, autorestart: 'always' }), lone('last')]);
    settle(it);
    it.root.send({ type: 'supervisor.shutdown' });
    it.kernel.exit(1, 'first');
    expect(states(it)['first:first']).toBe('EXITED');
  });

  it('ends at once when nothing lives', () => {
    const it = startSupervisor([lone('a', { autostart: false })]);
    it.root.send({ type: 'supervisor.shutdown' });
    expect(it.root.getSnapshot().matches('ended')).toBe(true);
  });

  it('shuts 1,000 groups down one after the other', () => {
    const groups = Array.from({ length: 1000 }, (_, i) => lone(`p${i}`));
    const it = startSupervisor(groups);
    settle(it);
    it.root.send({ type: 'supervisor.shutdown' });
    for (const process of it.kernel.spawned.toReversed()) {
      process.report({
        type: 'process.exited',
        exitstatus: 0,
        signal: undefined,
        at: { wall: 0, monotonic: 0 },
      });
    }
    expect(it.root.getSnapshot().matches('ended')).toBe(true);
  });
});

describe('an update', () => {
  const update = (it: Tree, groups: Parameters<typeof startSupervisor>[0], name: string) => {
    it.root.send({ type: 'supervisor.reread', groups });
    it.root.send({
      type: 'supervisor.command',
      to: { group: name, name: '*' },
      command: { type: 'instance.stop', reason: 'update' },
    });
    for (const process of it.kernel.spawned.filter(({ gone, spec }) => !gone && spec.group === name)) {
      process.report({
        type: 'process.exited',
        exitstatus: 0,
        signal: undefined,
        at: { wall: 0, monotonic: 0 },
      });
    }
    it.root.send({ type: 'supervisor.remove', group: name });
    it.root.send({ type: 'supervisor.add', group: name });
  };

  it('adds a group of the configuration that was read', () => {
    const it = startSupervisor([lone('a')]);
    it.root.send({ type: 'supervisor.add', group: 'b' });
    expect(Object.keys(states(it))).toEqual(['a:a']);
    it.root.send({ type: 'supervisor.reread', groups: [lone('a'), lone('b')] });
    it.root.send({ type: 'supervisor.add', group: 'b' });
    expect(states(it)).toEqual({ 'a:a': 'STARTING', 'b:b': 'STARTING' });
    expect(it.notices).toContainEqual({ type: 'group.added', group: lone('b') });
  });

  it('leaves what did not change alone', () => {
    const it = startSupervisor([lone('a'), lone('b')]);
    settle(it);
    update(it, [lone('a'), lone('b', { startsecs: 2 })], 'b');
    expect(it.kernel.spawned.filter(({ spec }) => spec.name === 'a')).toHaveLength(1);
    expect(it.kernel.latest('b').spec.startsecs).toBe(2);
  });

  it('removes a group and says so', () => {
    const it = startSupervisor([lone('a'), lone('b', { autostart: false })]);
    it.root.send({ type: 'supervisor.remove', group: 'b' });
    expect(Object.keys(states(it))).toEqual(['a:a']);
    expect(it.notices).toContainEqual({ type: 'group.removed', group: 'b' });
  });

  it('stops what still lives in a group that is removed before it is gone', () => {
    const it = startSupervisor([lone('a')]);
    settle(it);
    it.root.send({ type: 'supervisor.remove', group: 'a' });
    expect(states(it)).toEqual({ 'a:a': 'STOPPING' });
    it.kernel.exit(0);
    expect(states(it)).toEqual({});
  });

  it('does not start a process again that an operator had stopped', () => {
    const it = startSupervisor([lone('a')]);
    settle(it);
    it.root.send(stop({ group: 'a', name: 'a' }));
    it.kernel.exit(0);
    update(it, [lone('a', { startsecs: 2 })], 'a');
    expect(states(it)).toEqual({ 'a:a': 'STOPPED' });
    it.root.send(start({ group: 'a', name: 'a' }));
    expect(states(it)).toEqual({ 'a:a': 'STARTING' });
  });

  it('starts a changed process that ran', () => {
    const it = startSupervisor([lone('a')]);
    settle(it);
    update(it, [lone('a', { startsecs: 2 })], 'a');
    expect(states(it)).toEqual({ 'a:a': 'STARTING' });
  });

  it('keeps the same program in two groups apart', () => {
    const it = startSupervisor([
      groupSpec('g', [programSpec('cat', { group: 'g' })]),
      groupSpec('h', [programSpec('cat', { group: 'h' })]),
    ]);
    settle(it);
    it.root.send(stop({ group: 'h', name: 'cat' }));
    expect(states(it)).toEqual({ 'g:cat': 'RUNNING', 'h:cat': 'STOPPING' });
  });
});

describe('a reload', () => {
  const reload = (it: Tree, groups: Parameters<typeof startSupervisor>[0], restart_stopped = false) => {
    it.root.send({ type: 'supervisor.reload', groups, restart_stopped });
    for (
      let live = it.kernel.spawned.filter(({ gone }) => !gone);
      live.some(({ commands }) => commands.length > 0);
    ) {
      for (const process of live.filter(({ commands }) => commands.length > 0)) {
        process.report({
          type: 'process.exited',
          exitstatus: 0,
          signal: undefined,
          at: { wall: 0, monotonic: 0 },
        });
      }
      live = it.kernel.spawned.filter(({ gone }) => !gone);
    }
  };

  it('stops everything, then runs by the new configuration', () => {
    const it = startSupervisor([lone('a'), lone('b')]);
    settle(it);
    it.root.send({ type: 'supervisor.reload', groups: [lone('c')], restart_stopped: false });
    expect(supervisorState(it.root.getSnapshot())).toBe('RESTARTING');
    it.kernel.exit(0, 'b');
    it.kernel.exit(0, 'a');
    expect(supervisorState(it.root.getSnapshot())).toBe('RUNNING');
    expect(states(it)).toEqual({ 'c:c': 'STARTING' });
  });

  it.each([
    { restart_stopped: false, state: 'STOPPED' },
    { restart_stopped: true, state: 'STARTING' },
  ])('leaves what an operator stopped $state with restart_stopped=$restart_stopped', row => {
    const it = startSupervisor([lone('a'), lone('b')]);
    settle(it);
    it.root.send(stop({ group: 'a', name: 'a' }));
    it.kernel.exit(0, 'a');
    reload(it, [lone('a'), lone('b')], row.restart_stopped);
    expect(states(it)).toEqual({ 'a:a': row.state, 'b:b': 'STARTING' });
  });

  it('remembers an operator’s stop over two reloads', () => {
    const it = startSupervisor([lone('a')]);
    settle(it);
    it.root.send(stop('all'));
    it.kernel.exit(0, 'a');
    reload(it, [lone('a')]);
    reload(it, [lone('a')]);
    expect(states(it)).toEqual({ 'a:a': 'STOPPED' });
  });

  it('drops what the new configuration does not have', () => {
    const it = startSupervisor([lone('a'), lone('b')]);
    settle(it);
    reload(it, [lone('b'), lone('c')]);
    reload(it, [lone('c')]);
    expect(states(it)).toEqual({ 'c:c': 'STARTING' });
    expect(Object.keys(it.root.getSnapshot().children)).toEqual(['herald', 'c:c']);
  });

  it('brings what was read last where another one comes meanwhile', () => {
    const it = startSupervisor([lone('a')]);
    settle(it);
    it.root.send({ type: 'supervisor.reload', groups: [lone('b')], restart_stopped: false });
    it.root.send({ type: 'supervisor.reload', groups: [lone('c')], restart_stopped: false });
    it.kernel.exit(0, 'a');
    expect(states(it)).toEqual({ 'c:c': 'STARTING' });
  });

  it('gives way to a shutdown', () => {
    const it = startSupervisor([lone('a')]);
    settle(it);
    it.root.send({ type: 'supervisor.reload', groups: [lone('a')], restart_stopped: false });
    it.root.send({ type: 'supervisor.shutdown' });
    expect(supervisorState(it.root.getSnapshot())).toBe('SHUTDOWN');
    it.kernel.exit(0, 'a');
    expect(it.root.getSnapshot().matches('ended')).toBe(true);
  });
});

describe('a broken actor', () => {
  it('is told by name, and the others go on', () => {
    const { root, notices } = startSupervisor([lone('a')]);
    root.send({ type: 'xstate.error.actor.a:a', error: new Error('bug') } as never);
    expect(notices).toContainEqual({ type: 'actor.failed', actor: 'a:a', reason: 'bug' });
    expect(root.getSnapshot().status).toBe('active');
  });
});
