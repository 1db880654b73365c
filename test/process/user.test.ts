import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UserSpec } from '../../machines/spec.ts';
import { spawnOptions } from '../../src/process/options.ts';
import { lookupGroup, lookupUser, supplementaryGroups } from '../../src/process/users.ts';
import { isRoot } from '../support/needs.ts';
import { createHouse, LAUNCHES, spec } from './harness.ts';

const root = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' };
const nobody = lookupUser('nobody') as UserSpec;
/** What the daemon's environment has, whoever runs these tests. */
const ENVIRONMENT = { HOME: '/home/of/the/daemon', PWD: '/folder/of/the/daemon' };
/** Somebody whom some group lists as a member, which few machines have. */
const member = readFileSync('/etc/group', 'utf8').match(/:(?!root)([a-z_][\w-]*)$/m)?.[1];

describe('a user', () => {
  it('is found by name and by uid, with its ids, home and shell', () => {
    const [, , uid, gid, , home, shell] =
      readFileSync('/etc/passwd', 'utf8')
        .match(/^nobody:.*$/m)?.[0]
        .split(':') ?? [];
    expect(nobody).toEqual({ name: 'nobody', uid: Number(uid), gid: Number(gid), home, shell });
    expect(lookupUser(String(uid))).toEqual(nobody);
  });

  it.each(['nonesuch-user', '424242', ''])('is undefined where there is none: "%s"', name => {
    expect(lookupUser(name)).toBeUndefined();
  });
});

describe('a group', () => {
  it('is found by name and by gid', () => {
    expect(lookupGroup('root')).toBe(0);
    expect(lookupGroup('0')).toBe(0);
    expect(lookupGroup('nonesuch-group')).toBeUndefined();
  });
});

describe('a process with a user', () => {
  it('runs as it is where that is the daemon’s own', () => {
    const outcome = spawnOptions(spec(['true'], { user: nobody }), { environment: {}, uid: nobody.uid });
    expect(outcome).toMatchObject({ plan: { file: '/bin/true', argv: ['true'] } });
  });

  it('says in its stderr log that only root can change users', () => {
    const outcome = spawnOptions(spec(['true'], { user: root }), { environment: {}, uid: 1 });
    const words = "couldn't setuid to 0: Can't drop privilege as nonroot user";
    expect(outcome).toMatchObject({ plan: { file: '/bin/sh', argv: expect.arrayContaining([words]) } });
  });

  describe.skipIf(!isRoot).each(Object.keys(LAUNCHES))('started by %s (root only)', launch => {
    const withHouse = async (test: (house: ReturnType<typeof createHouse>) => Promise<void>) => {
      const house = createHouse(launch, { environment: { ...process.env, ...ENVIRONMENT } });
      try {
        await test(house);
      } finally {
        await house.close();
      }
    };

    it.each([undefined, '/usr'])(
      'has its uid and gid under the pid that was reported, in directory %s',
      directory =>
        withHouse(async house => {
          const script = 'echo $$ $(id -u) $(id -ru) $(id -g) $(id -G); pwd; echo $HOME';
          const run = house.run(spec(['sh', '-c', script], { user: nobody, directory }));
          const { pid } = await run.report('process.started');
          await run.report('process.exited');
          const { uid, gid } = nobody;
          expect(run.stderr()).toBe('');
          expect(run.stdout()).toBe(
            `${pid} ${uid} ${uid} ${gid} ${gid}\n${directory ?? process.cwd()}\n${ENVIRONMENT.HOME}\n`,
          );
        }),
    );

    it('is called as its command says, and its environment is the one that it was given', () =>
      withHouse(async house => {
        const directory = '/usr';
        const run = house.run(
          spec(['sh', '-c', 'tr "\\0" "\\n" < /proc/$$/cmdline | head -1; env'], { user: nobody }),
        );
        const other = house.run(spec(['env'], { user: nobody, directory }));
        await run.report('process.exited');
        await other.report('process.exited');
        expect(run.stdout()).toMatch(/^sh\n/);
        expect(other.stdout()).toContain(`\nPWD=${ENVIRONMENT.PWD}\n`);
      }));

    it('exits 127 with last words where it may not execute its command', () =>
      withHouse(async house => {
        chmodSync(house.folder, 0o755);
        const file = join(house.folder, 'rootonly');
        writeFileSync(file, '#!/bin/sh\n', { mode: 0o700 });
        const run = house.run(spec([file], { user: nobody }));
        expect(await run.report('process.exited')).toMatchObject({ exitstatus: 127 });
        expect(run.stderr()).toBe(
          `supervisor: couldn't exec ${file}: EACCES\nsupervisor: child process was not spawned\n`,
        );
      }));

    it.skipIf(!member)('has all of its supplementary groups (where any user has some)', () =>
      withHouse(async house => {
        const user = lookupUser(member as string) as UserSpec;
        const run = house.run(spec(['id', '-G'], { user }));
        await run.report('process.exited');
        const groups = run.stdout().trim().split(' ').map(Number);
        expect(new Set(groups)).toEqual(new Set([user.gid, ...supplementaryGroups(user)]));
      }),
    );

    it.each([
      ['may not enter', 'closed', 'EACCES'],
      ['cannot exist', 'missing', 'ENOENT'],
      ['is a file', 'file', 'ENOTDIR'],
    ])('exits 127 with last words where its directory %s', (_, name, code) =>
      withHouse(async house => {
        chmodSync(house.folder, 0o755);
        mkdirSync(join(house.folder, 'closed'), { mode: 0o700 });
        writeFileSync(join(house.folder, 'file'), '');
        const directory = join(house.folder, name);
        const run = house.run(spec(['pwd'], { user: nobody, directory }));
        expect(await run.report('process.exited')).toMatchObject({ exitstatus: 127 });
        expect(run.stderr()).toBe(
          `supervisor: couldn't chdir to ${directory}: ${code}\nsupervisor: child process was not spawned\n`,
        );
      }),
    );
  });
});
