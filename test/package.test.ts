import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BINS } from '../scripts/commands.ts';
import { startDaemon } from './support/daemon.ts';
import { kill } from './support/leftover.ts';
import { run } from './support/run.ts';
import { until } from './support/until.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const npm = (args: readonly string[], cwd: string) => run('npm', args, { cwd, timeout: 120_000 });

/** The folder into which the packed package was installed, and the files that were packed. */
let folder: string;
let packed: readonly { readonly path: string; readonly size: number }[];

const command = (name: string, args: readonly string[]) =>
  run(join(folder, 'node_modules/.bin', name), args, { cwd: folder });

const BUNDLES = 'node_modules/statevisor/dist/bundles';
const bundles = () => readdir(join(folder, BUNDLES));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statevisor-package-'));
  // The bundles are there already: the tests' set-up has built them.
  const pack = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
  const [tarball] = JSON.parse(pack.stdout);
  packed = tarball.files;
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--omit=dev'];
  const install = await npm(['install', ...options, `./${tarball.filename}`], folder);
  if (install.code !== 0) throw new Error(`npm install: ${install.stderr}`);
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed package', () => {
  it('holds bundles, documents and examples, and nothing else', () => {
    const known =
      /^(dist|docs|examples|visualizations\/diagrams)\/|^(README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
    expect(
      packed.map(({ path }) => path).filter(path => !known.test(path) || /\.map$|\/run\//.test(path)),
    ).toEqual([]);
    for (const name of BINS) expect(packed.map(({ path }) => path)).toContain(`dist/${name}.js`);
  });

  it('needs nothing at run time but what its bundles cannot hold', async () => {
    const { dependencies } = JSON.parse(
      await readFile(join(folder, 'node_modules/statevisor/package.json'), 'utf8'),
    );
    expect(Object.keys(dependencies)).toEqual(['koffi']);
  });

  it('brings the licences of what its bundles hold', async () => {
    const notices = await readFile(join(folder, 'node_modules/statevisor/dist/NOTICES.txt'), 'utf8');
    for (const name of ['xstate', 'execa', 'winston', 'ini'])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  it('has a supervisorctl without statecharts: it must start soon', async () => {
    const [bundle = ''] = (await bundles()).filter(file => /^supervisorctl-.*\.js$/.test(file));
    expect(await readFile(join(folder, BUNDLES, bundle), 'utf8')).not.toMatch(/xstate|winston/);
  });

  it('brings no bytecode: it is good for one version of Node', async () => {
    expect(packed.map(({ path }) => path).filter(path => path.endsWith('.bytecode'))).toEqual([]);
  });

  it.each(BINS)('installs %s as an executable', async name => {
    const { mode } = await stat(join(folder, 'node_modules/.bin', name));
    expect(mode & 0o111).toBe(0o111);
  });
});

/** The examples of a document: each program, and what it says that it prints. */
async function examples(path: string) {
  const text = await readFile(join(root, path), 'utf8');
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```(?:\n\n```console\n([\s\S]*?)```)?/g)];
  return blocks.map(([, code = '', printed], index) => ({ name: `example${index}`, code, printed }));
}

describe('what programs import', () => {
  it('compiles in their TypeScript, and does what its document says', async () => {
    const file = join(folder, 'socket');
    const factory = 'supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface';
    const cat = '[program:cat]\ncommand=cat\nautostart=false\nstartsecs=0';
    const daemon = await startDaemon(
      `[unix_http_server]\nfile=${file}\n[rpcinterface:supervisor]\n${factory}\n${cat}`,
      {
        within: 0,
      },
    );
    try {
      const programs = await examples('docs/client.md');
      const listening =
        "import { listener } from 'statevisor/listener';\nfor await (const { name } of listener()) console.error(name);\n";
      for (const { name, code } of [...programs, { name: 'listening', code: listening }]) {
        await writeFile(join(folder, `${name}.mts`), code.replaceAll('/run/supervisor.sock', file));
      }
      const options = { module: 'nodenext', target: 'es2023', strict: true, types: ['node'] };
      const typeRoots = [join(root, 'node_modules/@types')];
      const config = { compilerOptions: { ...options, typeRoots }, include: ['*.mts'] };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      expect(await run(process.execPath, [tsc, '-p', '.'], { cwd: folder })).toMatchObject({
        code: 0,
        stdout: '',
      });
      await until('the daemon', () => existsSync(file));
      for (const { name, printed } of programs.filter(each => each.printed !== undefined)) {
        const { stdout, stderr } = await run(process.execPath, [`${name}.mjs`], { cwd: folder });
        expect({ stdout, stderr }, name).toEqual({ stdout: printed, stderr: '' });
      }
    } finally {
      await daemon.stop();
    }
  });
});

describe('the installed commands', () => {
  it.each(['supervisord', 'supervisorctl'])('%s -h tells its usage', async name => {
    const { code, stdout, stderr } = await command(name, ['-h']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('[options]');
  });

  it('supervisord --version prints a version', async () => {
    expect(await command('supervisord', ['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
    });
  });

  it('pidproxy without arguments tells its usage and exits with 1', async () => {
    const { code, stdout } = await command('pidproxy', []);
    expect(code).toBe(1);
    expect(stdout).toContain('<pidfile name> <command>');
  });

  it('echo_supervisord_conf prints a configuration that supervisord accepts', async () => {
    const { code, stdout } = await command('echo_supervisord_conf', []);
    expect(code).toBe(0);
    await writeFile(join(folder, 'sample.conf'), stdout);
    const check = await command('supervisord', ['-c', 'sample.conf', '--check']);
    expect(check).toMatchObject({ code: 0, stderr: '' });
  });

  // STATEVISOR_NODES=/opt/node22/bin/node:/opt/node24/bin/node runs it by these as well.
  const others = (process.env.STATEVISOR_NODES ?? '').split(':').filter(Boolean);

  const nodes: readonly { readonly by: string; readonly node?: string }[] = [
    { by: 'the Node that is found' },
    ...others.map(node => ({ by: node, node })),
  ];

  it.each(nodes)('run a program by $by, and keep their bytecode for next time', async ({ node }) => {
    const before = new Set(await bundles());
    const line = (name: string, args: readonly string[]): readonly [string, readonly string[]] => {
      const path = join(folder, 'node_modules/.bin', name);
      return node === undefined ? [path, args] : [node, [path, ...args]];
    };
    const file = 'file=%(here)s/s.sock';
    const logs = 'logfile=%(here)s/s.log\npidfile=%(here)s/s.pid\nchildlogdir=%(here)s';
    const factory = 'supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface';
    const sections = [
      `[unix_http_server]\n${file}`,
      `[supervisord]\n${logs}`,
      `[rpcinterface:supervisor]\n${factory}`,
      '[supervisorctl]\nserverurl=unix://%(here)s/s.sock',
      '[program:cat]\ncommand=cat\nstartsecs=0',
    ];
    await writeFile(join(folder, 's.conf'), sections.join('\n'));
    const daemon = spawn(...line('supervisord', ['-n', '-c', 's.conf']), { cwd: folder });
    let complaints = '';
    daemon.stderr.on('data', text => {
      complaints += text;
    });
    const ended = new Promise(resolve => daemon.once('exit', resolve).once('error', resolve));
    try {
      const ctl = (...args: readonly string[]) =>
        run(...line('supervisorctl', ['-c', 's.conf', ...args]), { cwd: folder });
      await until('cat runs', async () => / RUNNING /.test((await ctl('status')).stdout), { every: 100 });
      expect((await ctl('stop', 'cat')).stdout).toBe('cat: stopped\n');
      expect((await ctl('shutdown')).stdout).toBe('Shut down\n');
      expect(await ended).toBe(0);
      // A Node that finds fault with what it is asked for says so there.
      expect(complaints).toBe('');
      const kept = (await bundles()).filter(file => file.endsWith('.bytecode') && !before.has(file));
      expect(kept.map(file => file.split('-')[0]).toSorted()).toEqual(['supervisorctl', 'supervisord']);
    } finally {
      if (daemon.exitCode === null && daemon.pid) kill([daemon.pid]);
    }
  });
});
