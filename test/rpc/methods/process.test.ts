import { describe, expect, it } from 'vitest';
import type { GroupSpec, ProcessSpec } from '../../../machines/spec.ts';
import type { XmlRpcValue } from '../../../src/rpc/codec.ts';
import { groupSpec, lone, programSpec } from '../../machines/fake.ts';
import { fakeDaemon, plain } from '../fixture.ts';

const off = { autostart: false } as const;
const idle = (name: string, over: Partial<ProcessSpec> = {}): GroupSpec => lone(name, { ...off, ...over });

/** A group whose order by priority is b, c, a. */
const prioritized = (over: Partial<ProcessSpec> = {}): GroupSpec =>
  groupSpec('g', [
    programSpec('a', { ...off, group: 'g', priority: 5, ...over }),
    programSpec('b', { ...off, group: 'g', priority: 1, ...over }),
    programSpec('c', { ...off, group: 'g', priority: 3, ...over }),
  ]);

const ok = (name: string, group = name) => ({ name, group, status: 80, description: 'OK' });

/** A daemon in which `call` answers as a client would read it. */
const daemonOf = (groups: readonly GroupSpec[], over: Parameters<typeof fakeDaemon>[1] = {}) => {
  const daemon = fakeDaemon(groups, over);
  const call = async (method: string, ...params: XmlRpcValue[]) =>
    plain(await daemon.call(`supervisor.${method}`, params));
  /** Lets a process be spawned and run for longer than startsecs. */
  const run = (name: string) => {
    daemon.kernel.start(name);
    daemon.clock.increment(1000);
  };
  return { ...daemon, call, run };
};

/** Answers true once the calls so far have had their turn and this one is still waiting. */
const waits = async (answer: Promise<unknown>): Promise<boolean> => {
  const turn = new Promise(resolve => setImmediate(resolve, 'waits'));
  return (await Promise.race([answer, turn])) === 'waits';
};

