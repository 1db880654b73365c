import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ApiError, type ApiEvent, connect } from '../../src/client/connect.ts';
import { apiRoute } from '../../src/rpc/api/route.ts';
import { groupSpec, lone, programSpec } from '../machines/fake.ts';
import { fakeDaemon, folder, logFile, openTestServer } from '../rpc/fixture.ts';

const off = { autostart: false } as const;
const cat = { group: 'cat', name: 'cat' };
const ok = { ...cat, status: 'SUCCESS', code: 80, description: 'OK' };

const open = async (options: Parameters<typeof openTestServer>[1] = {}) => {
  const daemon = fakeDaemon([
    lone('cat', off),
    groupSpec('a/b', [programSpec('ü?', { ...off, group: 'a/b' })]),
  ]);
  const opened = await openTestServer([apiRoute(daemon.backend, '1.2.3')], options);
  const { address } = opened.server;
  const url = address.kind === 'unix' ? `unix://${address.path}` : `http://127.0.0.1:${address.port}`;
  const connected = (where: Partial<Parameters<typeof connect>[0] & object> = {}) => {
    const connection = connect({ url, ...where });
    onTestFinished(connection.close);
    return connection;
  };
  const run = () => {
    daemon.kernel.start('cat');
    daemon.clock.increment(1000);
  };
  return { ...daemon, ...opened, url, connected, run };
};

describe('a connection', () => {
  it('asks and acts over TCP', async () => {
    const { connected, kernel, run } = await open();
    const daemon = connected();
    expect(await daemon.daemon()).toMatchObject({ state: 'RUNNING', pid: 4711 });
    expect(await daemon.processes()).toMatchObject([{ group: 'a/b' }, { group: 'cat', state: 'STOPPED' }]);
    expect(await daemon.processes({ group: 'cat', state: 'RUNNING' })).toEqual([]);
    const started = daemon.start(cat);
    await expect.poll(() => kernel.spawned.length).toBe(1);
    run();
    expect(await started).toEqual([ok]);
    expect(await daemon.signal(cat, 'HUP')).toEqual([ok]);
    await daemon.stdin(cat, new Uint8Array([0, 255]));
    const [, written] = kernel.latest('cat').commands;
    expect(written?.type === 'port.stdin' && [...written.data]).toEqual([0, 255]);
    expect(await daemon.stop({ group: '*', name: '*' }, { wait: false })).toEqual([ok]);
    kernel.exit(0);
    expect(await daemon.restart(cat, { wait: false })).toEqual([ok]);
    expect(await daemon.config()).toHaveLength(2);
    for (const changes of [daemon.changes(), daemon.reread(), daemon.update(['cat'])]) {
      expect(await changes).toEqual({ added: [], changed: [], removed: [] });
    }
  });

  it('asks over a unix socket', async () => {
    const path = join(await folder(), 's.sock');
    const { connected } = await open({ address: { kind: 'unix', path, mode: undefined, owner: undefined } });
    expect(await connected().daemon()).toMatchObject({ pid: 4711 });
  });

  it('sends a username and a password, given apart or in the URL', async () => {
    const { url, connected } = await open({ credentials: { username: 'user', password: 'p@ss:%word' } });
    const { pid } = await connected({ username: 'user', password: 'p@ss:%word' }).daemon();
    expect(pid).toBe(4711);
    const inUrl = connected({ url: url.replace('//', '//user:p%40ss%3A%word@') });
    expect((await inUrl.daemon()).pid).toBe(4711);
    await expect(connected().daemon()).rejects.toMatchObject({ name: 'ApiError', status: 401 });
  });

  it('rejects with what the daemon says', async () => {
    const daemon = (await open()).connected();
    await expect(daemon.process({ group: 'cat', name: 'no' })).rejects.toThrow(ApiError);
    await expect(daemon.stop(cat)).rejects.toMatchObject({
      status: 409,
      fault: 'NOT_RUNNING',
      code: 70,
      message: 'NOT_RUNNING: cat',
    });
  });

  it('rejects with what the system says where nobody answers', async () => {
    const path = join(await folder(), 'nobody.sock');
    await expect(connect(`unix://${path}`).daemon()).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(connect(`unix://${path}`).events().next()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each(['https://host', 'unix://relative', 'host:9001'])('is not made for %s', url => {
    expect(() => connect(url)).toThrow(TypeError);
  });

  it('reaches names that a URL cannot hold as they are', async () => {
    const daemon = (await open()).connected();
    expect(await daemon.process({ group: 'a/b', name: 'ü?' })).toMatchObject({ group: 'a/b', name: 'ü?' });
  });

  it('reads logs byte for byte, whole or in part, clears and rotates them', async () => {
    const opened = await open();
    const daemon = opened.connected();
    const bytes = Buffer.from([0, 1, 2, 0xff, 0xfe, 10]);
    await logFile(opened, 'cat:cat:stdout', bytes);
    await logFile(opened, 'main', bytes);
    expect(await daemon.log(cat, 'stdout')).toEqual(bytes);
    expect(await daemon.log(cat, 'stdout', { offset: 2 })).toEqual(bytes.subarray(2));
    expect(await daemon.log(cat, 'stdout', { offset: 2, length: 2 })).toEqual(bytes.subarray(2, 4));
    expect(await daemon.log(cat, 'stdout', { offset: -2 })).toEqual(bytes.subarray(4));
    expect(await daemon.daemonLog({ length: 1 })).toEqual(bytes.subarray(0, 1));
    await daemon.clearLogs(cat);
    await daemon.clearDaemonLog();
    expect(opened.done.cleared).toEqual(['cat:cat', 'main']);
    expect(await daemon.rotateLogs(cat)).toMatchObject([{ group: 'cat', name: 'cat', status: 'SUCCESS' }]);
    await daemon.rotateDaemonLog();
    expect(opened.done.rotated).toEqual(['cat:cat', 'main']);
  });

  it('reloads and shuts down', async () => {
    const { connected, done } = await open();
    const daemon = connected();
    await daemon.reload();
    await daemon.shutdown();
    expect(done).toMatchObject({ reloads: 1, shutdowns: 1 });
  });
});

describe('the events of a connection', () => {
  it('go on across a broken connection, and end with the signal', async () => {
    const { connected, server, root, backend } = await open();
    const stop = new AbortController();
    const got: ApiEvent[] = [];
    const reading = (async () => {
      for await (const event of connected().events({ types: ['process.state'], signal: stop.signal }))
        got.push(event);
    })();
    // Until the stream has begun, what happens is not told.
    await expect
      .poll(() => {
        root.send({ type: 'supervisor.command', to: cat, command: { type: 'instance.start' } });
        root.send({
          type: 'supervisor.command',
          to: cat,
          command: { type: 'instance.stop', reason: 'operator' },
        });
        return got.length;
      })
      .toBeGreaterThan(0);
    await server.close(0);
    await openTestServer([apiRoute(backend, '1.2.3')], { address: server.address });
    await expect.poll(() => got.at(-1)?.type).toBe('stream.reset');
    stop.abort();
    await reading;
  });
});
