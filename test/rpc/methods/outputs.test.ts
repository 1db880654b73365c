import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/rpc/backend.ts';
import type { XmlRpcValue } from '../../../src/rpc/codec.ts';
import { dispatcher } from '../../../src/rpc/dispatch.ts';
import { outputMethods } from '../../../src/rpc/methods/outputs.ts';
import { groupSpec, lone, programSpec } from '../../machines/fake.ts';
import { fakeDaemon, logFile, plain } from '../fixture.ts';

const daemonOf = (over: Partial<Backend['logs']> = {}) => {
  const daemon = fakeDaemon([
    lone('cat', { autostart: false }),
    groupSpec('g', [programSpec('w', { group: 'g', names: ['w_0', 'w_1'], autostart: false })], 5),
  ]);
  const backend = { ...daemon.backend, logs: { ...daemon.backend.logs, ...over } };
  const { call } = dispatcher(backend, outputMethods(backend));
  const ask = async (method: string, ...params: XmlRpcValue[]) =>
    plain(await call(`statevisor.${method}`, params));
  return { ...daemon, ask };
};

describe('rotation on demand', () => {
  it("rotates one process's logs, those of all, or the daemon's own", async () => {
    const daemon = daemonOf();
    expect(await daemon.ask('rotateProcessLogs', 'g:w_1')).toBe(true);
    expect(await daemon.ask('rotateAllProcessLogs')).toEqual(
      [
        ['g', 'w_0'],
        ['g', 'w_1'],
        ['cat', 'cat'],
      ].map(([group, name]) => ({ name, group, status: 80, description: 'OK' })),
    );
    await logFile(daemon, 'main', 'x');
    expect(await daemon.ask('rotateMainLog')).toBe(true);
    expect(daemon.done.rotated).toEqual(['g:w_1', 'g:w_0', 'g:w_1', 'cat:cat', 'main']);
  });

  it('answers BAD_NAME, NO_FILE without a main log, and FAILED when the disk refuses', async () => {
    const { ask } = daemonOf({ rotateProcess: () => Promise.reject(new Error('EROFS')) });
    await expect(ask('rotateProcessLogs', 'g:*')).rejects.toMatchObject({ code: 10 });
    await expect(ask('rotateMainLog')).rejects.toMatchObject({ code: 20 });
    await expect(ask('rotateProcessLogs', 'cat')).rejects.toMatchObject({
      code: 30,
      message: 'FAILED: cat: EROFS',
    });
    expect(await ask('rotateAllProcessLogs')).toMatchObject([{ status: 30 }, { status: 30 }, { status: 30 }]);
  });
});

it('tells how many bytes of each process reached no log', async () => {
  const { ask } = daemonOf({ dropped: (_, name) => ({ stdout: name.length, stderr: 0 }) });
  expect(await ask('getAllDroppedBytes')).toEqual([
    { group: 'cat', name: 'cat', stdout_dropped: 3, stderr_dropped: 0 },
    { group: 'g', name: 'w_0', stdout_dropped: 3, stderr_dropped: 0 },
    { group: 'g', name: 'w_1', stdout_dropped: 3, stderr_dropped: 0 },
  ]);
});
