import type { Reader } from '../reader.ts';

/** One option: a row of the table from which parser, messages, documentation and schema come. */
export interface Option<T> {
  readonly reader: Reader<T>;
  /** The default as one would write it; undefined where there is none. */
  readonly written: string | undefined;
  /** What the option is when it is not written. */
  readonly fallback: T;
  readonly required: boolean;
  /** One line for whoever configures it. */
  readonly help: string;
  /** What the sample file shows where there is no default. */
  readonly example: string;
  /** Whether its value must not appear in reports. */
  readonly secret: boolean;
  /** Whether Supervisor has no such option. */
  readonly ours: boolean;
}

/** The options of a kind of section, by name, in the order in which Supervisor reads them. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** The values of a table's options. */
export type Values<Table extends Options> = { readonly [Name in keyof Table]: Table[Name]['fallback'] };

type Extras = Partial<Pick<Option<unknown>, 'secret' | 'ours'>>;

const row = <T>(
  reader: Reader<T>,
  written: string | undefined,
  fallback: T,
  help: string,
  extras: Extras & { readonly example?: string },
): Option<T> => ({
  reader,
  written,
  fallback,
  required: false,
  help,
  example: '',
  secret: false,
  ours: false,
  ...extras,
});

/** An option with a default, given as one would write it. */
export function option<T>(reader: Reader<T>, written: string, help: string, extras: Extras = {}): Option<T> {
  return row(reader, written, reader.read(written, NOWHERE), help, extras);
}

/** An option that means something by its absence. */
export const optional = <T>(
  reader: Reader<T>,
  example: string,
  help: string,
  extras: Extras = {},
): Option<T | undefined> => row<T | undefined>(reader, undefined, undefined, help, { example, ...extras });

/** An option that its section cannot do without. Its absence is complained about by whoever reads the section. */
export const required = <T>(
  reader: Reader<T>,
  example: string,
  help: string,
  extras: Extras = {},
): Option<T | undefined> => ({ ...optional(reader, example, help, extras), required: true });

/** Defaults mean the same everywhere: they are read once, and know no machine. */
const NOWHERE = {
  env: {},
  hostname: '',
  cwd: '/',
  uid: 0,
  lookupUser: () => undefined,
  lookupGroup: () => undefined,
  isFolder: () => false,
} as const;
