import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookupUser } from '../../src/process/users.ts';
import { ask } from '../support/ask.ts';
import { kill, MARK, marked } from '../support/leftover.ts';
import { has, isRoot, may } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const OURS = [process.execPath, `${dist}supervisord.js`] as const;
const ORACLE = ['/usr/bin/supervisord'] as const;
/** In every Debian, and quick enough for more than 1,000 orphans a second. */
const PERL = '/usr/bin/perl';
const STORM = 1500;
/** Forks twice for each orphan, which ends with 3 when its parent has; then waits. */
const LEAVER = `
for (1 .. $ARGV[0]) {
  unless (fork) {
    unless (fork) { select undef, undef, undef, 0.003; exit 3 }
    exit 0;
  }
  wait;
}
sleep 1000;
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statevisor-life-'));
});
afterEach(async () => {
  kill(await marked(folder));
  await rm(folder, { recursive: true });
});

const configure = (more = '', settings = '') =>
  writeFile(
    join(folder, 'supervisord.conf'),
    `[unix_http_server]
file=${folder}/supervisor.sock
[supervisord]
logfile=${folder}/supervisord.log
pidfile=${folder}/supervisord.pid
childlogdir=${folder}
${settings}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
${more}`,
  );

/** Starts a daemon in the background and returns as its command does. */
const start = ([command, ...before]: readonly [string, ...string[]], ...args: readonly string[]) =>
  run(command, [...before, '-c', join(folder, 'supervisord.conf'), ...args], {
    cwd: folder,
    env: { [MARK]: folder },
  });
const log = () => readFile(join(folder, 'supervisord.log'), 'utf8');
const pidOf = async () => Number(await readFile(join(folder, 'supervisord.pid'), 'utf8'));
const status = async (pid: number) =>
  new Map(
    (await readFile(`/proc/${pid}/status`, 'utf8'))
      .split('\n')
      .map(line => line.split(':\t') as [string, string]),
  );
const end = async (pid: number) => {
  process.kill(pid, 'SIGTERM');
  // Python's loses a TERM that comes before its child has executed, and then waits for all of stopwaitsecs.
  await until('the end', async () => (await marked(folder)).length === 0, { within: 25_000 });
};

describe('a daemon in the background', () => {
  it.skipIf(!has('supervisor'))(
    'stands as Python’s does: session, stdio, folder, umask, pidfile',
    async () => {
      const worlds = [];
      for (const command of [ORACLE, OURS]) {
        await configure('', `directory=/usr\numask=027\nidentifier=x`);
        expect(await start(command)).toMatchObject({ code: 0, stdout: '' });
        const pid = await until('pidfile', pidOf);
        const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
        worlds.push({
          stdio: await Promise.all([0, 1, 2].map(fd => readlink(`/proc/${pid}/fd/${fd}`))),
          folder: await readlink(`/proc/${pid}/cwd`),
          umask: (await status(pid)).get('Umask'),
          'leads its session': Number(stat[3]) === pid,
          terminal: stat[4],
        });
        await end(pid);
      }
      expect(worlds[1]).toEqual(worlds[0]);
    },
  );

  it('is ready when its command returns: pidfile and socket are there', async () => {
    await configure();
    expect(await start(OURS)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const pid = await pidOf();
    expect(await ask(join(folder, 'supervisor.sock'), 'supervisor.getPID')).toBe(pid);
    expect(await log()).toMatch(
      /INFO daemonizing the supervisord process\n.*INFO supervisord started with pid /,
    );
    await end(pid);
    await expect(pidOf()).rejects.toThrow('ENOENT');
  });

  it('starts again over the pidfile and the socket of one that was killed, and says so', async () => {
    await configure('[program:a]\ncommand=sleep 1000\n');
    await start(OURS);
    const first = await pidOf();
    await until('the daemon and its program', async () => (await marked(folder)).length === 2);
    kill(await marked(folder));
    // Python's loses a TERM that comes before its child has executed, and then waits for all of stopwaitsecs.
    await until('the end', async () => (await marked(folder)).length === 0, { within: 25_000 });
    expect(await pidOf()).toBe(first);
    expect(await start(OURS)).toMatchObject({ code: 0 });
    expect(await log()).toContain(`CRIT Unlinking stale socket ${folder}/supervisor.sock`);
    expect(await pidOf()).not.toBe(first);
    await end(await pidOf());
  });

  it('refuses to be a second one: which address, which process, what to do', async () => {
    await configure();
    await start(OURS);
    const first = await pidOf();
    const second = await start(OURS);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(
      `${folder}/supervisor.sock is in use; ${folder}/supervisord.pid names process ${first}, which runs: ` +
        `\`supervisorctl shutdown\` or \`kill ${first}\` ends it.\n`,
    );
    expect(await ask(join(folder, 'supervisor.sock'), 'supervisor.getPID')).toBe(first);
    expect(await pidOf()).toBe(first);
    // A pid that is somebody else's by now is no daemon that could be ended.
    await writeFile(join(folder, 'supervisord.pid'), `${process.pid}\n`);
    expect((await start(OURS)).stderr).toContain(
      `${folder}/supervisor.sock is in use: end who listens there, or configure another address.\n`,
    );
    await end(first);
  });

  it('says that a file is in the place of its socket, and leaves it alone', async () => {
    await configure();
    await writeFile(join(folder, 'supervisor.sock'), 'data');
    const { code, stderr } = await start(OURS);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `${folder}/supervisor.sock is no socket: remove that file, or configure another address.\n`,
    );
    expect(await readFile(join(folder, 'supervisor.sock'), 'utf8')).toBe('data');
  });
});

