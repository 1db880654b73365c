import { parse } from 'ini';
import { FIRST_ERROR, type Findings, type Place } from './errors.ts';
import { lineAndSection, lineAndValue, optionName, shielded } from './shield.ts';

/** An option's value as written, continuation lines joined, and where its first line stands. */
export interface Entry {
  readonly value: string;
  readonly place: Place;
}

/** A section: its options by their lower-case names. Repeated sections are one; the later option wins. */
export interface Section {
  readonly name: string;
  /** Where its first header stands; errors name this file even when a later one repeats the section. */
  readonly place: Place;
  readonly entries: Map<string, Entry>;
}

/** What one or more files say, section by section in the order of their first mention. */
export type Sections = Map<string, Section>;

/** The section whose options every other section has too, where it does not set them itself. */
export const DEFAULT_SECTION = 'DEFAULT';

const every = (): boolean => true;

/**
 * The sections of one file's text, or those of them that are wanted. What ConfigParser refuses is refused in its words,
 * wherever it stands; linear in the text's length.
 */
export function parseText(
  text: string,
  file: string,
  findings: Findings = FIRST_ERROR,
  isWanted: (section: string) => boolean = every,
): Sections {
  const sections: Sections = new Map();
  const read: Record<string, Record<string, string>> = parse(shielded(text, file, findings, isWanted));
  for (const [header, options] of Object.entries(read)) {
    const { line, name } = lineAndSection.from(header);
    const entries = new Map<string, Entry>();
    for (const [key, text] of Object.entries(options)) {
      const { line, value } = lineAndValue.from(text);
      entries.set(optionName.from(key), { value, place: { file, line } });
    }
    sections.set(name, { name, place: { file, line }, entries });
  }
  return sections;
}

/** Adds a later file's sections to an earlier one's. */
export function merge(into: Sections, from: Sections): void {
  for (const section of from.values()) {
    const present = into.get(section.name);
    if (!present) into.set(section.name, section);
    else for (const [key, entry] of section.entries) present.entries.set(key, entry);
  }
}
