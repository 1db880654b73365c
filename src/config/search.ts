import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError } from './errors.ts';
import type { ConfigWorld } from './world.ts';

/** Where the configuration file is searched for, in this order: beside the program, here, then in /etc. */
function searchPaths({ program }: ConfigWorld): readonly string[] {
  const beside = program === undefined ? [] : ['../etc/supervisord.conf', '../supervisord.conf'];
  return [
    ...beside.map(path => resolve(dirname(program ?? ''), path)),
    'supervisord.conf',
    'etc/supervisord.conf',
    '/etc/supervisord.conf',
    '/etc/supervisor/supervisord.conf',
  ];
}

/** The first configuration file at the usual places, or undefined. */
export const searchFile = (world: ConfigWorld): string | undefined =>
  searchPaths(world).find(path => existsSync(resolve(world.cwd, path)));

/** What supervisord says when there is none. */
export const notFound = (world: ConfigWorld): ConfigError =>
  new ConfigError({
    message:
      `No config file found at default paths (${searchPaths(world).join(', ')}); ` +
      'use the -c option to specify a config file at a different path',
  });
