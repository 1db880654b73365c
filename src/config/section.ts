import { ConfigError, type Findings, MissingFault, ValueFault } from './errors.ts';
import { expand, type Scope } from './expand.ts';
import type { Option, Options, Values } from './option.ts';
import { DEFAULT_SECTION, type Entry, type Section, type Sections } from './parse.ts';
import { repr } from './python.ts';
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
  readonly onMissing?: (message: string) => void;
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
  read<T>(name: string, row: Option<T>, scope: Scope, subject = `${this.section.name}.${name}`): T {
    const entry = this.entry(name);
    if (!entry) return row.fallback;
    try {
      const written = row.expansion === 'never' ? entry.value : expand(entry.value, scope, subject);
      return row.reader.read(written, this.#reading.world) as T;
    } catch (cause) {
      if (!(cause instanceof ValueFault)) throw cause;
      if (cause instanceof MissingFault && this.#manner.onMissing) this.#miss(cause.message, name, row);
      else this.refuse(cause.message, name, row, cause);
      return row.fallback;
    }
  }

  #miss(text: string, name: string, row: Option<unknown>): void {
    this.#manner.onMissing?.(text);
    this.warn(this.named(text), name, row.reader.expected);
  }

  /** The values of a whole table, in its order. */
  values<Table extends Options>(table: Table, scope: Scope): Values<Table> {
    const values = Object.entries(table).map(([name, row]) => [name, this.read(name, row, scope)]);
    return Object.fromEntries(values) as Values<Table>;
  }

  /** A message that says which section it is about, in Supervisor's words. */
  named(text: string): string {
    const { name, place } = this.section;
    return `${text} in section ${repr(name)} (file: ${repr(place.file)})`;
  }

  /** Reports an error of an option, or of the section where no option is named. */
  refuse(text: string, option?: string, row?: Option<unknown>, cause?: unknown): void {
    const { name, place } = this.section;
    const entry = option === undefined ? undefined : this.entry(option);
    const message = this.#manner.named
      ? `${text} in section ${repr(name)} (file: ${repr(place.file)})`
      : text;
    const value = row?.secret ? undefined : entry?.value;
    const expected = row?.reader.expected;
    this.#reading.findings.refuse(
      new ConfigError(
        { message, section: name, option, value, place: entry?.place ?? place, expected },
        { cause },
      ),
    );
  }

  /** Does what may be refused; gives undefined where it was. */
  attempt<T>(action: () => T, option?: string, row?: Option<unknown>): T | undefined {
    try {
      return action();
    } catch (cause) {
      if (!(cause instanceof ValueFault)) throw cause;
      this.refuse(cause.message, option, row, cause);
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
