import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProcessSpec } from '../../machines/spec.ts';
import { census, environmentOf } from '../../src/process/census.ts';
import { createOrphans, type Orphans } from '../../src/process/orphans.ts';
import { until } from '../support/until.ts';
import { createHouse, now, spec } from './harness.ts';

const proc = vi.hoisted(() => ({ isHidden: false }));
vi.mock('../../src/process/census.ts', async original => {
  const real = await original<typeof import('../../src/process/census.ts')>();
  const census = () => {
    if (proc.isHidden) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    return real.census();
  };
  return { ...real, census };
});

let house: ReturnType<typeof createHouse>;
let orphans: Orphans;
const clock = { stands: false };
const errors: Error[] = [];
beforeEach(() => {
  clock.stands = false;
  house = createHouse('posix_spawn', {
    now: () => (clock.stands ? { wall: 0, monotonic: 0 } : now()),
  });
  orphans = createOrphans(house.table.owns, error => errors.push(error));
});
afterEach(async () => {
  await house.close();
  orphans.close();
  expect(errors).toEqual([]);
});

const shell = (script: string, options: Partial<ProcessSpec>) =>
  house.run(spec(['/bin/sh', '-c', script], { environment: { FAMILY: house.folder }, ...options }));

/** Whoever lives and was started by a test of this house. */
const family = () => census().filter(({ pid }) => environmentOf(pid).get('FAMILY') === house.folder);

const TERM = { type: 'port.signal', signal: 'SIGTERM', group: false } as const;

describe('kill_tree', () => {
  const SCATTER = `setsid sleep 1000 & (setsid sh -c "setsid sleep 1000 & sleep 1000" &) ; sleep 1000 & `;

  it('leaves nobody of the tree when the process is stopped, in whatever group or session', async () => {
    const run = shell(`${SCATTER} exec sleep 1000`, { kill_tree: true });
    await run.report('process.started');
    await until('the family', () => family().length === 6);
    run.tell(TERM);
    expect(await run.report('process.exited')).toMatchObject({ exitstatus: -1, signal: 'SIGTERM' });
    expect(family()).toEqual([]);
  });

  it('leaves nobody when the process ends by itself, and tells its own exit status', async () => {
    const run = shell(`${SCATTER} sleep 0.2; exit 7`, { kill_tree: true });
    expect(await run.report('process.exited')).toMatchObject({ exitstatus: 7 });
    expect(family()).toEqual([]);
  });

  it('kills all of a tree that does not listen', async () => {
    const run = shell(`trap '' TERM; ${SCATTER} while :; do sleep 1; done`, { kill_tree: true });
    await run.report('process.started');
    await until('the family', () => family().length >= 6);
    run.tell(TERM);
    run.tell({ type: 'port.signal', signal: 'SIGKILL', group: false });
    expect(await run.report('process.exited')).toMatchObject({ signal: 'SIGKILL' });
    expect(family()).toEqual([]);
  });

  it('knows whoever it has seen, also after a change of environment, group and parent', async () => {
    const run = shell('setsid env -i sleep 4711 & exec sleep 1000', { kill_tree: true });
    await run.report('process.started');
    const stranger = await until('the stranger', () =>
      census().find(({ pid, parent }) => {
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return commandLine.startsWith('sleep\x004711') && house.table.owns(parent);
      }),
    );
    run.tell(TERM);
    await run.report('process.exited');
    expect(census().some(({ pid, since }) => pid === stranger.pid && since === stranger.since)).toBe(false);
  });

  it.each([{ kill_tree: true }, { forks: true }])(
    'costs no process its signal and its exit where nobody can look into /proc: %o',
    async options => {
      const run = shell('trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done', options);
      await run.report('process.started');
      await until('it listens', () => run.stdout() === 'ready\n');
      proc.isHidden = true;
      try {
        run.tell(TERM);
        expect(await run.report('process.exited')).toMatchObject({ exitstatus: 0 });
      } finally {
        proc.isHidden = false;
      }
      expect(new Set(house.troubles.map(({ cause }) => cause.message))).toEqual(
        new Set(['too many open files']),
      );
    },
  );

  it('spares the trees of others', async () => {
    const other = shell(`${SCATTER} exec sleep 1000`, { kill_tree: true });
    await until('the other family', () => family().length === 6);
    const run = shell('setsid sleep 1000 & exec sleep 1000', { kill_tree: true });
    await run.report('process.started');
    await until('both families', () => family().length === 8);
    run.tell(TERM);
    await run.report('process.exited');
    expect(family()).toHaveLength(6);
    other.tell(TERM);
    await other.report('process.exited');
    expect(family()).toEqual([]);
  });
});

