import { describe, expect, it } from 'vitest';
import type { GroupSpec } from '../../../machines/spec.ts';
import type { Backend } from '../../../src/rpc/backend.ts';
import { groupSpec, lone, programSpec } from '../../machines/fake.ts';
import { logFile } from '../fixture.ts';
import { openApi } from './fixture.ts';

const off = { autostart: false } as const;
const web = (): GroupSpec =>
  groupSpec('web', [programSpec('app', { ...off, group: 'web', names: ['app_0', 'app_1'] })]);
const open = (over?: Partial<Backend>) => openApi([web(), lone('cat', off)], over);

const ok = (group: string, name: string) => ({ group, name, status: 'SUCCESS', code: 80, description: 'OK' });

/** Lets processes be spawned and run for longer than startsecs. */
const run = ({ kernel, clock }: Awaited<ReturnType<typeof open>>, ...names: readonly string[]) => {
  for (const name of names) kernel.start(name);
  clock.increment(1000);
};

describe('processes', () => {
  it('are listed by group and name, all or those of a group or in a state', async () => {
    const { ask } = await open();
    const names = async (query: string) =>
      (await ask('GET', `/processes${query}`)).json.map(({ name }: { name: string }) => name);
    expect(await names('')).toEqual(['cat', 'app_0', 'app_1']);
    expect(await names('?group=web')).toEqual(['app_0', 'app_1']);
    expect(await names('?state=RUNNING')).toEqual([]);
    expect(await names('?group=web&state=STOPPED')).toEqual(['app_0', 'app_1']);
  });

  it('are said in full, stopped or running', async () => {
    const daemon = await open();
    daemon.files.set('cat:cat:stdout', '/log/out');
    const stopped = (await daemon.ask('GET', '/processes/cat/cat')).json;
    expect(stopped).toEqual({
      group: 'cat',
      name: 'cat',
      program: 'cat',
      state: 'STOPPED',
      statecode: 0,
      description: 'Not started',
      pid: 0,
      start: null,
      stop: null,
      uptime: null,
      exitstatus: 0,
      spawnerr: '',
      retries: 0,
      wanted: 'up',
      stdout_logfile: '/log/out',
      stderr_logfile: null,
      stdout_dropped: 7,
      stderr_dropped: 0,
    });
    await daemon.ask('POST', '/processes/cat/cat/start?wait=false');
    run(daemon, 'cat');
    expect((await daemon.ask('GET', '/processes/cat/cat')).json).toMatchObject({
      state: 'RUNNING',
      start: 1_000_000,
      uptime: 90_061,
    });
  });

  it.each(['/processes/web/nobody', '/processes/nobody/app_0', '/processes/web/*'])(
    'that do not exist are a problem: %s',
    async path => {
      const { ask } = await open();
      const { status, json } = await ask('GET', path);
      expect(status).toBe(404);
      expect(json).toMatchObject({ fault: 'BAD_NAME', code: 10, title: 'Not Found' });
    },
  );
});

describe('an action', () => {
  it('on one process answers when it is done', async () => {
    const daemon = await open();
    const started = daemon.ask('POST', '/processes/web/app_0/start');
    await expect.poll(() => daemon.kernel.spawned.length).toBe(1);
    run(daemon, 'app_0');
    expect((await started).json).toEqual([ok('web', 'app_0')]);
    const stopped = daemon.ask('POST', '/processes/web/app_0/stop');
    await expect.poll(() => daemon.kernel.signals('app_0')).toEqual(['SIGTERM']);
    daemon.kernel.exit(0, 'app_0');
    expect((await stopped).json).toEqual([ok('web', 'app_0')]);
  });

  it('on one process that does not fit its state is a problem', async () => {
    const { ask } = await open();
    const { status, json } = await ask('POST', '/processes/cat/cat/stop');
    expect(status).toBe(409);
    expect(json).toMatchObject({ fault: 'NOT_RUNNING', detail: 'NOT_RUNNING: cat' });
  });

  it('on a group or on all has a result for each', async () => {
    const daemon = await open();
    const { json } = await daemon.ask('POST', '/processes/web/*/start?wait=no');
    expect(json).toEqual([ok('web', 'app_0'), ok('web', 'app_1')]);
    run(daemon, 'app_0', 'app_1');
    const all = await daemon.ask('POST', '/processes/*/*/stop?wait=0');
    expect(all.json).toEqual([ok('web', 'app_0'), ok('web', 'app_1')]);
    expect((await daemon.ask('POST', '/processes/nobody/*/start')).status).toBe(404);
  });

  it('that is no success has the fault in the results of several', async () => {
    const daemon = await openApi([web()], {
      commandTrouble: () => ({ kind: 'NO_FILE', text: "can't find command 'app'" }),
    });
    const { json } = await daemon.ask('POST', '/processes/web/*/start');
    expect(json[0]).toEqual({
      group: 'web',
      name: 'app_0',
      status: 'NO_FILE',
      code: 20,
      description: "NO_FILE: can't find command 'app'",
    });
  });

  it('restarts what is up and starts what is down', async () => {
    const daemon = await open();
    await daemon.ask('POST', '/processes/web/app_0/start?wait=false');
    run(daemon, 'app_0');
    const restarted = daemon.ask('POST', '/processes/web/*/restart?wait=false');
    await expect.poll(() => daemon.kernel.signals('app_0')).toEqual(['SIGTERM']);
    daemon.kernel.exit(0, 'app_0');
    expect((await restarted).json).toEqual([ok('web', 'app_0'), ok('web', 'app_1')]);
    expect(daemon.kernel.spawned).toHaveLength(3);
  });

  it('sends a signal', async () => {
    const daemon = await open();
    await daemon.ask('POST', '/processes/cat/cat/start?wait=false');
    run(daemon, 'cat');
    expect((await daemon.ask('POST', '/processes/cat/cat/signal?signal=hup')).json).toEqual([
      ok('cat', 'cat'),
    ]);
    expect(daemon.kernel.signals('cat')).toEqual(['SIGHUP']);
    expect((await daemon.ask('POST', '/processes/*/*/signal?signal=10')).json).toEqual([ok('cat', 'cat')]);
    expect((await daemon.ask('POST', '/processes/cat/cat/signal?signal=NO')).status).toBe(400);
    expect((await daemon.ask('POST', '/processes/cat/cat/signal')).status).toBe(400);
  });

  it('writes to stdin byte for byte', async () => {
    const daemon = await open();
    const body = Buffer.from([0, 255, 10]);
    expect((await daemon.ask('POST', '/processes/cat/cat/stdin', { body })).status).toBe(409);
    await daemon.ask('POST', '/processes/cat/cat/start?wait=false');
    run(daemon, 'cat');
    expect((await daemon.ask('POST', '/processes/cat/cat/stdin', { body })).status).toBe(204);
    const [command] = daemon.kernel.latest('cat').commands;
    expect(command?.type === 'port.stdin' && [...command.data]).toEqual([0, 255, 10]);
  });

  it('writes nothing to a process that has closed its stdin, and says so', async () => {
    const daemon = await open({ acceptsInput: () => false });
    await daemon.ask('POST', '/processes/cat/cat/start?wait=false');
    run(daemon, 'cat');
    const { status, json } = await daemon.ask('POST', '/processes/cat/cat/stdin', { body: 'x' });
    expect([status, json.fault]).toEqual([404, 'NO_FILE']);
    expect(daemon.kernel.latest('cat').commands).toEqual([]);
  });
});

