import { describe, expect, it } from 'vitest';
import { lone } from '../../machines/fake.ts';
import { fakeDaemon, plain } from '../fixture.ts';

const idle = lone('idle', { autostart: false });

const ask = async ({ call }: ReturnType<typeof fakeDaemon>, method: string, ...params: (string | number)[]) =>
  plain(await call(`supervisor.${method}`, params));

describe('reloadConfig', () => {
  it('names what a new configuration adds, changes and removes', async () => {
    const changes = { added: ['a'], changed: ['b'], removed: ['c', 'd'] };
    const daemon = fakeDaemon([], { reread: async () => changes });
    expect(await ask(daemon, 'reloadConfig')).toEqual([[['a'], ['b'], ['c', 'd']]]);
  });

  it('answers CANT_REREAD with what is wrong with it', async () => {
    const daemon = fakeDaemon([], { reread: () => Promise.reject(new Error("not a boolean: 'perhaps'")) });
    await expect(ask(daemon, 'reloadConfig')).rejects.toMatchObject({
      code: 92,
      message: "CANT_REREAD: not a boolean: 'perhaps'",
    });
  });
});

describe('addProcessGroup', () => {
  it('takes up a group of the configuration as last read', async () => {
    const daemon = fakeDaemon([]);
    await expect(ask(daemon, 'addProcessGroup', 'cat')).rejects.toMatchObject({
      code: 10,
      message: 'BAD_NAME: cat',
    });
    daemon.root.send({ type: 'supervisor.reread', groups: [lone('cat')] });
    expect(await ask(daemon, 'addProcessGroup', 'cat')).toBe(true);
    expect(daemon.kernel.spawned).toHaveLength(1);
  });

  it('answers ALREADY_ADDED for one that runs', async () => {
    await expect(ask(fakeDaemon([idle]), 'addProcessGroup', 'idle')).rejects.toMatchObject({
      code: 90,
      message: 'ALREADY_ADDED: idle',
    });
  });
});

describe('removeProcessGroup', () => {
  it('drops a group, which can be added again', async () => {
    const daemon = fakeDaemon([idle]);
    expect(await ask(daemon, 'removeProcessGroup', 'idle')).toBe(true);
    expect(await ask(daemon, 'getAllProcessInfo')).toEqual([]);
    expect(await ask(daemon, 'addProcessGroup', 'idle')).toBe(true);
    expect(await ask(daemon, 'getAllProcessInfo')).toHaveLength(1);
  });

  it('answers STILL_RUNNING until every process is stopped', async () => {
    const daemon = fakeDaemon([lone('cat')]);
    const still = { code: 91, message: 'STILL_RUNNING: cat' };
    await expect(ask(daemon, 'removeProcessGroup', 'cat')).rejects.toMatchObject(still);
    daemon.kernel.start();
    const stopped = ask(daemon, 'stopProcess', 'cat');
    await expect(ask(daemon, 'removeProcessGroup', 'cat')).rejects.toMatchObject(still);
    daemon.kernel.exit(0);
    await stopped;
    expect(await ask(daemon, 'removeProcessGroup', 'cat')).toBe(true);
  });

  it.each(['nobody', 'idle:idle', 3])('answers BAD_NAME for %j', async name => {
    await expect(ask(fakeDaemon([idle]), 'removeProcessGroup', name)).rejects.toMatchObject({
      code: 10,
      message: `BAD_NAME: ${name}`,
    });
  });
});