describe('forks', () => {
  it.each([
    ['once', 'sh -c "$WAIT" & exit 0'],
    ['twice', '(setsid sh -c "$WAIT" &) ; exit 0'],
    ['twice and late', '(sleep 0.1; setsid sh -c "$WAIT" &) & exit 0'],
  ])('follows a command that forks %s, and tells the true exit status', async (_, script) => {
    // It forks once more within a second, however busy the machine is.
    clock.stands = true;
    const word = join(house.folder, 'word');
    const WAIT = `until [ -e ${word} ]; do sleep 0.05; done; exit 7`;
    const run = shell(script, { forks: true, environment: { FAMILY: house.folder, WAIT } });
    const { pid: command } = await run.report('process.started');
    expect((await run.report('process.moved')).pid).not.toBe(command);
    // Those in between are /bin/sh, and are followed for a while, too.
    const isLast = (at: number) => readFileSync(`/proc/${at}/cmdline`, 'utf8').startsWith('sh\0');
    await until('the last of them', () => house.table.list().some(tenant => isLast(tenant.pid)));
    writeFileSync(word, '');
    expect(await run.report('process.exited')).toMatchObject({ exitstatus: 7 });
    expect(house.table.list()).toEqual([]);
  });

  it('follows the process that the pidfile names, among others, and stops them all', async () => {
    const pidfile = join(house.folder, 'pid');
    const script = `setsid sleep 1000 & setsid sleep 1000 & (sleep 0.3; echo $! > ${pidfile}) & exit 0`;
    writeFileSync(pidfile, '1\n');
    const run = shell(script, { forks: true, pidfile });
    const { pid } = await run.report('process.moved');
    expect(String(pid)).toBe(readFileSync(pidfile, 'utf8').trim());
    run.tell(TERM);
    expect(await run.report('process.exited')).toMatchObject({ signal: 'SIGTERM' });
    expect(family()).toEqual([]);
  });

  it('carries out afterwards what it is told while the command forks', async () => {
    const run = shell('setsid sleep 1000 & exit 0', { forks: true });
    await until('the command is over', () => house.table.list().length === 0 && run.reports.length > 0);
    run.tell(TERM);
    expect(await run.report('process.exited')).toMatchObject({ signal: 'SIGTERM' });
  });

  it('signals the group of a process that leads none', async () => {
    const run = shell('sh -c "sleep 1000 & wait" & exit 0', { forks: true });
    await run.report('process.moved');
    await until('both', () => family().length === 2);
    run.tell({ ...TERM, group: true });
    expect(await run.report('process.exited')).toMatchObject({ signal: 'SIGTERM' });
    expect(family()).toEqual([]);
  });

  it('says when the command leaves nobody, whose exit counts then', async () => {
    const run = shell('exit 0', { forks: true });
    expect(await run.report('process.exited')).toMatchObject({ exitstatus: 0 });
    expect(house.troubles).toMatchObject([{ during: 'follow', cause: { message: /nobody goes on/ } }]);
  });

  it('does not follow a command that failed, and ends what it left', async () => {
    const run = shell('setsid sleep 1000 & exit 3', { forks: true });
    expect(await run.report('process.exited')).toMatchObject({ exitstatus: 3 });
    expect(family()).toEqual([]);
    expect(run.reports.some(({ type }) => type === 'process.moved')).toBe(false);
  });

  it('never takes what another program left behind', async () => {
    const plain = shell('setsid sleep 1000 & exec sleep 1000', { kill_tree: true });
    await until('the plain family', () => family().length === 2);
    const leaver = house.run(spec(['/bin/sh', '-c', 'setsid sleep 1000 & exit 0']));
    await leaver.report('process.exited');
    const run = shell('exit 0', { forks: true });
    await run.report('process.exited');
    expect(run.reports.some(({ type }) => type === 'process.moved')).toBe(false);
    expect(family()).toHaveLength(2);
    plain.tell(TERM);
    await plain.report('process.exited');
    // Between fork and exec it is not known by its command.
    for (const { pid } of await until('who was left', () => left().length > 0 && left()))
      process.kill(pid, 'SIGKILL');
  });

  it('is followed no further when its actor is left meanwhile', async () => {
    const run = shell('setsid sleep 1000 & sleep 0.1; exit 0', { forks: true });
    await run.report('process.started');
    run.leave();
    await until('nobody', () => family().length === 0 && house.table.list().length === 0);
  });
});

/** The orphans that this process was given and that nobody owns. */
const left = () =>
  census().filter(({ pid, parent }) => parent === process.pid && !house.table.owns(pid) && isSleep(pid));
const isSleep = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep\x001000');
