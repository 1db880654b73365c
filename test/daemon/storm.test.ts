import { once } from 'node:events';
import { chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserSpec } from '../../machines/spec.ts';
import { lookupUser } from '../../src/process/users.ts';
import { ask } from '../support/ask.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { kill, MARK, marked } from '../support/leftover.ts';
import { has, isRoot, may } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const SUPERVISORD = fileURLToPath(new URL('../../dist/supervisord.js', import.meta.url));

let daemon: Daemon | undefined;
afterEach(async () => {
  await daemon?.stop(60_000);
  daemon = undefined;
});
const start = async (...args: Parameters<typeof startDaemon>) => {
  daemon = await startDaemon(...args);
  return daemon;
};

const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);
const many = (count: number, options: string) =>
  names(count)
    .map(name => `[program:${name}]\n${options}\n`)
    .join('');
const states = async ({ socket }: Pick<Daemon, 'socket'>) =>
  ((await ask(socket, 'supervisor.getAllProcessInfo')) as unknown as readonly { statename: string }[]).map(
    info => info.statename,
  );
const occurrences = (text: string, word: string) => text.split(word).length - 1;

/** Sets a soft limit of a process that runs, as the user that it runs as. */
const limit = async (pid: number, resource: string, value: number, user?: UserSpec) => {
  const asUser = user && ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--'];
  const prlimit = ['prlimit', '--pid', String(pid), `--${resource}=${value}:`];
  const done = await run(asUser ? 'setpriv' : 'env', [...(asUser ?? []), ...prlimit]);
  expect(done).toMatchObject({ code: 0, stderr: '' });
};

describe('a hundred programs that end at once, again and again', () => {
  it('are started anew each time, while clients are answered', async () => {
    const running = await start(many(100, 'command=true\nautorestart=true\nstartsecs=0'));
    for (let asked = 0; asked < 20; asked++) await states(running);
    await until('three rounds', async () => occurrences(await running.log(), 'spawned:') >= 300, {
      within: 60_000,
    });
    // What is between an exit and the next start is told that it does not run, and comes back; shutting down ends all.
    await ask(running.socket, 'supervisor.shutdown');
    expect((await running.ended).code).toBe(0);
  }, 90_000);
});

describe.skipIf(!has('util-linux') || !isRoot)('a daemon that may have no more processes (root only)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statevisor-storm-'));
  });
  afterEach(async () => {
    kill(await marked(folder));
    await rm(folder, { recursive: true });
  });

  it('answers, says why, and starts its programs when it may again', async () => {
    // Root has no such limit, so the daemon is somebody else; whoever that is has one process at least.
    const nobody = lookupUser('nobody');
    await chown(folder, nobody?.uid ?? 0, nobody?.gid ?? 0);
    const file = (name: string) => join(folder, name);
    await writeFile(
      file('supervisord.conf'),
      `[unix_http_server]
file=${file('supervisor.sock')}
[supervisord]
user=nobody
logfile=${file('supervisord.log')}
pidfile=${file('supervisord.pid')}
childlogdir=${folder}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
${many(20, 'command=sleep 1000\nautostart=false\nstartretries=0\nstartsecs=0')}`,
    );
    const socket = file('supervisor.sock');
    const started = await run(process.execPath, [SUPERVISORD, '-c', file('supervisord.conf')], {
      env: { [MARK]: folder },
    });
    expect(started).toMatchObject({ code: 0 });
    const pid = Number(await readFile(file('supervisord.pid'), 'utf8'));

    await limit(pid, 'nproc', 1, nobody);
    await Promise.all(names(20).map(name => ask(socket, 'supervisor.startProcess', name, false)));
    const all = async () => states({ socket });
    await until('none can be started', async () => (await all()).every(state => state === 'BACKOFF'));
    const log = () => readFile(file('supervisord.log'), 'utf8');
    await until('the first line', async () =>
      /INFO spawnerr: Too many processes in process table to spawn 'p\d+'/.test(await log()),
    );
    await until('the sum', async () =>
      /WARN \d+ tries to spawn p\d+, p\d+, p\d+ and 17 more have failed .*: the limit of processes/.test(
        await log(),
      ),
    );
    await limit(pid, 'nproc', 10_000, nobody);
    await until('all run', async () => (await all()).every(state => state === 'RUNNING'), { within: 30_000 });
    await until('said so', async () => /INFO processes are spawned again/.test(await log()));
    expect(occurrences(await log(), 'spawnerr:')).toBe(1);
    process.kill(pid, 'SIGTERM');
    await until('the end', async () => (await marked(folder)).length === 0, { within: 30_000 });
  });
});

