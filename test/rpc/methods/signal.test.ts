import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { XmlRpcValue } from '../../../src/rpc/codec.ts';
import { groupSpec, lone, programSpec } from '../../machines/fake.ts';
import { fakeDaemon, plain } from '../fixture.ts';

/** A daemon in which cat and the group's two run, and idle does not. */
const running = () => {
  const daemon = fakeDaemon([
    lone('cat'),
    groupSpec('g', [programSpec('w', { group: 'g', names: ['w_0', 'w_1'] })], 5),
    lone('idle', { autostart: false }),
  ]);
  for (const { spec } of [...daemon.kernel.spawned]) daemon.kernel.start(spec.name);
  const call = async (method: string, ...params: XmlRpcValue[]) =>
    plain(await daemon.call(`supervisor.${method}`, params));
  return { ...daemon, call };
};

const result = (group: string, name: string, status = 80, description = 'OK') => ({
  name,
  group,
  status,
  description,
});

describe('signalProcess', () => {
  it.each<[XmlRpcValue, string]>([
    ['HUP', 'SIGHUP'],
    ['sigusr1', 'SIGUSR1'],
    [' KILL ', 'SIGKILL'],
    [constants.signals.SIGCONT, 'SIGCONT'],
    [`${constants.signals.SIGCONT}`, 'SIGCONT'],
  ])('takes %j', async (sent, signal) => {
    const { call, kernel } = running();
    expect(await call('signalProcess', 'cat', sent)).toBe(true);
    expect(kernel.signals('cat')).toEqual([signal]);
  });

  it('sends nothing for 0, which only asks whether there is a process', async () => {
    const { call, kernel } = running();
    expect(await call('signalProcess', 'cat', '0')).toBe(true);
    expect(kernel.signals('cat')).toEqual([]);
  });

  it.each<[XmlRpcValue]>([['HUPP'], [''], [9999], ['-1'], ['SIGSIGHUP'], ['toString']])(
    'answers BAD_SIGNAL for %j, also for a process that does not run',
    async sent => {
      const bad = { code: 11, message: `BAD_SIGNAL: ${sent}` };
      await expect(running().call('signalProcess', 'cat', sent)).rejects.toMatchObject(bad);
      await expect(running().call('signalProcess', 'idle', sent)).rejects.toMatchObject(bad);
    },
  );

  it('answers BAD_NAME and NOT_RUNNING', async () => {
    const { call } = running();
    await expect(call('signalProcess', 'nobody', 'HUPP')).rejects.toMatchObject({ code: 10 });
    await expect(call('signalProcess', 'idle', 'HUP')).rejects.toMatchObject({
      code: 70,
      message: 'NOT_RUNNING: idle',
    });
  });

  it('reaches a process that is being stopped', async () => {
    const { call, kernel } = running();
    await call('stopProcess', 'cat', false);
    expect(await call('signalProcess', 'cat', 'CONT')).toBe(true);
    expect(kernel.signals('cat')).toEqual(['SIGTERM', 'SIGCONT']);
  });
});

describe('a signal to several', () => {
  it('reaches those that run, and each has its result', async () => {
    const { call } = running();
    const group = [result('g', 'w_0'), result('g', 'w_1')];
    expect(await call('signalProcess', 'g:*', 'HUP')).toEqual(group);
    expect(await call('signalProcessGroup', 'g', 'HUP')).toEqual(group);
    expect(await call('signalAllProcesses', 'HUP')).toEqual([...group, result('cat', 'cat')]);
    expect(await call('signalProcessGroup', 'idle', 'HUP')).toEqual([]);
  });

  it('that does not exist is each one’s BAD_SIGNAL', async () => {
    const bad = (name: string) => result('g', name, 11, 'BAD_SIGNAL: XX');
    expect(await running().call('signalProcessGroup', 'g', 'XX')).toEqual([bad('w_0'), bad('w_1')]);
    await expect(running().call('signalProcessGroup', 'nobody', 'HUP')).rejects.toMatchObject({ code: 10 });
  });
});

describe('sendProcessStdin', () => {
  it('writes a string as UTF-8 and base64 as it is', async () => {
    const { call, kernel } = running();
    expect(await call('sendProcessStdin', 'cat', 'é\n')).toBe(true);
    expect(await call('sendProcessStdin', 'cat', new Uint8Array([0xff, 0]))).toBe(true);
    const written = kernel.latest('cat').commands.map(command => 'data' in command && [...command.data]);
    expect(written).toEqual([
      [0xc3, 0xa9, 0x0a],
      [0xff, 0],
    ]);
  });

  it('answers for what is no text, what does not run, and what does not exist', async () => {
    const { call } = running();
    await expect(call('sendProcessStdin', 'cat', 3)).rejects.toMatchObject({
      code: 2,
      message: 'INCORRECT_PARAMETERS: 3',
    });
    await expect(call('sendProcessStdin', 'idle', 'x')).rejects.toMatchObject({ code: 70 });
    await expect(call('sendProcessStdin', 'g:*', 'x')).rejects.toMatchObject({ code: 10 });
    await call('stopProcess', 'cat', false);
    await expect(call('sendProcessStdin', 'cat', 'x')).rejects.toMatchObject({ code: 70 });
  });
});
