import { ConfigError, type Findings, MissingFault, ValueFault } from './errors.ts';
import { expand, type Scope } from './expand.ts';
import type { Option, Options, Values } from './options/option.ts';
import { kindOf } from './options/sections.ts';
import { DEFAULT_SECTION, type Entry, type Section, type Sections } from './parse.ts';
import { repr } from './python.ts';
import { text } from './values.ts';
import type { ConfigWorld } from './world.ts';

/** What every part of a configuration is read with. */
export interface Reading {
  readonly sections: Sections;
  readonly world: ConfigWorld;
  readonly findings: Findings;
}

/** How a section is read. */
interface Manner {
  /** Whether Supervisor ends this section's errors with `in section 'x' (file: 'y')`. */
  readonly named?: boolean;
  /** Takes what is only missing on this machine, and lets the reading go on; otherwise that is an error. */
  readonly onMissing?: (message: string, option: string, expected: string) => void;
}

/** What helps to mend what was refused. */
interface About {
  /** Where the option's own kind of value says too little. */
  readonly expected?: string;
  readonly nearest?: string;
  readonly cause?: unknown;
}

/** A table as a section is read by it: what holds where nothing is written, and how each name is written. */
interface Sheet {
  readonly prefix: string;
  readonly fallbacks: Readonly<Record<string, unknown>>;
  readonly names: readonly (readonly [name: string, written: string])[];
}

const sheets = new WeakMap<Options, Sheet>();

/** Made once for a table: a thousand sections are read by the same one, and write little of it. */
function sheetOf(table: Options, prefix: string): Sheet {
  const known = sheets.get(table);
  if (known?.prefix === prefix) return known;
  const rows = Object.entries(table);
  const sheet = {
    prefix,
    fallbacks: Object.freeze(Object.fromEntries(rows.map(([name, { fallback }]) => [name, fallback]))),
    names: rows.map(([name]) => [name, prefix + name] as const),
  };
  sheets.set(table, sheet);
  return sheet;
}

/** Reads the options of one section. */
export class SectionReader {
  readonly section: Section;
  readonly #reading: Reading;
  readonly #defaults: Section | undefined;
  readonly #manner: Manner;
  readonly #warned = new Set<string>();

  constructor(reading: Reading, section: Section, manner: Manner = {}) {
    this.section = section;
    this.#reading = reading;
    this.#defaults = reading.sections.get(DEFAULT_SECTION);
    this.#manner = manner;
  }

  get world(): ConfigWorld {
    return this.#reading.world;
  }

  /** The option as written here or in [DEFAULT]. */
  entry(name: string): Entry | undefined {
    return this.section.entries.get(name) ?? this.#defaults?.entries.get(name);
  }

  /** The value of an option, its names replaced; its fallback where it is not written, or was refused. */
  read<T>(name: string, row: Option<T>, scope: Scope, subject?: string): T {
    const entry = this.entry(name);
    if (!entry) return row.fallback;
    try {
      const about = subject ?? `${this.section.name}.${name}`;
      return row.reader.read(expand(entry.value, scope, about), this.#reading.world);
    } catch (cause) {
      if (!(cause instanceof ValueFault)) throw cause;
      const { onMissing } = this.#manner;
      if (cause instanceof MissingFault && onMissing) onMissing(cause.message, name, row.reader.expected);
      else this.refuse(cause.message, name, { cause, nearest: cause.nearest });
      return row.fallback;
    }
  }

  /**
   * The values of a whole table, read in its order; `prefix` is what the names in the file begin with besides. One frozen
   * object for all sections that write none of them.
   */
  values<Table extends Options>(table: Table, scope: Scope, prefix = ''): Values<Table> {
    const { fallbacks, names } = sheetOf(table, prefix);
    let values: Record<string, unknown> | undefined;
    for (const [name, written] of names) {
      const row = table[name];
      if (row === undefined || !this.entry(written)) continue;
      values ??= { ...fallbacks };
      values[name] = this.read(written, row, scope);
    }
    return (values ?? fallbacks) as Values<Table>;
  }

  /** A message that says which section it is about, in Supervisor's words. */
  named(text: string): string {
    const { name, place } = this.section;
    return `${text} in section ${repr(name)} (file: ${repr(place.file)})`;
  }

  /** Reports an error of an option, or of the section where no option is named. */
  refuse(complaint: string, option?: string, about: About = {}): void {
    const { name, place } = this.section;
    const message = this.#manner.named ? this.named(complaint) : complaint;
    const entry = option === undefined ? undefined : this.entry(option);
    const row = option === undefined ? undefined : kindOf(name)?.options[option];
    const value = row?.secret ? undefined : entry?.value;
    const { cause, nearest, expected = row?.reader === text ? undefined : row?.reader.expected } = about;
    const finding = {
      message,
      section: name,
      option,
      value,
      place: entry?.place ?? place,
      expected,
      nearest,
    };
    this.#reading.findings.refuse(new ConfigError(finding, { cause }));
  }

  /** Does what may be refused; gives undefined where it was. */
  attempt<T>(action: () => T, option?: string): T | undefined {
    try {
      return action();
    } catch (cause) {
      if (!(cause instanceof ValueFault)) throw cause;
      this.refuse(cause.message, option, { cause, nearest: cause.nearest });
      return undefined;
    }
  }

  /** Warns of the section, or of one of its options: once, though each of a program's processes may meet it. */
  warn(message: string, option?: string, expected?: string): void {
    const { name, place } = this.section;
    if (option !== undefined && this.#warned.has(option)) return;
    if (option !== undefined) this.#warned.add(option);
    const entry = option === undefined ? undefined : this.entry(option);
    this.#reading.findings.warn({
      message,
      section: name,
      option,
      value: entry?.value,
      place: entry?.place ?? place,
      expected,
    });
  }
}
