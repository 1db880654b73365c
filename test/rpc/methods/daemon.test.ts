import { describe, expect, it } from 'vitest';
import { lone } from '../../machines/fake.ts';
import { fakeDaemon, plain } from '../fixture.ts';

const ask = async ({ call }: ReturnType<typeof fakeDaemon>, method: string, ...params: string[]) =>
  plain(await call(`supervisor.${method}`, params));

describe('the daemon', () => {
  it.each([
    ['getAPIVersion', '3.0'],
    ['getVersion', '3.0'],
    ['getSupervisorVersion', '4.2.5'],
    ['getIdentification', 'supervisor'],
    ['getPID', 4711],
    ['getState', { statecode: 1, statename: 'RUNNING' }],
  ])('answers %s with %j', async (method, value) => {
    expect(await ask(fakeDaemon([]), method)).toEqual(value);
  });

  it('answers a shutdown with true, then nearly everything with SHUTDOWN_STATE', async () => {
    const daemon = fakeDaemon([lone('cat')]);
    expect(await ask(daemon, 'shutdown')).toBe(true);
    expect(daemon.done.shutdowns).toBe(1);
    for (const name of daemon.calls.methods.keys()) {
      const { params, always } = daemon.calls.methods.get(name) ?? { params: [], always: false };
      const sent = params.filter(param => !('otherwise' in param)).map(() => 'cat');
      if (always) continue;
      expect(() => daemon.call(name, sent), name).toThrow(expect.objectContaining({ code: 6 }));
    }
    expect(await ask(daemon, 'sendRemoteCommEvent', 'type', 'data')).toBe(true);
    expect(plain(await daemon.call('system.multicall', [[{ methodName: 'supervisor.getState' }]]))).toEqual([
      { faultCode: 6, faultString: 'SHUTDOWN_STATE' },
    ]);
  });

  it('answers SHUTDOWN_STATE also while it is restarting', () => {
    const daemon = fakeDaemon([lone('cat')]);
    daemon.kernel.start();
    daemon.root.send({ type: 'supervisor.reload', groups: [], restart_stopped: true });
    expect(() => daemon.call('supervisor.getState', [])).toThrow(expect.objectContaining({ code: 6 }));
  });

  it('answers a restart with true, and one by a broken configuration with what is wrong with it', async () => {
    const daemon = fakeDaemon([]);
    expect(await ask(daemon, 'restart')).toBe(true);
    expect(daemon.done.reloads).toBe(1);
    const broken = fakeDaemon([], { reload: () => Promise.reject(new Error('no such option')) });
    await expect(ask(broken, 'restart')).rejects.toMatchObject({
      code: 92,
      message: 'CANT_REREAD: no such option',
    });
  });

  it('passes on what is sent to its listeners; a number counts as its digits', async () => {
    const daemon = fakeDaemon([]);
    expect(await ask(daemon, 'sendRemoteCommEvent', 'é', 'ü')).toBe(true);
    expect(await daemon.call('supervisor.sendRemoteCommEvent', [3, 4])).toBe(true);
    expect(daemon.done.events).toEqual([
      ['é', 'ü'],
      ['3', '4'],
    ]);
  });
});
