import { dirname, resolve } from 'node:path';
import type { LogDestination } from '../../machines/spec.ts';
import { MissingFault } from './errors.ts';
import { type Reader, reader } from './reader.ts';
import type { ConfigWorld } from './world.ts';

const STRING = { type: 'string' } as const;

/** A path with ~ and ~user made the home folder; it stays as it is where there is no such user. */
export function expandHome(path: string, world: ConfigWorld): string {
  const [, name] = /^~([^/]*)/.exec(path) ?? [];
  if (name === undefined) return path;
  const own = world.env.HOME ?? world.lookupUser(`${world.uid}`)?.home;
  const home = name === '' ? own : world.lookupUser(name)?.home;
  return home === undefined ? path : home.replace(/\/+$/, '') + path.slice(name.length + 1) || '/';
}

const isFolderHere = (path: string, world: ConfigWorld): boolean => world.isFolder(resolve(world.cwd, path));

function inExistingFolder(value: string, world: ConfigWorld): string {
  const path = expandHome(value, world);
  // dirname() drops the slash that ends a path; what stands before it is the folder that must exist.
  if (!path.includes('/') || isFolderHere(path.endsWith('/') ? path : dirname(path), world)) return path;
  throw new MissingFault(`The directory named as part of the path ${value} does not exist`);
}

/** A file in a folder that exists. */
export const filePath: Reader<string> = reader('a path in a folder that exists', STRING, inExistingFolder);

/** A folder that exists. */
export const folder: Reader<string> = reader('a folder that exists', STRING, (value, world) => {
  const path = expandHome(value, world);
  if (value !== '' && isFolderHere(path, world)) return path;
  throw new MissingFault(`${value} is not an existing directory`);
});

const DESTINATIONS: Readonly<Record<string, LogDestination>> = {
  none: { to: 'none' },
  off: { to: 'none' },
  '': { to: 'none' },
  auto: { to: 'auto' },
  syslog: { to: 'syslog' },
};

/** Where a process's output goes. */
export const logfile: Reader<LogDestination> = reader(
  'a path in a folder that exists, AUTO or NONE',
  STRING,
  (value, world) => DESTINATIONS[value.toLowerCase()] ?? { to: 'file', path: inExistingFolder(value, world) },
);
