import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examinations } from '../../src/ctl/doctor/examinations.ts';
import { type Machine, thisMachine } from '../../src/ctl/doctor/machine.ts';
import { fakeSession, process as running, Trouble } from './fake.ts';

const healthy: Machine = {
  kind: () => 'folder',
  isUsable: () => true,
  read: () => undefined,
  processes: () => [],
  listener: () => undefined,
  isLocal: () => true,
};

interface Scene {
  readonly machine?: Partial<Machine>;
  readonly problem?: Trouble;
  readonly version?: string;
  readonly infos?: readonly unknown[];
  readonly url?: string;
  readonly pidfile?: string;
}

async function troubles({ machine, problem, version = '3.0', infos = [], url, pidfile }: Scene) {
  const { session } = fakeSession(
    {
      'supervisor.getVersion': () => problem ?? version,
      'supervisor.getAllProcessInfo': () => problem ?? infos,
    },
    { ...(url ? { url } : {}), pidfile },
  );
  const found = await Promise.all(examinations.map(examine => examine(session, { ...healthy, ...machine })));
  return found.flat().filter(finding => finding.isTrouble);
}

const gone = new Trouble({ kind: 'missing' });
const refused = new Trouble({ kind: 'refused' });
const http = 'http://localhost:9001';

/** One row per classic trouble: the scene, what is named, what helps. */
const ROWS: readonly (readonly [name: string, scene: Scene, what: RegExp, remedy: RegExp])[] = [
  [
    'a missing socket',
    { problem: gone, machine: { kind: path => (path.endsWith('.sock') ? 'missing' : 'folder') } },
    /s\.sock: no such socket/,
    /Start supervisord/,
  ],
  [
    'a missing folder of the socket',
    { problem: gone, machine: { kind: () => 'missing' } },
    /folder of the socket/,
    /mkdir -p \/run/,
  ],
  [
    'a stale socket',
    { problem: refused, machine: { kind: () => 'socket' } },
    /stale socket/,
    /Start supervisord/,
  ],
  [
    'a socket of others',
    { problem: new Trouble({ kind: 'denied' }), machine: { kind: () => 'socket' } },
    /may not use/,
    /chmod=0770/,
  ],
  [
    'a file in place of the socket',
    { problem: refused, machine: { kind: () => 'other' } },
    /not a socket but a file/,
    /serverurl=/,
  ],
  ['a wrong password', { problem: new Trouble({ kind: 'unauthorized' }) }, /password is wrong/, /-u and -p/],
  [
    'a silent daemon',
    { problem: new Trouble({ kind: 'silent', seconds: 20 }), machine: { kind: () => 'socket' } },
    /no useful answer \(silent\)/,
    /state T/,
  ],
  ['a closed port', { problem: refused, url: http }, /nobody listens on that port/, /inet_http_server/],
  [
    'a port that another program has',
    {
      problem: new Trouble({ kind: 'foreign' }),
      url: http,
      machine: { listener: () => ({ pid: 42, parent: 1, command: 'nginx: master', supervised: undefined }) },
    },
    /taken by pid 42 \(nginx: master\)/,
    /kill 42/,
  ],
  ['a server of another version', { version: '9.0' }, /speaks version 9\.0/, /same release/],
  [
    'a stale pidfile',
    { pidfile: '/run/s.pid', machine: { read: () => '77\n' } },
    /pid 77 does not run/,
    /rm \/run\/s\.pid/,
  ],
  [
    'a pidfile of another program',
    {
      pidfile: '/run/s.pid',
      machine: {
        read: () => '77',
        processes: () => [{ pid: 77, parent: 1, command: 'bash', supervised: undefined }],
      },
    },
    /pid 77 is another program \(bash\)/,
    /wrong process/,
  ],
  [
    'a program that puts itself into the background',
    {
      infos: [running('web', { statename: 'EXITED', pid: 0 })],
      machine: { processes: () => [{ pid: 99, parent: 1, command: 'nginx', supervised: 'web:web' }] },
    },
    /web: puts itself into the background.*pid 99/,
    /daemon off.*pidproxy/,
  ],
  [
    'a missing log folder',
    {
      infos: [running('web', { stdout_logfile: '/var/log/web/out.log' })],
      machine: { kind: path => (path === '/var/log/web' ? 'missing' : 'folder') },
    },
    /folder of \/var\/log\/web\/out\.log/,
    /mkdir -p \/var\/log\/web/,
  ],
  [
    'a program that gave up',
    { infos: [running('web', { statename: 'FATAL', spawnerr: "can't find command" })] },
    /web: FATAL: can't find command/,
    /tail web stderr/,
  ],
];

describe('doctor', () => {
  it.each(ROWS)('names %s and what helps', async (_, scene, what, remedy) => {
    const found = await troubles(scene);
    expect(found.map(finding => finding.what)).toEqual([expect.stringMatching(what)]);
    expect(found[0]).toMatchObject({ remedy: expect.stringMatching(remedy) });
  });

  it('finds nothing where all is well', async () => {
    expect(await troubles({ infos: [running('web')] })).toEqual([]);
  });
});

describe('this machine', () => {
  it('knows who listens on a port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(thisMachine.listener(port)?.pid).toBe(process.pid);
    server.close();
    expect(thisMachine.listener(1)).toBeUndefined();
  });

  it('tells sockets, folders and files apart, and what is not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'statevisor-ctl-'));
    const server = createServer().listen(join(folder, 's'));
    await once(server, 'listening');
    writeFileSync(join(folder, 'f'), 'text');
    const kinds = ['s', 'f', '.', 'none', 'f/below'].map(name => thisMachine.kind(join(folder, name)));
    expect(kinds).toEqual(['socket', 'other', 'folder', 'missing', 'missing']);
    expect(thisMachine.read(join(folder, 'f'))).toBe('text');
    expect(thisMachine.read(join(folder, 'none'))).toBeUndefined();
    server.close();
    rmSync(folder, { recursive: true });
  });

  it('sees its own process and parent', () => {
    expect(thisMachine.processes().find(each => each.pid === process.pid)).toMatchObject({
      parent: process.ppid,
    });
  });
});
