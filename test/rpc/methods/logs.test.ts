import { describe, expect, it } from 'vitest';
import type { XmlRpcValue } from '../../../src/rpc/codec.ts';
import { groupSpec, lone, programSpec } from '../../machines/fake.ts';
import { fakeDaemon, logFile, plain } from '../fixture.ts';

const daemonOf = () => {
  const daemon = fakeDaemon([
    lone('cat', { autostart: false }),
    groupSpec(
      'g',
      [programSpec('w', { group: 'g', names: ['w_0', 'w_1'], autostart: false, priority: 1 })],
      5,
    ),
  ]);
  const call = async (method: string, ...params: XmlRpcValue[]) =>
    plain(await daemon.call(`supervisor.${method}`, params));
  return { ...daemon, call };
};

const badArguments = { code: 3, message: 'BAD_ARGUMENTS' };

describe.each([
  ['readLog', 'main', []],
  ['readMainLog', 'main', []],
  ['readProcessLog', 'g:w_0:stdout', ['g:w_0']],
  ['readProcessStdoutLog', 'g:w_0:stdout', ['g:w_0']],
  ['readProcessStderrLog', 'g:w_0:stderr', ['g:w_0']],
])('%s', (method, key, name) => {
  it.each([
    [0, 0, 'hi\nho\n'],
    [0, 2, 'hi'],
    [1, 5, 'i\nho\n'],
    [1, 0, 'i\nho\n'],
    [100, 5, ''],
    [-1, 0, '\n'],
    [-100, 0, 'hi\nho\n'],
    ['1', '1', 'i'],
    [0.5, 1, 'h'],
  ])('reads from %j, %j bytes', async (offset, length, expected) => {
    const daemon = daemonOf();
    await logFile(daemon, key, 'hi\nho\n');
    expect(await daemon.call(method, ...name, offset, length)).toBe(expected);
  });

  it.each([
    [-1, 1],
    [0, -1],
    [2, -1],
  ])('answers BAD_ARGUMENTS for offset %i and length %i', async (offset, length) => {
    const daemon = daemonOf();
    await logFile(daemon, key, 'hi\n');
    await expect(daemon.call(method, ...name, offset, length)).rejects.toMatchObject(badArguments);
  });

  it('answers NO_FILE where there is no log, or no file', async () => {
    const daemon = daemonOf();
    await expect(daemon.call(method, ...name, 0, 0)).rejects.toMatchObject({ code: 20, message: 'NO_FILE' });
    daemon.files.set(key, '/nonexistent/log');
    await expect(daemon.call(method, ...name, 0, 0)).rejects.toMatchObject({
      code: 20,
      message: 'NO_FILE: /nonexistent/log',
    });
  });

  it('gives UTF-8 as it is, and shows what is none instead of failing', async () => {
    const daemon = daemonOf();
    await logFile(daemon, key, Buffer.from([...Buffer.from('€ &<>\r\n'), 0xff, 0x1b]));
    expect(await daemon.call(method, ...name, 0, 0)).toBe('€ &<>\r\n\ufffd\u241b');
  });
});

it.each([
  [-2, 'z'],
  [-3, 'z'],
  [-4, '€z'],
])('does not begin inside a character at the end of a log: %i bytes', async (offset, expected) => {
  const daemon = daemonOf();
  await logFile(daemon, 'cat:cat:stdout', 'ä€z');
  expect(await daemon.call('readProcessStdoutLog', 'cat', offset, 0)).toBe(expected);
  expect(await daemon.call('tailProcessStdoutLog', 'cat', 0, -offset)).toEqual([expected, 6, true]);
});

describe.each([
  ['tailProcessLog', 'stdout'],
  ['tailProcessStdoutLog', 'stdout'],
  ['tailProcessStderrLog', 'stderr'],
])('%s', (method, stream) => {
  it('gives the end, the size, and whether there is more', async () => {
    const daemon = daemonOf();
    await logFile(daemon, `cat:cat:${stream}`, 'hi\nho\n');
    expect(await daemon.call(method, 'cat', 0, 3)).toEqual(['ho\n', 6, true]);
    expect(await daemon.call(method, 'cat', 0, 100)).toEqual(['hi\nho\n', 6, false]);
  });

  it('gives nothing where there is no log, and BAD_NAME where there is no process', async () => {
    const { call } = daemonOf();
    expect(await call(method, 'cat', 0, 100)).toEqual(['', 0, false]);
    await expect(call(method, 'g:*', 0, 100)).rejects.toMatchObject({ code: 10, message: 'BAD_NAME: g:*' });
  });
});

describe('clearing', () => {
  it('empties the logs of one process, or the daemon’s own', async () => {
    const daemon = daemonOf();
    expect(await daemon.call('clearProcessLog', 'cat')).toBe(true);
    expect(await daemon.call('clearProcessLogs', 'g:w_1')).toBe(true);
    await logFile(daemon, 'main', 'x');
    expect(await daemon.call('clearLog')).toBe(true);
    expect(daemon.done.cleared).toEqual(['cat:cat', 'g:w_1', 'main']);
  });

  it('empties the logs of all, by priority, each with its result', async () => {
    const results = await daemonOf().call('clearAllProcessLogs');
    expect(results).toEqual(
      [
        ['g', 'w_0'],
        ['g', 'w_1'],
        ['cat', 'cat'],
      ].map(([group, name]) => ({ name, group, status: 80, description: 'OK' })),
    );
  });

  it('answers BAD_NAME for a group, NO_FILE without a main log, FAILED when the disk refuses', async () => {
    const { call, backend } = daemonOf();
    await expect(call('clearProcessLogs', 'g:*')).rejects.toMatchObject({ code: 10 });
    await expect(call('clearLog')).rejects.toMatchObject({ code: 20, message: 'NO_FILE' });
    const logs = { ...backend.logs, clearProcess: () => Promise.reject(new Error('EROFS')) };
    const refusing = fakeDaemon([lone('cat', { autostart: false })], { logs });
    const failure = { code: 30, message: 'FAILED: cat: EROFS' };
    await expect(refusing.call('supervisor.clearProcessLogs', ['cat'])).rejects.toMatchObject(failure);
    expect(plain(await refusing.call('supervisor.clearAllProcessLogs', []))).toMatchObject([
      { name: 'cat', status: 30, description: 'FAILED: cat: EROFS' },
    ]);
  });
});