describe.skipIf(!has('util-linux'))('a daemon whose descriptors are used up', () => {
  it('answers, says why, and starts its programs when there are some again', async () => {
    const running = await start(many(20, 'command=sleep 1000\nautostart=false\nstartretries=0\nstartsecs=0'));
    const open = (await readdir(`/proc/${running.pid}/fd`)).length;
    await limit(running.pid, 'nofile', open + 30);
    // By one request: there must be a descriptor for each that comes alone.
    const start20 = names(20).map(name => ({
      methodName: 'supervisor.startProcess',
      params: [name, false],
    }));
    await ask(running.socket, 'system.multicall', start20);
    await until('some cannot be started', async () => (await states(running)).includes('BACKOFF'));
    await running.logged(/tries to spawn .*: no descriptors are left/);
    expect((await running.ctl('status')).stdout.split('\n')).toHaveLength(21);
    await limit(running.pid, 'nofile', 1024);
    await until('all run', async () => (await states(running)).every(state => state === 'RUNNING'), {
      within: 30_000,
    });
    await running.logged('INFO processes are spawned again');
    expect(occurrences(await running.log(), "spawnerr: too many open files to spawn 'p")).toBe(1);
  });

  it('disconnects idle clients, so that others are answered', async () => {
    const running = await start('');
    const open = (await readdir(`/proc/${running.pid}/fd`)).length;
    await limit(running.pid, 'nofile', open + 10);
    const clients: Socket[] = [];
    for (let count = 0; count < 40; count++) {
      const client = connect(running.socket);
      clients.push(client);
      client.write('GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n');
      const [answer] = await once(client, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1.1 404 /);
    }
    await running.logged('ERRO descriptors run out: idle clients are disconnected');
    for (const client of clients) client.destroy();
  });
});

describe.skipIf(!may('SYS_ADMIN'))('a log on a disk that is full (who may mount only)', () => {
  let disk: string;
  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'statevisor-disk-'));
    expect((await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])).code).toBe(0);
  });
  afterEach(async () => {
    await run('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
  });

  it('is told of once; the program goes on, and its log, when there is room', async () => {
    await writeFile(join(disk, 'filler'), Buffer.alloc(56 * 1024));
    const running = await start(`[program:chatty]
command=sh -c "while :; do head -c 500 /dev/zero | tr '\\\\0' x; echo; sleep 0.02; done"
stdout_logfile=${disk}/chatty.log
startsecs=0
stopasgroup=true
`);
    await until('full', async () => /ENOSPC/.test(await running.log()));
    expect(await states(running)).toEqual(['RUNNING']);
    await rm(join(disk, 'filler'));
    await until('written again', async () => /is written again/.test(await running.log()));
    const { length } = await readFile(join(disk, 'chatty.log'));
    await until('more', async () => (await readFile(join(disk, 'chatty.log'))).length > length);
    expect(occurrences(await running.log(), 'ENOSPC')).toBe(1);
    await running.stop();
    daemon = undefined;
  });

  it('tells of itself when it is the main log', async () => {
    const running = await start(
      `[supervisord]\nlogfile=${disk}/main.log\n[program:busy]\ncommand=false\nstartsecs=0\nautorestart=true\n`,
    );
    const filler = join(disk, 'filler');
    await expect(writeFile(filler, Buffer.alloc(64 * 1024))).rejects.toThrow('ENOSPC');
    await until('full', () => /main.log: cannot be written: ENOSPC/.test(running.output()));
    // Between an exit and the next start it does not run, and cannot be stopped.
    await until('stopped', () => ask(running.socket, 'supervisor.stopProcess', 'busy'));
    await rm(filler);
    const log = () => readFile(join(disk, 'main.log'), 'utf8');
    await until('written again', async () => /INFO .*main.log: is written again/.test(await log()));
    expect(await log()).toMatch(/ERRO .*main.log: cannot be written: ENOSPC; trying again each second/);
    await running.stop();
    daemon = undefined;
  });
});
