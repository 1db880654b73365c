import type { Diagnostic } from './errors.ts';
import { kindOf, SECTIONS } from './options/sections.ts';
import { DEFAULT_SECTION, type Section, type Sections } from './parse.ts';
import { nearest } from './suggest.ts';

type Warning = Omit<Diagnostic, 'severity'>;

/** A section's known name that looks like this one; what follows a colon stays. */
function nearestSection(name: string): string | undefined {
  const [kind = '', ...own] = name.split(':');
  const known = SECTIONS.map(({ header }) => header.replace(/:x$/, ''));
  const found = nearest(kind, known);
  return found && [found, ...own].join(':');
}

function unknownOptions(section: Section): Warning[] {
  const kind = kindOf(section.name);
  if (!kind) {
    const message = `Unknown section [${section.name}] is ignored`;
    const found = nearestSection(section.name);
    return [{ message, section: section.name, place: section.place, nearest: found && `[${found}]` }];
  }
  if (kind.open) return [];
  return [...section.entries]
    .filter(([option]) => !Object.hasOwn(kind.options, option))
    .map(([option, { place }]) => ({
      message: `Unknown option ${option} in section [${section.name}] is ignored`,
      section: section.name,
      option,
      place,
      nearest: nearest(option, Object.keys(kind.options)),
    }));
}

/** A warning for every section and option that nothing reads, with the nearest known name. */
export const unknownNames = (sections: Sections): Warning[] =>
  [...sections.values()].filter(({ name }) => name !== DEFAULT_SECTION).flatMap(unknownOptions);