describe('startProcess', () => {
  it('answers true when the process has run for startsecs', async () => {
    const { call, kernel, clock } = daemonOf([idle('cat')]);
    const answer = call('startProcess', 'cat');
    kernel.start();
    clock.increment(999);
    expect(await waits(answer)).toBe(true);
    clock.increment(1);
    expect(await answer).toBe(true);
  });

  it('answers true for startsecs=0 even when the process is gone at once', async () => {
    const { call, kernel } = daemonOf([idle('cat', { startsecs: 0, autorestart: 'never' })]);
    const answer = call('startProcess', 'cat');
    kernel.start();
    kernel.exit(0);
    expect(await answer).toBe(true);
  });

  it('answers true at once when it is not to wait', async () => {
    const { call, kernel } = daemonOf([idle('cat')]);
    expect(await call('startProcess', 'cat', false)).toBe(true);
    expect(kernel.spawned).toHaveLength(1);
  });

  it('takes group:name, and answers group:* as startProcessGroup does', async () => {
    const { call, run } = daemonOf([prioritized()]);
    const one = call('startProcess', 'g:a');
    run('a');
    expect(await one).toBe(true);
    const rest = call('startProcess', 'g:*');
    run('b');
    run('c');
    expect(await rest).toEqual([ok('b', 'g'), ok('c', 'g')]);
  });

  it.each(['nobody', 'g', 'a', 'g:nobody', 'nobody:*', '', ':', 'g:a:b'])(
    'answers BAD_NAME for %j',
    async name => {
      const { call } = daemonOf([prioritized()]);
      await expect(call('startProcess', name)).rejects.toMatchObject({
        code: 10,
        message: `BAD_NAME: ${name}`,
      });
    },
  );

  it('answers SPAWN_ERROR when the spawn fails, or the process dies within startsecs', async () => {
    const { call, kernel } = daemonOf([idle('cat')]);
    const failing = call('startProcess', 'cat');
    kernel.fail("can't find command '/bin/cat'");
    await expect(failing).rejects.toMatchObject({ code: 50, message: 'SPAWN_ERROR: cat' });
    await call('stopProcess', 'cat');
    const dying = call('startProcess', 'cat:cat');
    kernel.start();
    kernel.exit(1);
    await expect(dying).rejects.toMatchObject({ code: 50, message: 'SPAWN_ERROR: cat:cat' });
  });

  it('answers ABNORMAL_TERMINATION when the process is stopped meanwhile', async () => {
    const { call, kernel } = daemonOf([idle('cat')]);
    const answer = call('startProcess', 'cat');
    kernel.start();
    const stopping = call('stopProcess', 'cat');
    kernel.exit(-1);
    await expect(answer).rejects.toMatchObject({ code: 40, message: 'ABNORMAL_TERMINATION: cat' });
    expect(await stopping).toBe(true);
  });

  it('answers ABNORMAL_TERMINATION when the daemon is shut down meanwhile', async () => {
    const { call, kernel, root } = daemonOf([idle('cat')]);
    const answer = call('startProcess', 'cat');
    kernel.start();
    root.send({ type: 'supervisor.shutdown' });
    await expect(answer).rejects.toMatchObject({ code: 40 });
  });

  it('answers ALREADY_STARTED for a process that starts, runs, or waits to be tried again', async () => {
    const { call, kernel, clock } = daemonOf([idle('cat')]);
    const already = { code: 60, message: 'ALREADY_STARTED: cat' };
    await call('startProcess', 'cat', false);
    await expect(call('startProcess', 'cat')).rejects.toMatchObject(already);
    kernel.start();
    clock.increment(1000);
    await expect(call('startProcess', 'cat', false)).rejects.toMatchObject(already);
    const other = daemonOf([idle('cat')]);
    await other.call('startProcess', 'cat', false);
    other.kernel.fail('no');
    await expect(other.call('startProcess', 'cat')).rejects.toMatchObject(already);
  });

  it('answers ABNORMAL_TERMINATION for a process that is being stopped', async () => {
    const { call, run } = daemonOf([idle('cat')]);
    await call('startProcess', 'cat', false);
    run('cat');
    await call('stopProcess', 'cat', false);
    await expect(call('startProcess', 'cat')).rejects.toMatchObject({ code: 40 });
  });

  it('answers FAILED for a process of which nobody knows what it does', async () => {
    const { call, kernel, run } = daemonOf([idle('cat')]);
    await call('startProcess', 'cat', false);
    run('cat');
    kernel.latest().report({ type: 'process.lost', reason: 'EPERM', at: { wall: 0, monotonic: 0 } });
    await expect(call('startProcess', 'cat')).rejects.toMatchObject({
      code: 30,
      message: 'FAILED: cat is in an unknown process state',
    });
  });

  it('answers NO_FILE and NOT_EXECUTABLE before it tries, in the words of Supervisor', async () => {
    const { call, kernel } = daemonOf([idle('nofile'), idle('plain')], {
      commandTrouble: ({ name }) =>
        name === 'nofile'
          ? { kind: 'NO_FILE', text: "can't find command '/x'" }
          : { kind: 'NOT_EXECUTABLE', text: "command at '/x' is not executable" },
    });
    await expect(call('startProcess', 'nofile')).rejects.toMatchObject({
      code: 20,
      message: "NO_FILE: can't find command '/x'",
    });
    await expect(call('startProcess', 'plain', false)).rejects.toMatchObject({
      code: 21,
      message: "NOT_EXECUTABLE: command at '/x' is not executable",
    });
    expect(kernel.spawned).toHaveLength(0);
  });
});

describe('stopProcess', () => {
  it('answers true when the process is gone', async () => {
    const { call, kernel, run } = daemonOf([idle('cat')]);
    await call('startProcess', 'cat', false);
    run('cat');
    const answer = call('stopProcess', 'cat');
    expect(kernel.signals()).toEqual(['SIGTERM']);
    expect(await waits(answer)).toBe(true);
    kernel.exit(-1);
    expect(await answer).toBe(true);
  });

  it('answers true at once for a process that waits to be tried again', async () => {
    const { call, kernel } = daemonOf([idle('cat')]);
    await call('startProcess', 'cat', false);
    kernel.fail('no');
    expect(await call('stopProcess', 'cat')).toBe(true);
  });

  it('answers NOT_RUNNING for a process that is stopped or being stopped', async () => {
    const { call, run } = daemonOf([idle('cat')]);
    const not = { code: 70, message: 'NOT_RUNNING: cat' };
    await expect(call('stopProcess', 'cat')).rejects.toMatchObject(not);
    await call('startProcess', 'cat', false);
    run('cat');
    expect(await call('stopProcess', 'cat', false)).toBe(true);
    await expect(call('stopProcess', 'cat')).rejects.toMatchObject(not);
  });

  it('is remembered as the wish of an operator', async () => {
    const { call, root } = daemonOf([lone('cat')]);
    await call('stopProcess', 'cat', false);
    const { programs } = root.getSnapshot().context;
    expect(programs['cat:cat']?.getSnapshot().context.instances.cat?.getSnapshot().context).toMatchObject({
      wanted: 'down',
      stopReason: 'operator',
    });
  });
});

