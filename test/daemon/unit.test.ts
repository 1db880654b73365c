import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { install } from '../support/installation.ts';
import { MARK } from '../support/leftover.ts';
import { has, isRoot } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const OWN_WORLD = ['--mount', '--pid', '--fork', '--mount-proc'];
const CGROUP = `statevisor-test-${process.pid}`;
const WITH_CGROUPS = 'mount --make-rprivate / && mount -t cgroup2 none /sys/fs/cgroup';

/**
 * A systemd for one user, in namespaces and a control group of its own. It asks for the folder of one that has booted
 * the machine. The shell stays process 1, as which systemd would be the system's.
 */
const BOOT = `
${WITH_CGROUPS} && mkdir /sys/fs/cgroup/${CGROUP} && echo 0 > /sys/fs/cgroup/${CGROUP}/cgroup.procs || exit
unshare --cgroup sh -c '
  umount /sys/fs/cgroup; ${WITH_CGROUPS} &&
  mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system &&
  exec /lib/systemd/systemd --user --unit=basic.target'
exit`;

const canBoot =
  isRoot &&
  has('systemd', 'util-linux') &&
  spawnSync('unshare', [...OWN_WORLD, '--cgroup', 'sh', '-c', WITH_CGROUPS]).status === 0;

describe.skipIf(!canBoot)('the unit of the examples, under a real systemd (root only)', () => {
  let folder: string;
  let world: ChildProcess;
  let first: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statevisor-unit-'));
    const units = join(folder, '.config/systemd/user');
    await mkdir(units, { recursive: true });
    const { bin, conf } = await install(folder);
    const unit = await readFile(join(repository, 'examples/systemd/statevisor.service'), 'utf8');
    const here = unit
      .replaceAll('/etc/supervisord.conf', conf)
      .replace('[Service]', `[Service]\nEnvironment="PATH=${bin}:${process.env.PATH}"`)
      .replace('WatchdogSec=30', 'WatchdogSec=4');
    expect(here).toContain(`-c ${conf} reload`);
    expect(here).toContain('WatchdogSec=4');
    await writeFile(join(units, 'statevisor.service'), here);

    world = spawn('unshare', [...OWN_WORLD, 'sh', '-c', BOOT], {
      env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: '/run', [MARK]: folder },
      stdio: 'ignore',
    });
    first = await until('process 1', async () =>
      Number(await readFile(`/proc/${world.pid}/task/${world.pid}/children`, 'utf8')),
    );
    await until('systemd', async () => (await systemctl('is-active', 'basic.target')).code === 0, {
      within: 30_000,
    });
  });
  afterAll(async () => {
    const ended = new Promise(resolve => world.once('exit', resolve));
    // Nothing of a namespace outlives its process 1.
    process.kill(first, 'SIGKILL');
    await ended;
    const emptied = `${WITH_CGROUPS} && find /sys/fs/cgroup/${CGROUP} -depth -type d -exec rmdir {} +`;
    expect(await run('unshare', ['--mount', 'sh', '-c', emptied])).toMatchObject({ code: 0, stderr: '' });
    await rm(folder, { recursive: true });
  });

  /** Runs a command in systemd's world. */
  const inside = (...command: readonly string[]) =>
    run('nsenter', ['--target', String(first), '--mount', '--pid', 'env', `HOME=${folder}`, ...command]);
  const systemctl = (...words: readonly string[]) =>
    inside('XDG_RUNTIME_DIR=/run', 'systemctl', '--user', ...words);
  const show = async (property: string) =>
    (await systemctl('show', 'statevisor', '--value', '-p', property)).stdout.trim();
  const socket = () => join(folder, 'supervisor.sock');
  const sleeper = async () =>
    ((await ask(socket(), 'supervisor.getProcessInfo', 'sleeper')) as { readonly pid: number }).pid;

  it('is started when the daemon answers, and its process is the daemon', async () => {
    expect(await systemctl('start', 'statevisor')).toMatchObject({ code: 0, stderr: '' });
    const pid = await ask(socket(), 'supervisor.getPID');
    expect(await show('MainPID')).toBe(String(pid));
    expect(await show('SubState')).toBe('running');
  });

  it('is reloaded by one daemon that starts its programs anew', async () => {
    const [daemon, before] = [await show('MainPID'), await until('sleeper', sleeper)];
    expect(await systemctl('reload', 'statevisor')).toMatchObject({ code: 0, stderr: '' });
    await until('another sleeper', async () => ![0, before].includes(await sleeper()));
    expect(await show('MainPID')).toBe(daemon);
    expect(await show('SubState')).toBe('running');
  });

  it('is started again, and nothing of the old one is left, when the daemon hangs', async () => {
    const [hung, left] = [await show('MainPID'), await until('sleeper', sleeper)];
    expect(await inside('kill', '-STOP', hung)).toMatchObject({ code: 0 });
    await until('another daemon', async () => !['0', hung].includes(await show('MainPID')), {
      within: 30_000,
    });
    await until('running', async () => (await show('SubState')) === 'running');
    expect(Number(await show('NRestarts'))).toBeGreaterThan(0);
    expect((await inside('kill', '-0', String(left))).code).not.toBe(0);
    await until('another sleeper', sleeper);
  });

  it('stops in order, and in time', async () => {
    await until('sleeper', sleeper);
    expect(await systemctl('stop', 'statevisor')).toMatchObject({ code: 0, stderr: '' });
    expect(await show('ActiveState')).toBe('inactive');
    expect(await show('Result')).toBe('success');
    expect(await readFile(join(folder, 'supervisord.log'), 'utf8')).toMatch(
      /WARN stopped: sleeper \(terminated by SIGTERM\)\n$/,
    );
  });
});
