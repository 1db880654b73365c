import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ProcessSpec, UserSpec } from '../../machines/spec.ts';
import type { Configuration } from '../../src/config/build.ts';
import type { SupervisordOptions } from '../../src/config/commandline.ts';
import { isFolder } from '../../src/config/disk.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import type { ConfigWorld } from '../../src/config/world.ts';

const USERS: readonly UserSpec[] = [
  { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' },
  { name: 'web', uid: 33, gid: 34, home: '/no/such/home', shell: '/bin/sh' },
];
const GROUPS: Readonly<Record<string, number>> = { root: 0, web: 34, staff: 50 };

/** A machine that has the users root and web, the groups root, web and staff, and little else. */
export const fakeWorld = (changes: Partial<ConfigWorld> = {}): ConfigWorld => ({
  env: { HOME: '/root', TEN: '10', NAME: 'value' },
  hostname: 'host',
  cwd: '/',
  uid: 1000,
  lookupUser: nameOrUid => USERS.find(({ name, uid }) => name === nameOrUid || `${uid}` === nameOrUid),
  lookupGroup: nameOrGid => GROUPS[nameOrGid] ?? Object.values(GROUPS).find(gid => `${gid}` === nameOrGid),
  isFolder,
  ...changes,
});

/** Files by name. */
type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder of these files, which is removed when the test is over. */
export function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'statevisor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A supervisord that was started with nothing but -c. */
export const plainOptions = (configuration?: string): SupervisordOptions => ({
  configuration,
  user: undefined,
  overrides: {},
  profile_options: undefined,
});

/** The world of a folder, as the current one. */
export const worldIn = (folder: string): ConfigWorld => fakeWorld({ cwd: folder });

/** Loads a text as the file a.conf of a folder, among more files. Where [supervisord] is not in it, it is added. */
export function load(text: string, files: Files = {}): Configuration {
  const whole = text.includes('[supervisord]') ? text : `${text}\n[supervisord]\n`;
  return loadConfiguration(plainOptions('a.conf'), worldIn(folderOf({ 'a.conf': whole, ...files })));
}

/** Every process of a configuration. */
export const processesOf = ({ groups }: Pick<Configuration, 'groups'>): readonly ProcessSpec[] =>
  groups.flatMap(({ programs }) => programs.flatMap(({ processes }) => processes));

/** The only process of a program section with these lines, besides its command. */
export function processOf(lines: string, head = ''): ProcessSpec {
  const [process] = processesOf(load(`${head}\n[program:x]\ncommand=/bin/cat\n${lines}`));
  if (!process) throw new Error('no process');
  return process;
}