describe('several processes', () => {
  it('start by priority, and those that run already are left out', async () => {
    const { call, kernel, run } = daemonOf([prioritized()]);
    const answer = call('startProcessGroup', 'g');
    expect(kernel.spawned.map(({ spec }) => spec.name)).toEqual(['b', 'c', 'a']);
    for (const name of ['c', 'a', 'b']) run(name);
    expect(await answer).toEqual([ok('b', 'g'), ok('c', 'g'), ok('a', 'g')]);
    expect(await call('startProcessGroup', 'g')).toEqual([]);
  });

  it('stop in reverse priority; the answers are in the order of priority', async () => {
    const { call, kernel, run } = daemonOf([prioritized()]);
    await call('startProcessGroup', 'g', false);
    for (const name of ['a', 'b', 'c']) run(name);
    const told: string[] = [];
    for (const { spec, commands } of kernel.spawned) {
      commands.push = (...items) => {
        told.push(spec.name);
        return Array.prototype.push.apply(commands, items);
      };
    }
    const answer = call('stopProcessGroup', 'g');
    expect(told).toEqual(['a', 'c', 'b']);
    for (const name of ['b', 'a', 'c']) kernel.exit(0, name);
    expect(await answer).toEqual([ok('b', 'g'), ok('c', 'g'), ok('a', 'g')]);
    expect(await call('stopProcessGroup', 'g')).toEqual([]);
  });

  it('answer what failed at once first, then the others', async () => {
    const { call, kernel, run } = daemonOf([idle('a'), idle('b'), idle('c')], {
      commandTrouble: ({ name }) =>
        name === 'b' ? { kind: 'NO_FILE', text: "can't find command 'b'" } : undefined,
    });
    const answer = call('startAllProcesses');
    run('c');
    kernel.latest('a').report({ type: 'process.failed', spawnerr: 'x', at: { wall: 0, monotonic: 0 } });
    expect(await answer).toEqual([
      { name: 'b', group: 'b', status: 20, description: "NO_FILE: can't find command 'b'" },
      { name: 'a', group: 'a', status: 50, description: 'SPAWN_ERROR: a' },
      ok('c'),
    ]);
  });

  it('are those of all groups for the all forms, groups by priority', async () => {
    const { call, kernel } = daemonOf([idle('z', { priority: 1 }), idle('b'), prioritized(), idle('a')]);
    const started = await call('startAllProcesses', false);
    expect(kernel.spawned.map(({ spec }) => spec.name)).toEqual(['z', 'a', 'b', 'b', 'c', 'a']);
    expect(started).toMatchObject([{ name: 'z' }, { group: 'a' }, { group: 'b' }, ok('b', 'g'), {}, {}]);
    expect(await call('stopAllProcesses', false)).toHaveLength(6);
  });

  it('answer BAD_NAME for an unknown group', async () => {
    const { call } = daemonOf([prioritized()]);
    const bad = { code: 10, message: 'BAD_NAME: g:a' };
    await expect(call('startProcessGroup', 'g:a')).rejects.toMatchObject(bad);
    await expect(call('stopProcessGroup', 'g:a')).rejects.toMatchObject(bad);
  });

  it('that stop for an update do not stay down for it', async () => {
    const { call, root, kernel } = daemonOf([lone('cat')]);
    kernel.start();
    root.send({ type: 'supervisor.reread', groups: [lone('cat', { priority: 1 })] });
    const answer = call('stopProcessGroup', 'cat');
    kernel.exit(0);
    expect(await answer).toEqual([ok('cat')]);
    await call('removeProcessGroup', 'cat');
    await call('addProcessGroup', 'cat');
    expect(kernel.spawned).toHaveLength(2);
  });
});

describe('one process of an outdated group', () => {
  it('that an operator stops is down by the wish of an operator', async () => {
    const { call, root } = daemonOf([lone('cat')]);
    root.send({ type: 'supervisor.reread', groups: [lone('cat', { priority: 1 })] });
    await call('stopProcess', 'cat', false);
    const { programs } = root.getSnapshot().context;
    const { instances } = programs['cat:cat']?.getSnapshot().context ?? {};
    expect(instances?.cat?.getSnapshot().context.stopReason).toBe('operator');
  });
});

describe('a wait', () => {
  it('ends with FAILED when the process does not go, and holds up nobody', async () => {
    // The limit is a minute beyond stopwaitsecs; a test does not sit it out.
    const { call, run } = daemonOf([idle('cat', { stopwaitsecs: -59.95 })]);
    await call('startProcess', 'cat', false);
    run('cat');
    await expect(call('stopProcess', 'cat')).rejects.toMatchObject({
      code: 30,
      message: expect.stringMatching(/^FAILED: cat: still STOPPING after /),
    });
  });
});
