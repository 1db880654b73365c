import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kill, MARK, marked } from '../support/leftover.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = [
  'package.json',
  'package-lock.json',
  'scripts',
  'src',
  'machines',
  'examples',
  'visualizations',
];

// In a copy of the checkout, so that a demonstration which somebody runs meanwhile is left alone.
describe('npm start', () => {
  let folder: string;
  let npm: ChildProcess;
  let printed = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statevisor-start-'));
    const filter = (path: string) => !path.includes('examples/run/');
    for (const name of SOURCES) await cp(join(root, name), join(folder, name), { recursive: true, filter });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    // A process group of its own is what a terminal gives it: Ctrl-C reaches all of the group.
    npm = spawn('npm', ['start'], { cwd: folder, detached: true, env: { ...process.env, [MARK]: folder } });
    for (const stream of [npm.stdout, npm.stderr]) {
      stream?.setEncoding('utf8').on('data', text => {
        printed += text;
      });
    }
  });

  afterAll(async () => {
    kill(await marked(folder));
    await rm(folder, { recursive: true });
  });

  const status = async () => {
    const ctl = ['dist/supervisorctl.js', '-c', 'examples/demo.conf', 'status'];
    return (await run(process.execPath, ctl, { cwd: folder })).stdout;
  };

  it('runs a web server, three workers, a program that crashes now and then, and one that goes FATAL', async () => {
    const states = async () =>
      Object.fromEntries((await status()).split('\n').map(line => line.split(/ +/, 2)));
    await until('broken is FATAL', async () => (await states()).broken === 'FATAL', {
      within: 50_000,
      every: 250,
    });
    expect(await states()).toMatchObject({
      web: 'RUNNING',
      'worker:worker_00': 'RUNNING',
      'worker:worker_01': 'RUNNING',
      'worker:worker_02': 'RUNNING',
      // Whatever it is in, it was not given up.
      flaky: expect.not.stringMatching(/^(STOPPED|FATAL)$/),
    });
  });

  it('says in three lines where its socket is, how to ask for status and how to stop it', () => {
    const lines = printed.split('\n');
    const at = lines.indexOf(`The control socket is ${folder}/examples/run/supervisor.sock`);
    const ctl = 'node dist/supervisorctl.js -c examples/demo.conf';
    expect(lines.slice(at + 1, at + 3)).toEqual([
      `For status, from another terminal: ${ctl} status`,
      `To stop everything: Ctrl-C here, or ${ctl} shutdown`,
    ]);
  });

  it('ends with every program within stopwaitsecs at Ctrl-C', async () => {
    if (npm.pid === undefined) throw new Error('npm did not start');
    const ended = new Promise(resolve => npm.once('exit', resolve));
    process.kill(-npm.pid, 'SIGINT');
    await until('everything has ended', async () => (await marked(folder)).length === 0);
    expect(await ended).toBe(0);
    // Nobody had to be killed when stopwaitsecs were over.
    const log = await readFile(join(folder, 'examples/run/supervisord.log'), 'utf8');
    expect(log).toContain('stopped: ');
    expect(log).not.toContain('killing');
  });
});
