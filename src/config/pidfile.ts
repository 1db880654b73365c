import { dirname, resolve } from 'node:path';
import { ConfigError, FIRST_ERROR } from './errors.ts';
import { environmentScope } from './expand.ts';
import { option } from './options/option.ts';
import { parseText } from './parse.ts';
import { textOf } from './read.ts';
import { searchFile } from './search.ts';
import { SectionReader } from './section.ts';
import { text } from './values.ts';
import type { ConfigWorld } from './world.ts';

/** As it is written: whether its folder exists is not asked here. */
const PIDFILE = option(text, '', '');

/**
 * Where the daemon of a configuration file writes its process id, absolute; undefined where the file cannot be found or
 * read, or does not say. For a look from outside: nothing else of the file is judged.
 */
export function findPidfile(configuration: string | undefined, world: ConfigWorld): string | undefined {
  const file = configuration ?? searchFile(world);
  if (file === undefined) return undefined;
  const path = resolve(world.cwd, file);
  const values = { here: dirname(path) };
  try {
    const sections = parseText(textOf(file, path), file);
    const section = sections.get('supervisord');
    const reader = section && new SectionReader({ sections, world, findings: FIRST_ERROR }, section);
    const found = reader?.read('pidfile', PIDFILE, environmentScope(world.env, { values }));
    return found ? resolve(world.cwd, found) : undefined;
  } catch (error) {
    // supervisorctl's own reading of the file has said what is wrong with it.
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
