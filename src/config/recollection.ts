import type { ProcessSpec } from '../../machines/spec.ts';
import type { Entry, Section } from './parse.ts';
import type { ConfigWorld } from './world.ts';

/** A program's section as it was read, and what came of it. */
interface Known {
  readonly group: string;
  readonly written: string;
  readonly processes: readonly ProcessSpec[];
}

/** Options as one text. With the length of each value no two sections have the same one. */
export const writtenIn = (entries: ReadonlyMap<string, Entry> | undefined): string => {
  let written = '';
  for (const [name, { value }] of entries ?? []) written += `${name}=${value.length}:${value}`;
  return written;
};

/**
 * What came of each program's section when it was last read: a section that still says the same, in the same
 * surroundings, on a machine that still answers the same, is not read again. Of its text nothing else is kept.
 */
export class Recollection {
  /** The machine; each of its users, groups and folders is looked up once, and again when the next reading begins. */
  readonly world: ConfigWorld;
  #answers: (() => boolean)[] = [];
  #surroundings = '';
  #known: ReadonlyMap<string, Known> = new Map();
  #next = new Map<string, Known>();
  readonly #lookups: Map<string, unknown>[] = [];

  constructor(world: ConfigWorld) {
    const { lookupUser, lookupGroup, isFolder } = world;
    this.world = {
      ...world,
      lookupUser: this.#remember(lookupUser),
      lookupGroup: this.#remember(lookupGroup),
      isFolder: this.#remember(isFolder),
    };
  }

  /** Begins a reading: where the machine has changed, nothing is known. */
  begin(): void {
    this.#next = new Map();
    if (this.#answers.every(isStill => isStill())) return;
    this.#known = new Map();
    this.#answers = [];
    for (const lookup of this.#lookups) lookup.clear();
  }

  /** Tells what else a program depends on, besides its section: where that has changed, no program is known. */
  within(surroundings: string): void {
    if (surroundings !== this.#surroundings) this.#known = new Map();
    this.#surroundings = surroundings;
  }

  /** The processes of a section, read only where they are not known; `read` gives no `isKept` if it had to complain. */
  processes(
    section: Section,
    group: string,
    read: () => { readonly processes: readonly ProcessSpec[]; readonly isKept: boolean },
  ): readonly ProcessSpec[] {
    const written = writtenIn(section.entries);
    const known = this.#known.get(section.name);
    const isSame = known?.written === written && known.group === group;
    const { processes, isKept } = isSame ? { ...known, isKept: true } : read();
    if (isKept) this.#next.set(section.name, isSame ? known : { group, written, processes });
    return processes;
  }

  /** Ends a reading that went well: what it met is what is known. */
  end(): void {
    this.#known = this.#next;
  }

  #remember<T>(lookup: (key: string) => T): (key: string) => T {
    const known = new Map<string, T>();
    this.#lookups.push(known);
    return key => {
      const found = known.get(key);
      if (found !== undefined || known.has(key)) return found as T;
      const looked = lookup(key);
      known.set(key, looked);
      this.#answers.push(() => JSON.stringify(lookup(key)) === JSON.stringify(looked));
      return looked;
    };
  }
}