describe.skipIf(!isRoot || !has('supervisor'))('--user, for root', () => {
  it('drops privileges, with all groups of that user, as Python’s does', async () => {
    const nobody = lookupUser('nobody');
    const worlds = [];
    for (const command of [ORACLE, OURS]) {
      // Python's may lose a TERM that comes just after a start.
      await configure('[program:a]\ncommand=sleep 1000\nstopwaitsecs=1\n');
      await chown(folder, nobody?.uid ?? 0, nobody?.gid ?? 0);
      await chmod(join(folder, 'supervisord.conf'), 0o644);
      expect(await start(command, '-u', 'nobody')).toMatchObject({ code: 0 });
      const pid = await until('pidfile', pidOf);
      const found = await status(pid);
      worlds.push(['Uid', 'Gid', 'Groups', 'CapEff'].map(name => found.get(name)?.trim()));
      await until('the line', async () => (await log()).includes(`Set uid to user ${nobody?.uid} succeeded`));
      await end(pid);
      await rm(join(folder, 'supervisord.log'));
    }
    expect(worlds[1]).toEqual(worlds[0]);
  });

  it('refuses an unknown user, and another user for who is not root, in Python’s words', async () => {
    await configure();
    await chmod(folder, 0o777);
    await chmod(join(folder, 'supervisord.conf'), 0o644);
    const refusals = async (command: readonly [string, ...string[]]) => {
      const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command] as const;
      const answers = [await start(command, '-u', 'nosuchuser'), await start(asNobody, '-u', 'root')];
      return answers.map(({ code, stderr }) => [code, stderr.split('\n')[0]]);
    };
    const theirs = await refusals(ORACLE);
    expect(theirs.map(([code]) => code)).toEqual([2, 2]);
    expect(await refusals(OURS)).toEqual(theirs);
  });
});

