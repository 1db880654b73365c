import { build, type Configuration } from './build.ts';
import type { SupervisordOptions } from './commandline.ts';
import { type Diagnostic, FIRST_ERROR } from './errors.ts';
import { readSource } from './read.ts';
import { notFound, searchFile } from './search.ts';
import type { ConfigWorld } from './world.ts';

const UNSAFE =
  'Supervisord is running as root and it is searching for its configuration file in default locations (including its ' +
  'current working directory); you probably want to specify a "-c" argument specifying an absolute path to a ' +
  'configuration file for improved security.';

/** The same world, in which each user and group is looked up once: a file may name one of them 10,000 times. */
export function remembering(world: ConfigWorld): ConfigWorld {
  const remember = <T>(lookup: (key: string) => T): ((key: string) => T) => {
    const known = new Map<string, T>();
    return key => {
      const found = known.get(key);
      if (found !== undefined || known.has(key)) return found as T;
      const looked = lookup(key);
      known.set(key, looked);
      return looked;
    };
  };
  return { ...world, lookupUser: remember(world.lookupUser), lookupGroup: remember(world.lookupGroup) };
}

/** The file to read, and what is to be said about how it was found. Throws ConfigError where there is none. */
export function locate(
  configuration: string | undefined,
  world: ConfigWorld,
): { file: string; warnings: Diagnostic[] } {
  if (configuration !== undefined) return { file: configuration, warnings: [] };
  const file = searchFile(world);
  if (file === undefined) throw notFound(world);
  return { file, warnings: world.uid === 0 ? [{ severity: 'warning', message: UNSAFE }] : [] };
}

/**
 * Reads the configuration that supervisord runs by: the command line before the file, the file before the defaults.
 * Throws ConfigError at the first error, whose message begins with Supervisor's own text.
 */
export function loadConfiguration(options: SupervisordOptions, world: ConfigWorld): Configuration {
  const remembered = remembering(world);
  const { file, warnings } = locate(options.configuration, world);
  const configuration = build(readSource(file, remembered), options, remembered, FIRST_ERROR);
  return { ...configuration, warnings: [...warnings, ...configuration.warnings] };
}
