import { describe, expect, it } from 'vitest';
import type { GroupSpec } from '../../../machines/spec.ts';
import { at, groupSpec, lone, processSpec, programSpec } from '../../machines/fake.ts';
import { ask as askServer, logFile } from '../fixture.ts';
import { openApi } from './fixture.ts';

const off = { autostart: false } as const;

describe('the daemon', () => {
  it('says what it is, also while it is shutting down, when all else is a problem', async () => {
    const { ask, kernel } = await openApi([lone('cat')]);
    kernel.start();
    expect((await ask('GET', '/daemon')).json).toEqual({
      identification: 'supervisor',
      pid: 4711,
      state: 'RUNNING',
      statecode: 1,
      supervisor_version: '4.2.5',
    });
    expect((await ask('POST', '/daemon/shutdown')).status).toBe(202);
    expect((await ask('GET', '/daemon')).json).toMatchObject({ state: 'SHUTDOWN', statecode: -1 });
    const { status, json } = await ask('GET', '/processes');
    expect([status, json.fault]).toEqual([503, 'SHUTDOWN_STATE']);
  });

  it('reloads, or says what is wrong with the configuration', async () => {
    const good = await openApi();
    expect((await good.ask('POST', '/daemon/reload')).status).toBe(202);
    expect(good.done.reloads).toBe(1);
    const broken = await openApi([], { reload: () => Promise.reject(new Error('no such section')) });
    const { status, json } = await broken.ask('POST', '/daemon/reload');
    expect([status, json.detail]).toEqual([422, 'CANT_REREAD: no such section']);
  });

  it('gives and clears its log', async () => {
    const daemon = await openApi();
    expect((await daemon.ask('GET', '/daemon/log')).status).toBe(404);
    expect((await daemon.ask('DELETE', '/daemon/log')).status).toBe(404);
    expect((await daemon.ask('POST', '/daemon/log/rotate')).status).toBe(404);
    await logFile(daemon, 'main', 'started\n');
    expect((await daemon.ask('GET', '/daemon/log', { headers: { range: 'bytes=-3' } })).body).toBe('ed\n');
    expect((await daemon.ask('DELETE', '/daemon/log')).status).toBe(204);
    expect((await daemon.ask('POST', '/daemon/log/rotate')).status).toBe(204);
    expect([daemon.done.cleared, daemon.done.rotated]).toEqual([['main'], ['main']]);
  });

  it('reports a defect and says no more than that there is one', async () => {
    const { server, logged } = await openApi([], {
      reload: () => {
        throw new Error('secret detail');
      },
    });
    const got = await askServer(server, { method: 'POST', path: '/api/v1/daemon/reload' });
    expect([got.status, got.body.includes('secret')]).toEqual([500, false]);
    expect(logged.join()).toContain('secret detail');
  });
});

