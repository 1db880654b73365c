import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { statOf } from './disk.ts';
import { ConfigError, type Diagnostic, FIRST_ERROR, type Findings, ValueFault } from './errors.ts';
import { environmentScope, expand } from './expand.ts';
import { glob } from './glob.ts';
import { merge, parseText, type Section, type Sections } from './parse.ts';
import { words } from './python.ts';
import { utf8Trouble } from './utf8.ts';
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

/** The text of a file that is there. Throws ConfigError for what is not UTF-8, in Python's words; else as the disk does. */
function decoded(file: string, path: string): string {
  const bytes = readFileSync(path);
  const trouble = utf8Trouble(bytes);
  if (!trouble) return bytes.toString('utf8');
  const line = bytes.subarray(0, trouble.at).filter(byte => byte === 10).length + 1;
  throw new ConfigError({ message: trouble.message, place: { file, line }, expected: 'text in UTF-8' });
}

/** The text of the file that was asked for. Throws ConfigError in Supervisor's words. */
export function textOf(file: string, path: string): string {
  if (!statOf(path)) throw new ConfigError({ message: `could not find config file ${file}` });
  try {
    return decoded(file, path);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
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

/** A pattern below the file's folder. Its dots stay: messages name an included file by what was written. */
const joined = (here: string, pattern: string): string =>
  isAbsolute(pattern) ? pattern : `${here.replace(/\/$/, '')}/${pattern}`;

/** What [include] names, in absolute patterns; none where it was refused. */
function patterns(include: Section, here: string, world: ConfigWorld, findings: Findings): string[] {
  const subject = { section: 'include', option: 'files' };
  const files = include.entries.get('files');
  const { place } = files ?? include;
  const refuse = (message: string, cause?: unknown): string[] => {
    const expected = 'paths or patterns, separated by spaces';
    findings.refuse(
      new ConfigError({ ...subject, message, place, value: files?.value, expected }, { cause }),
    );
    return [];
  };
  if (!files) return refuse('.ini file has [include] section, but no files setting');
  const scope = environmentScope(world.env, { values: { here, host_node_name: world.hostname } });
  try {
    return words(expand(files.value, scope, 'include.files')).map(pattern => joined(here, pattern));
  } catch (cause) {
    if (cause instanceof ValueFault) return refuse(cause.message, cause);
    throw cause;
  }
}

/** An included file's text. Python's parser skips what it cannot open; so do we, but not without a word. */
function includedText(file: string, findings: Findings, warn: (message: string) => void): string {
  try {
    return decoded(file, file);
  } catch (cause) {
    if (cause instanceof ConfigError) findings.refuse(cause);
    else warn(`Included file "${file}" could not be read (${(cause as NodeJS.ErrnoException).code})`);
    return '';
  }
}

/**
 * Reads a configuration file and what its [include] names: each pattern relative to the file, its matches in sorted
 * order; an [include] of an included file is not followed. Throws ConfigError where the file itself cannot be read.
 */
export function readSource(file: string, world: ConfigWorld, findings: Findings = FIRST_ERROR): Source {
  const path = resolve(world.cwd, file);
  const here = dirname(path);
  const sections = parseText(textOf(file, path), file, findings);
  const files = [path];
  const notes: string[] = [];
  const warnings: Diagnostic[] = [];
  const include = sections.get('include');
  if (!include) return { file, here, sections, files, notes, warnings };
  const { place } = include.entries.get('files') ?? include;
  const warn = (message: string): void => {
    warnings.push({ severity: 'warning', message, section: 'include', option: 'files', place });
  };
  const wanted = patterns(include, here, world, findings);
  settle(sections.values(), here);
  for (const pattern of wanted) {
    const found = glob(pattern);
    if (found.length === 0) warn(`No file matches via include "${pattern}"`);
    for (const included of found) {
      notes.push(`Included extra file "${included}" during parsing`);
      const more = parseText(includedText(included, findings, warn), included, findings);
      settle(more.values(), dirname(resolve(included)));
      merge(sections, more);
      files.push(included);
    }
  }
  return { file, here, sections, files, notes, warnings };
}
