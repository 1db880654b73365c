import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mayExecute } from '../../src/process/access.ts';
import { commandTrouble, spawnOptions } from '../../src/process/options.ts';
import { fixture, spec } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'statevisor-options-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder with an entry named `tool`, as a PATH may list it. */
function bin(name: string, kind: 'program' | 'text' | 'folder'): string {
  const path = join(folder, name);
  mkdirSync(path);
  if (kind === 'folder') mkdirSync(join(path, 'tool'));
  else writeFileSync(join(path, 'tool'), '#!/bin/sh\n');
  if (kind === 'program') chmodSync(join(path, 'tool'), 0o755);
  return path;
}

const [programs, texts, folders] = [bin('a', 'program'), bin('b', 'text'), bin('c', 'folder')];
const planned = (PATH: string | undefined, daemonPath?: string) => {
  const outcome = spawnOptions(spec(['tool', 'x'], { environment: PATH === undefined ? {} : { PATH } }), {
    environment: { PATH: daemonPath },
    uid: 0,
  });
  return 'plan' in outcome ? outcome.plan.file : outcome.spawnerr;
};

describe('a command without a slash', () => {
  it('is looked for in the PATH of its program, else in the daemon’s', () => {
    expect(planned(programs)).toBe(`${programs}/tool`);
    expect(planned(undefined, programs)).toBe(`${programs}/tool`);
    expect(planned('/nonesuch', programs)).toBe("can't find command 'tool'");
  });

  it('is the first of its name, whether that can be executed or not', () => {
    expect(planned(`/nonesuch:${programs}:${texts}`)).toBe(`${programs}/tool`);
    expect(planned(`${texts}:${programs}`)).toBe(`command at '${texts}/tool' is not executable`);
    expect(planned(`${folders}:${programs}`)).toBe(`command at '${folders}/tool' is a directory`);
  });

  it('is found in /bin and /usr/bin where the daemon has no PATH', () => {
    const outcome = spawnOptions(spec(['sh']), { environment: {}, uid: 0 });
    expect(outcome).toMatchObject({ plan: { file: '/bin/sh', argv: ['sh'] } });
  });
});

describe('the trouble with a command', () => {
  it.each([
    [['/nonesuch'], { kind: 'NO_FILE', text: "can't find command '/nonesuch'" }],
    [['/etc'], { kind: 'NOT_EXECUTABLE', text: "command at '/etc' is a directory" }],
    [['/etc/passwd'], { kind: 'NOT_EXECUTABLE', text: "command at '/etc/passwd' is not executable" }],
    [["/it's"], { kind: 'NO_FILE', text: `can't find command "/it's"` }],
    [['/"it\'s" \\'], { kind: 'NO_FILE', text: String.raw`can't find command '/"it\'s" \\'` }],
    [[], { kind: 'NOT_EXECUTABLE', text: 'command is empty' }],
    [[fixture('stubborn')], undefined],
  ])('%s is %o', (argv, trouble) => {
    expect(commandTrouble(spec(argv))).toEqual(trouble);
  });
});

describe('the permission bits', () => {
  const me = { name: 'me', uid: process.getuid?.() ?? 0, gid: 4242, home: '/', shell: '/bin/sh' };
  const other = { ...me, uid: me.uid + 1 };
  const ofGroup = { ...other, gid: process.getgid?.() ?? 0 };
  const file = join(folder, 'guarded');
  writeFileSync(file, '');
  chmodSync(folder, 0o711);

  it.each([
    [0o100, true, false, false],
    [0o010, false, true, false],
    [0o001, false, false, true],
    [0o111, true, true, true],
    [0o666, false, false, false],
  ])('%o let owner: %s, group: %s, others: %s', (mode, byOwner, byGroup, byOthers) => {
    chmodSync(file, mode);
    expect([me, ofGroup, other].map(user => mayExecute(user, file))).toEqual([byOwner, byGroup, byOthers]);
  });

  it('of each folder on the way count too', () => {
    chmodSync(file, 0o111);
    chmodSync(folder, 0o700);
    expect([me, other].map(user => mayExecute(user, file))).toEqual([true, false]);
    expect(mayExecute(me, join(folder, 'missing'))).toBe(false);
  });
});

describe('the environment of a child', () => {
  it('lets the program’s own values win over all others', () => {
    const outcome = spawnOptions(spec(['/bin/sh'], { environment: { SUPERVISOR_ENABLED: '0', A: 'own' } }), {
      environment: { A: 'daemon', B: 'daemon', C: undefined },
      uid: 0,
    });
    expect(outcome).toMatchObject({ plan: { env: { SUPERVISOR_ENABLED: '0', A: 'own', B: 'daemon' } } });
    expect(Object.keys('plan' in outcome ? outcome.plan.env : {})).not.toContain('C');
  });
});