describe('the configuration', () => {
  const group: GroupSpec = groupSpec('cat', [
    {
      ...programSpec('cat', off),
      processes: [processSpec({ ...off, environment: { TOKEN: 's3cret', A: '1' }, stopsignal: 'SIGINT' })],
    },
  ]);

  it('is said for each process, but no value of its environment', async () => {
    const { ask } = await openApi([group]);
    const { json, body } = await ask('GET', '/config');
    expect(json).toMatchObject([
      { name: 'cat', inuse: true, command: '/bin/cat', stopsignal: 'SIGINT', environment: ['A', 'TOKEN'] },
    ]);
    expect(body).not.toContain('s3cret');
  });

  /** A daemon whose configuration file now says other groups. */
  const changed = async (running: readonly GroupSpec[], configured: readonly GroupSpec[]) => {
    const names = (groups: readonly GroupSpec[]) => groups.map(({ name }) => name);
    const before = names(running);
    const changes = {
      added: names(configured).filter(name => !before.includes(name)),
      changed: names(configured).filter(name => before.includes(name)),
      removed: before.filter(name => !names(configured).includes(name)),
    };
    const daemon = await openApi(running, {
      reread: async () => {
        daemon.root.send({ type: 'supervisor.reread', groups: configured });
        return changes;
      },
    });
    return daemon;
  };

  it('that was read anew says what it would change', async () => {
    const { ask } = await changed(
      [lone('a', off), lone('b', off)],
      [lone('b', { ...off, priority: 1 }), lone('c')],
    );
    const changes = { added: ['c'], changed: ['b'], removed: ['a'] };
    expect((await ask('GET', '/config/changes')).json).toEqual({ added: [], changed: [], removed: [] });
    expect((await ask('POST', '/config/reread')).json).toEqual(changes);
    expect((await ask('GET', '/config/changes')).json).toEqual(changes);
  });

  it('is taken up by an update, which waits for what it stops', async () => {
    const { ask, kernel } = await changed([lone('a'), lone('b')], [lone('b', { priority: 1 }), lone('c')]);
    kernel.start('a');
    kernel.start('b');
    const updated = ask('POST', '/config/update');
    await expect.poll(() => kernel.signals('b')).toEqual(['SIGTERM']);
    kernel.exit(0, 'a');
    kernel.exit(0, 'b');
    expect((await updated).json).toEqual({ added: ['c'], changed: ['b'], removed: ['a'] });
    expect(kernel.spawned.map(({ spec }) => spec.name)).toEqual(['a', 'b', 'b', 'c']);
    expect((await ask('GET', '/config/changes')).json).toEqual({ added: [], changed: [], removed: [] });
  });

  it('is taken up by the groups that stop, where another one does not', async () => {
    const { ask, kernel } = await changed(
      [lone('a'), lone('b')],
      [lone('a', { priority: 1 }), lone('b', { priority: 1 })],
    );
    kernel.start('a');
    kernel.start('b');
    const updated = ask('POST', '/config/update');
    await expect.poll(() => kernel.signals('b')).toEqual(['SIGTERM']);
    kernel.latest('a').report({ type: 'process.lost', reason: 'nobody knows', at: at(0) });
    kernel.exit(0, 'b');
    const { status, json } = await updated;
    expect([status, json.detail]).toEqual([409, 'STILL_RUNNING: a']);
    expect(kernel.spawned.map(({ spec }) => `${spec.name} ${spec.priority}`)).toEqual([
      'a 999',
      'b 999',
      'b 1',
    ]);
  });

  it('is taken up for some groups alone; one that nobody knows is a problem', async () => {
    const { ask } = await changed(
      [lone('a', off)],
      [lone('a', { ...off, priority: 1 }), lone('b', off), lone('c', off)],
    );
    const { json } = await ask('POST', '/config/update?group=a&group=c');
    expect(json).toEqual({ added: ['c'], changed: ['a'], removed: [] });
    expect((await ask('POST', '/config/update?group=nobody')).status).toBe(404);
  });

  it('that is broken is a problem that says why', async () => {
    const { ask } = await openApi([], { reread: () => Promise.reject(new Error('bad value')) });
    for (const path of ['/config/reread', '/config/update']) {
      const { status, json } = await ask('POST', path);
      expect([status, json.detail]).toEqual([422, 'CANT_REREAD: bad value']);
    }
  });
});

describe('a path', () => {
  it.each([
    ['GET', '/nosuch', 404],
    ['GET', '', 404],
    ['GET', '/processes/', 404],
    ['GET', '/processes/a/b/c', 404],
    ['POST', '/processes', 405],
    ['GET', '/config/update', 405],
    ['PUT', '/daemon', 405],
    ['GET', '/processes/%zz/x', 400],
  ])('%s %j is answered with %i', async (method, path, status) => {
    const { server } = await openApi();
    const got = await askServer(server, { method, path: `/api/v1/${path.slice(1)}` });
    expect(got.status).toBe(status);
    expect(got.headers['content-type']).toBe('application/problem+json');
    if (status === 405) expect(got.headers.allow).toMatch(/GET|POST/);
  });

  it('may be asked for its head alone', async () => {
    const { server } = await openApi();
    const got = await askServer(server, { method: 'HEAD', path: '/api/v1/daemon' });
    expect([got.status, got.body]).toEqual([200, '']);
  });
});