describe.skipIf(!may('SYS_ADMIN'))('as process 1', () => {
  it('reaps orphans, keeps the statuses of its own, and ends in order with 0 at TERM', async () => {
    await configure(
      `[program:own]
command=sh -c "sleep 1.5; exit 42"
autorestart=false
[program:leaver]
command=sh -c "while :; do (setsid true &); sleep 0.02; done"
priority=1
[program:last]
command=sh -c "trap 'echo bye; exit 0' TERM; : > %(here)s/last; while :; do sleep 0.1; done"
priority=1000
`,
    );
    const daemon = startFirst();
    const own = await until('own', async () => {
      const info = (await ask(socket(), 'supervisor.getProcessInfo', 'own')) as { statename: string };
      return info.statename === 'EXITED' && info;
    });
    expect(own).toMatchObject({ exitstatus: 42 });
    expect(await ask(socket(), 'supervisor.getPID')).toBe(1);
    await until('last listens to TERM', () => existsSync(join(folder, 'last')));
    await until('no zombie for long', async () => (await zombies()) <= 3);
    process.kill(await outside(), 'SIGTERM');
    expect((await daemon).code).toBe(0);
    const said = (await log()).split('\n').map(line => line.slice(24));
    const stopped = said
      .filter(line => / (stopped|killed): /.test(line))
      .map(line => line.replace(/ \(.*/, ''));
    expect(stopped).toEqual(['INFO stopped: last', 'WARN stopped: leaver']);
    expect(said).toContainEqual(expect.stringMatching(/^INFO reaped unknown pid \d+ \(exit status 0\)$/));
  }, 30_000);

  it.skipIf(!existsSync(PERL))(
    'takes no status of its own for an orphan in a storm of both',
    async () => {
      const codes = [11, 12, 13, 14];
      const own = codes.map(
        code => `[program:own${code}]
command=sh -c "sleep 0.${code}; exit ${code}"
autorestart=true
startsecs=0
`,
      );
      await configure(`${own.join('')}[program:leaver]\ncommand=${PERL} %(here)s/leaver.pl ${STORM}\n`);
      await writeFile(join(folder, 'leaver.pl'), LEAVER);
      const daemon = startFirst();
      const count = async (line: RegExp) => (await log()).match(line)?.length ?? 0;
      await until(
        'all are reaped',
        async () => (await count(/reaped unknown pid \d+ \(exit status 3\)/g)) === STORM,
        { within: 60_000 },
      );
      for (const code of codes) {
        const exits = new RegExp(`exited: own${code} \\(exit status ${code}; not expected\\)`, 'g');
        await until(`own${code} comes back`, async () => (await count(exits)) >= 5);
      }
      // The last line may be in the middle of being written.
      const ends = (await log()).match(/exited: own.*(?=\n)/g) ?? [];
      expect(ends.filter(end => !/own(\d+) \(exit status \1; not expected\)/.test(end))).toEqual([]);
      expect(await count(/reaped unknown/g)).toBe(STORM);
      await until('no zombie', async () => (await zombies()) === 0);
      process.kill(await outside(), 'SIGTERM');
      expect((await daemon).code).toBe(0);
    },
    90_000,
  );

  const socket = () => join(folder, 'supervisor.sock');
  const startFirst = () =>
    run(
      'unshare',
      ['--pid', '--fork', '--mount-proc', ...OURS, '-n', '-c', join(folder, 'supervisord.conf')],
      { env: { [MARK]: folder } },
    );
  /** The pid that process 1 has outside of its namespace. */
  const outside = async () => {
    const pids = await marked(folder);
    const found = await Promise.all(
      pids.map(
        async pid =>
          // One may have ended meanwhile: then it is not process 1.
          [
            pid,
            (await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')).match(/^NSpid:.*\t1$/m),
          ] as const,
      ),
    );
    return found.find(([, isFirst]) => isFirst)?.[0] ?? Number.NaN;
  };
  const zombies = async () => {
    const pid = await outside();
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
    const states = await Promise.all(
      children.map(child => readFile(`/proc/${child}/stat`, 'utf8').catch(() => ') X')),
    );
    return states.filter(stat => stat.split(') ')[1]?.startsWith('Z')).length;
  };
});
