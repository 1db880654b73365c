import { build, type Configuration } from './build.ts';
import type { SupervisordOptions } from './commandline.ts';
import { type Diagnostic, FIRST_ERROR } from './errors.ts';
import { readSource } from './read.ts';
import { Recollection } from './recollection.ts';
import { notFound, searchFile } from './search.ts';
import type { ConfigWorld } from './world.ts';

const UNSAFE =
  'Supervisord is running as root and it is searching for its configuration file in default locations (including its ' +
  'current working directory); you probably want to specify a "-c" argument specifying an absolute path to a ' +
  'configuration file for improved security.';

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
 * Makes what reads the configuration that supervisord runs by, any number of times: the command line before the file, the
 * file before the defaults. It throws ConfigError at the first error, whose message begins with Supervisor's own text.
 */
export function createLoader(options: SupervisordOptions, world: ConfigWorld): () => Configuration {
  const recollection = new Recollection(world);
  return () => {
    const { file, warnings } = locate(options.configuration, world);
    recollection.begin();
    const configuration = build(readSource(file, world), options, recollection, FIRST_ERROR);
    recollection.end();
    return { ...configuration, warnings: [...warnings, ...configuration.warnings] };
  };
}

/** Reads the configuration once. Throws as a loader does. */
export const loadConfiguration = (options: SupervisordOptions, world: ConfigWorld): Configuration =>
  createLoader(options, world)();
