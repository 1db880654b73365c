import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { statOf } from './disk.ts';
import { ConfigError, type Diagnostic, type Place, ValueFault } from './errors.ts';
import { environmentScope, expand } from './expand.ts';
import { glob } from './glob.ts';
import { merge, parseText, type Section, type Sections } from './parse.ts';
import { words } from './python.ts';
import type { ConfigWorld } from './world.ts';

/** What was read: every section of the file and of those that it includes. */
export interface Source {
  /** As it was given; errors name it so. */
  readonly file: string;
  /** The folder of the file: what %(here)s stands for. */
  readonly here: string;
  readonly sections: Sections;
  /** Every file that was read, in order. */
  readonly files: readonly string[];
  readonly notes: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

/** The text of the file that was asked for. Throws ConfigError in Supervisor's words. */
export function textOf(file: string, path: string): string {
  if (!statOf(path)) {
    throw new ConfigError({ message: `could not find config file ${file}` });
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError({ message: `could not read config file ${file}` }, { cause });
  }
}

/** Supervisor writes a file's folder into its values before it reads the next file, wherever %(here)s stands. */
function settle(sections: Iterable<Section>, here: string): void {
  for (const { entries } of sections) {
    for (const [name, entry] of entries) {
      if (entry.value.includes('%(here)s')) {
        entries.set(name, { ...entry, value: entry.value.replaceAll('%(here)s', here) });
      }
    }
  }
}

function patterns(include: Section, here: string, world: ConfigWorld): { place: Place; patterns: string[] } {
  const files = include.entries.get('files');
  if (!files) {
    throw new ConfigError({
      message: '.ini file has [include] section, but no files setting',
      section: 'include',
      option: 'files',
      place: include.place,
      expected: 'files= and one or more paths or patterns',
    });
  }
  const scope = environmentScope(world.env, { values: { here, host_node_name: world.hostname } });
  try {
    return { place: files.place, patterns: words(expand(files.value, scope, 'include.files')) };
  } catch (cause) {
    if (!(cause instanceof ValueFault)) throw cause;
    const { value, place } = files;
    throw new ConfigError(
      { message: cause.message, section: 'include', option: 'files', value, place },
      { cause },
    );
  }
}

/**
 * Reads a configuration file and what its [include] names: each pattern relative to the file, its matches in sorted
 * order; an [include] of an included file is not followed. Throws ConfigError.
 */
export function readSource(file: string, world: ConfigWorld): Source {
  const path = resolve(world.cwd, file);
  const here = dirname(path);
  const sections = parseText(textOf(file, path), file);
  const files = [path];
  const notes: string[] = [];
  const warnings: Diagnostic[] = [];
  const include = sections.get('include');
  if (!include) return { file, here, sections, files, notes, warnings };
  const wanted = patterns(include, here, world);
  settle(sections.values(), here);
  for (const pattern of wanted.patterns.map(part => resolve(here, part))) {
    const found = glob(pattern);
    if (found.length === 0) {
      const message = `No file matches via include "${pattern}"`;
      warnings.push({
        severity: 'warning',
        message,
        section: 'include',
        option: 'files',
        place: wanted.place,
      });
    }
    for (const included of found) {
      notes.push(`Included extra file "${included}" during parsing`);
      const more = includedSections(included, wanted.place, warnings);
      settle(more.values(), dirname(included));
      merge(sections, more);
      files.push(included);
    }
  }
  return { file, here, sections, files, notes, warnings };
}

/** Python's parser skips what it cannot open; we too, but not without a word. */
function includedSections(file: string, place: Place, warnings: Diagnostic[]): Sections {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? `${cause.code}` : 'unreadable';
    const message = `Included file "${file}" could not be read (${reason})`;
    warnings.push({ severity: 'warning', message, section: 'include', option: 'files', place });
    return new Map();
  }
  return parseText(text, file);
}
