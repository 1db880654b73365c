import { build } from './build.ts';
import type { SupervisordOptions } from './commandline.ts';
import { ConfigError, type Diagnostic, ParsingError } from './errors.ts';
import { locate } from './load.ts';
import { readSource } from './read.ts';
import { Recollection } from './recollection.ts';
import type { ConfigWorld } from './world.ts';

/** What a check of a configuration found. */
export interface CheckReport {
  readonly file: string | undefined;
  /** Every file that was read. */
  readonly files: readonly string[];
  /** How many processes would run by it. */
  readonly processes: number;
  /** By file and line. */
  readonly findings: readonly Diagnostic[];
  readonly errors: number;
  readonly warnings: number;
}

const SUFFIX = / in section '.*' \(file: '.*'\)$/s;

/** An option is read more than once (by its group, by each process): what is wrong with it is told once. */
const identity = ({ place, section, option, message }: Diagnostic): string =>
  JSON.stringify([place, section, option ?? message.replace(SUFFIX, '')]);

function once(findings: readonly Diagnostic[]): Diagnostic[] {
  const known = new Map<string, Diagnostic>();
  for (const finding of findings) {
    const key = identity(finding);
    if (!known.has(key)) known.set(key, finding);
  }
  return [...known.values()];
}

/** Reads a configuration to its end and tells everything that is wrong or doubtful with it. Starts nothing. */
export function checkConfiguration(options: SupervisordOptions, world: ConfigWorld): CheckReport {
  const found: Diagnostic[] = [];
  let [file, files, processes]: [string | undefined, readonly string[], number] = [undefined, [], 0];
  const findings = {
    refuse: (error: ConfigError): void => {
      found.push(...(error instanceof ParsingError ? error.lines : [error.finding]));
    },
    warn: (): void => {},
  };
  try {
    const located = locate(options.configuration, world);
    file = located.file;
    found.push(...located.warnings);
    const source = readSource(file, world, findings);
    files = source.files;
    const { groups, warnings } = build(source, options, new Recollection(world), findings);
    found.push(...warnings);
    processes = groups.flatMap(({ programs }) => programs.flatMap(program => program.processes)).length;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    findings.refuse(error);
  }
  const rank = ({ place }: Diagnostic): number => (place ? Math.max(files.indexOf(place.file), 0) : -1);
  const sorted = once(found).sort((a, b) => rank(a) - rank(b) || (a.place?.line ?? 0) - (b.place?.line ?? 0));
  const errors = sorted.filter(({ severity }) => severity === 'error').length;
  return { file, files, processes, findings: sorted, errors, warnings: sorted.length - errors };
}

const count = (number: number, noun: string): string =>
  `${number === 0 ? 'no' : number} ${noun}${number === 1 ? '' : 's'}`;

function lines({
  severity,
  message,
  place,
  section,
  option,
  value,
  expected,
  nearest,
}: Diagnostic): string[] {
  const where = place ? `${place.file}:${place.line}: ` : '';
  const shown = value === undefined ? option : `${option} = ${value.replaceAll('\n', '\n        ')}`;
  return [
    `${where}${severity}: ${message.replace(SUFFIX, '')}`,
    section && `    in [${section}]${option ? ` ${shown}` : ''}`,
    expected && `    expected ${expected}`,
    nearest && `    did you mean ${nearest}?`,
  ].filter(line => typeof line === 'string' && line !== '') as string[];
}

/** What `supervisord --check` prints: each finding with its place first, as compilers do, then how many there are. */
export function checkText(report: CheckReport): string {
  const { findings, errors, warnings, processes, file } = report;
  const sum = `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  const runs = errors === 0 ? `; ${processes} to run` : '';
  return `${[...findings.flatMap(lines), `${file ?? 'configuration'}: ${sum}${runs}`].join('\n')}\n`;
}

/** The same for `--check --json`. */
export const checkJson = (report: CheckReport): string => `${JSON.stringify(report, null, 2)}\n`;