describe('a log', () => {
  it('is given whole or in part', async () => {
    const daemon = await open();
    await logFile(daemon, 'cat:cat:stdout', '0123456789');
    const part = async (range?: string) => {
      const headers: Record<string, string> = range === undefined ? {} : { range };
      const got = await daemon.ask('GET', '/processes/cat/cat/logs/stdout', { headers });
      return [got.status, got.body, got.headers['content-range']];
    };
    expect(await part()).toEqual([200, '0123456789', undefined]);
    expect(await part('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
    expect(await part('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await part('bytes=-3')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await part('bytes=-30')).toEqual([206, '0123456789', 'bytes 0-9/10']);
    expect(await part('bytes=5-100')).toEqual([206, '56789', 'bytes 5-9/10']);
    expect(await part('lines=1-2')).toEqual([200, '0123456789', undefined]);
    expect(await part('bytes=10-')).toEqual([416, expect.any(String), 'bytes */10']);
  });

  it('of many megabytes comes whole', async () => {
    const daemon = await open();
    await logFile(daemon, 'cat:cat:stderr', 'x'.repeat(3_500_000));
    const { headers, body } = await daemon.ask('GET', '/processes/cat/cat/logs/stderr');
    expect([headers['content-length'], body.length]).toEqual(['3500000', 3_500_000]);
  });

  it('that is not there is a problem', async () => {
    const daemon = await open();
    expect((await daemon.ask('GET', '/processes/cat/cat/logs/stdout')).json).toMatchObject({
      fault: 'NO_FILE',
    });
    daemon.files.set('cat:cat:stdout', '/nonexistent/log');
    expect((await daemon.ask('GET', '/processes/cat/cat/logs/stdout')).status).toBe(404);
  });

  it('is rotated: of one process, of a group, and of all', async () => {
    const daemon = await open();
    const { status, json } = await daemon.ask('POST', '/processes/web/app_1/rotate');
    expect([status, json]).toEqual([200, [ok('web', 'app_1')]]);
    expect((await daemon.ask('POST', '/processes/web/*/rotate')).json).toHaveLength(2);
    await daemon.ask('POST', '/processes/*/*/rotate');
    expect(daemon.done.rotated.slice(0, 3)).toEqual(['web:app_1', 'web:app_0', 'web:app_1']);
    expect(daemon.done.rotated.length).toBeGreaterThan(5);
    expect((await daemon.ask('POST', '/processes/web/nobody/rotate')).status).toBe(404);
  });

  it('that the file system does not rotate is a problem', async () => {
    const { backend } = await open();
    const logs = { ...backend.logs, rotateProcess: () => Promise.reject(new Error('EROFS')) };
    const daemon = await open({ logs });
    const one = await daemon.ask('POST', '/processes/cat/cat/rotate');
    expect([one.status, one.json]).toEqual([
      500,
      expect.objectContaining({ fault: 'FAILED', detail: 'FAILED: cat: EROFS' }),
    ]);
  });

  it('is cleared', async () => {
    const daemon = await open();
    expect((await daemon.ask('DELETE', '/processes/web/app_1/logs')).status).toBe(204);
    expect(daemon.done.cleared).toEqual(['web:app_1']);
  });

  it('is a problem that says why where the file system refuses', async () => {
    const { logs } = (await open()).backend;
    const refuse = () => Promise.reject(new Error('EROFS'));
    const daemon = await open({ logs: { ...logs, clearProcess: refuse } });
    const { status, json } = await daemon.ask('DELETE', '/processes/cat/cat/logs');
    expect([status, json]).toEqual([
      500,
      expect.objectContaining({ fault: 'FAILED', detail: 'FAILED: cat: EROFS' }),
    ]);
  });
});
