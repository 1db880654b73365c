import { UsageError } from './errors.ts';

/** An option of a command line. */
export interface Flag {
  /** One letter, without its dash. */
  readonly short?: string;
  /** Without its two dashes. */
  readonly long?: string;
  /** What follows it, as the help names it; undefined where nothing follows. */
  readonly takes?: string;
  /** Whether that may be left out; it is then given by `=` alone. */
  readonly mayTake?: boolean;
  readonly help: string;
  /** Whether Supervisor has no such option. */
  readonly ours?: boolean;
}

/** An option as it was given. */
export interface GivenFlag<Name extends string> {
  readonly name: Name;
  /** As in messages: `-n`, or the whole long name where only a part was typed. */
  readonly typed: string;
  /** '' for an option that takes nothing. */
  readonly value: string;
}

/** What stood on a command line: options in their order, then what is none. */
export interface Given<Name extends string> {
  readonly flags: readonly GivenFlag<Name>[];
  readonly rest: readonly string[];
}

type Flags<Name extends string> = Readonly<Record<Name, Flag>>;
type Named<Name extends string> = readonly [Name, Flag];

const namesOf = <Name extends string>(table: Flags<Name>): Name[] => Object.keys(table) as Name[];

function findLong<Name extends string>(rows: readonly Named<Name>[], typed: string): Named<Name> {
  // Our own options stand apart: no beginning that was unique for Supervisor is less so for them.
  const possible = rows.filter(([, { long, ours }]) => (ours ? long === typed : long?.startsWith(typed)));
  const exact = possible.find(([, { long }]) => long === typed);
  const [first] = possible;
  if (!first) throw new UsageError(`option --${typed} not recognized`);
  if (!exact && possible.length > 1) throw new UsageError(`option --${typed} not a unique prefix`);
  return exact ?? first;
}

/**
 * Reads a command line as Python's getopt does: options end at the first word that is none, or at --; letters may be
 * joined (-nc FILE); long names may be shortened while they stay unique. Throws UsageError in its words.
 */
export function getopt<Name extends string>(table: Flags<Name>, words: readonly string[]): Given<Name> {
  const rows = namesOf(table).map((name): Named<Name> => [name, table[name]]);
  const flags: GivenFlag<Name>[] = [];
  const rest = [...words];
  const argument = (typed: string): string => {
    const next = rest.shift();
    if (next === undefined) throw new UsageError(`option ${typed} requires argument`);
    return next;
  };
  const takeLong = (word: string): void => {
    const equals = word.indexOf('=');
    const [name, flag] = findLong(rows, equals < 0 ? word : word.slice(0, equals));
    const typed = `--${flag.long}`;
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    if (flag.takes === undefined && attached !== undefined) {
      throw new UsageError(`option ${typed} must not have an argument`);
    }
    const takesNext = flag.takes !== undefined && !flag.mayTake;
    flags.push({ name, typed, value: attached ?? (takesNext ? argument(typed) : '') });
  };
  const takeShort = (letters: string): void => {
    const letter = letters.charAt(0);
    const typed = `-${letter}`;
    const [name, flag] = rows.find(([, { short }]) => short === letter) ?? [];
    if (name === undefined || !flag) throw new UsageError(`option ${typed} not recognized`);
    const more = letters.slice(1);
    if (flag.takes === undefined) {
      flags.push({ name, typed, value: '' });
      if (more) takeShort(more);
    } else flags.push({ name, typed, value: more || argument(typed) });
  };
  while (rest[0]?.startsWith('-') && rest[0] !== '-') {
    const word = rest.shift() ?? '';
    if (word === '--') break;
    if (word.startsWith('--')) takeLong(word.slice(2));
    else takeShort(word.slice(1));
  }
  return { flags, rest };
}

const spelled = ({ short, long, takes, mayTake }: Flag): string => {
  const names = [short && `-${short}`, long && `--${long}`].filter(Boolean).join('/');
  if (mayTake) return `${names}[=${takes}]`;
  return takes === undefined ? names : `${names} ${takes}`;
};

/** The lines of a help text that tell the options of a table. */
export const helpLines = (table: Flags<string>): string =>
  Object.values(table)
    .map(flag => `${spelled(flag)} -- ${flag.help}`)
    .join('\n');
