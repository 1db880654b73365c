import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UserSpec } from '../../machines/spec.ts';
import { createLoader, loadConfiguration } from '../../src/config/load.ts';
import { fakeWorld, folderOf, plainOptions, processesOf, worldIn } from './world.ts';

const HEAD = '[supervisord]\n';
const SERVER = '[unix_http_server]\nfile=%(here)s/sock\n';
const CAT = '[program:cat]\ncommand=/bin/cat\n';
const LOGGED = '[program:logged]\ncommand=/bin/cat\nstdout_logfile=logs/out\n';
const MANY = '[program:many]\ncommand=%(ENV_A)s\nprocess_name=%(process_num)d\nnumprocs=2\n';

/** A file that one loader reads again and again. */
function reread(first: string, world = {}) {
  const folder = folderOf({ 'a.conf': first });
  const whole = { ...worldIn(folder), ...world };
  const options = plainOptions('a.conf');
  const again = createLoader(options, whole);
  return {
    folder,
    again,
    afresh: () => loadConfiguration(options, whole),
    write: (text: string) => writeFileSync(join(folder, 'a.conf'), text),
  };
}

describe('what is read again', () => {
  it('gives the same specs for sections that say the same, wherever they stand', () => {
    const { again, write } = reread(HEAD + CAT + LOGGED);
    const [cat] = processesOf(again());
    write(`; moved\n${HEAD}${LOGGED}\n; and said otherwise\n[program:cat]\ncommand: /bin/cat ; here\n`);
    expect(processesOf(again())[0]).toBe(cat);
  });

  it.each([
    ['an option', HEAD + CAT, `${HEAD}${CAT}priority=1\n`],
    ['an option that is gone', `${HEAD}${CAT}priority=1\n`, HEAD + CAT],
    ['[DEFAULT]', HEAD + CAT, `${HEAD}[DEFAULT]\npriority=1\n${CAT}`],
    ['an option that moves to [DEFAULT]', `${HEAD}${CAT}umask=077`, `[DEFAULT]\numask=022\n${HEAD}${CAT}`],
    [
      'the environment of [supervisord]',
      `${HEAD}environment=A=1\n${MANY}`,
      `${HEAD}environment=A=2\n${MANY}`,
    ],
    ['a server', HEAD + CAT, HEAD + SERVER + CAT],
    ['a server that is gone', HEAD + SERVER + CAT, HEAD + CAT],
    ['a group', HEAD + CAT, `${HEAD}${CAT}[group:g]\nprograms=cat\n`],
    [
      'a second group',
      `${HEAD}${CAT}[group:g]\nprograms=cat`,
      `${HEAD}${CAT}[group:h]\nprograms=cat\n[group:g]\nprograms=cat`,
    ],
    ['the kind of a program', HEAD + CAT, `${HEAD}[eventlistener:cat]\ncommand=/bin/cat\nevents=TICK_5\n`],
    ['where one value ends', `${HEAD}${CAT}umask=1\n`, `${HEAD}[program:cat]\ncommand=/bin/catumask=1:1\n`],
  ])('follows %s', (_, before, after) => {
    const { again, afresh, write } = reread(before);
    again();
    write(after);
    const changed = again();
    expect(changed).toEqual(afresh());
    write(before);
    expect(again()).toEqual(afresh());
    expect(again().groups).not.toEqual(changed.groups);
  });

  it('finds a folder that has come, and misses one that has gone', () => {
    const { again, folder } = reread(HEAD + LOGGED);
    const fault = () => processesOf(again())[0]?.fault;
    expect(fault()).toMatch(/logs\/out does not exist/);
    mkdirSync(join(folder, 'logs'));
    expect(fault()).toBeUndefined();
    rmSync(join(folder, 'logs'), { recursive: true });
    expect(fault()).toMatch(/logs\/out does not exist/);
  });

  it('knows a user by the number that it has now', () => {
    let uid = 5;
    const lookupUser = (name: string): UserSpec => ({
      ...{ name, gid: 1, home: '/', shell: '/bin/sh' },
      uid,
    });
    const { again } = reread(`${HEAD}${CAT}user=web\n`, { lookupUser });
    const user = () => processesOf(again())[0]?.user?.uid;
    expect(user()).toBe(5);
    uid = 6;
    expect(user()).toBe(6);
  });

  it('warns each time, and of the line where it stands now', () => {
    const text = `${HEAD}${CAT}startsecs=9999999\n`;
    const { again, write } = reread(text);
    const lines = () => again().warnings.map(({ option, place }) => `${option}:${place?.line}`);
    expect(lines()).toEqual(['startsecs:4']);
    write(`\n\n${text}`);
    expect(lines()).toEqual(['startsecs:6']);
  });

  it('refuses each time, and goes on from what it knew before', () => {
    const { again, afresh, write } = reread(HEAD + CAT);
    const [cat] = processesOf(again());
    write(`${HEAD}${CAT}${LOGGED}startsecs=x\n`);
    expect(again).toThrow(/invalid literal for int/);
    expect(again).toThrow(/invalid literal for int/);
    write(HEAD + CAT + LOGGED);
    expect(processesOf(again())[0]).toBe(cat);
    expect(again()).toEqual(afresh());
  });

  it('asks the machine once in a reading, however many programs name the same user', () => {
    let asked = 0;
    const { lookupUser } = fakeWorld();
    const count = (name: string) => {
      asked += 1;
      return lookupUser(name);
    };
    const programs = ['a', 'b', 'c'].map(name => `[program:${name}]\ncommand=x\nuser=web\n`);
    const { again } = reread(HEAD + programs.join(''), { lookupUser: count });
    again();
    again();
    expect(asked).toBe(2);
  });
});
