import { ConfigError, type Findings, ParsingError } from './errors.ts';
import { indent, isSpace, repr, strip, stripEnd } from './python.ts';

/**
 * Supervisor's files are written for Python's ConfigParser, and `ini` reads a different dialect: it cuts values at any
 * ; or #, nests sections at dots, splits continued lines, strips quotes, types true and null, and makes arrays of a[].
 * The shield reads the lines as ConfigParser does and writes them out again such that ini can misread nothing.
 */

// JSON keeps quotes, breaks and backslashes; what ini looks for even inside of quotes is escaped too.
const armour = (text: string): string =>
  JSON.stringify(text).replace(
    /[\]=\u2028\u2029]/g,
    mark => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

// The colon at the end, which no option's name can hold, keeps ini from arrays (a[]), and from __proto__.
const armourName = (name: string): string => armour(`${name}:`);
const unarmourName = (name: string): string => name.slice(0, -1);

/** Carries a section's name through ini, which would nest sections at dots. */
export const sectionName = {
  into: (name: string): string => armourName(name.replaceAll('~', '~0').replaceAll('.', '~1')),
  from: (name: string): string => unarmourName(name).replaceAll('~1', '.').replaceAll('~0', '~'),
};

/** Carries an option's name through ini. */
export const optionName = { into: armourName, from: unarmourName };

/** Carries a value and its line through ini; the number before it keeps ini from typing true, false and null. */
export const lineAndValue = {
  into: (line: number, value: string): string => armour(`${line} ${value}`),
  from: (text: string): { readonly line: number; readonly value: string } => {
    const space = text.indexOf(' ');
    return { line: Number(text.slice(0, space)), value: text.slice(space + 1) };
  },
};

/** The option of no name, which tells the line of its section's header. */
export const HEADER_LINE = '';

const MARKS = [';', '#'];

/** Where a line's comment begins, if it has one. Each round tries the next ; and the next #, as ConfigParser does. */
function commentStart(line: string): number | undefined {
  if (MARKS.includes(strip(line).charAt(0))) return 0;
  let marks = MARKS.map(mark => ({ mark, at: line.indexOf(mark) })).filter(({ at }) => at >= 0);
  while (marks.length > 0) {
    const comments = marks.filter(({ at }) => isSpace(line.charAt(at - 1)));
    if (comments.length > 0) return Math.min(...comments.map(({ at }) => at));
    marks = marks
      .map(({ mark, at }) => ({ mark, at: line.indexOf(mark, at + 1) }))
      .filter(({ at }) => at >= 0);
  }
  return undefined;
}

const SECTION = /^\[([^\n]+)\]/;

/** Gathers the lines of one file; an option is written out when the next one, or the end, shows it complete. */
class Gatherer {
  readonly #file: string;
  readonly #out: string[] = [];
  readonly #findings: Findings;
  readonly #bad: { readonly line: number; readonly text: string }[] = [];
  readonly #sections = new Set<string>();
  #option: { readonly name: string; readonly line: number; readonly values: string[] } | undefined;
  #depth = 0;

  constructor(file: string, findings: Findings) {
    this.#file = file;
    this.#findings = findings;
  }

  /** Takes the next line: without its comment, and as it stands in the file. */
  take(raw: string, line: number, shown: string): void {
    const comment = commentStart(raw);
    const text = strip(raw.slice(0, comment));
    if (text === '') {
      // A blank line may belong to a value that goes on below it; the line of a comment never does.
      if (comment === undefined) this.#option?.values.push('');
    } else if (this.#option && indent(raw) > this.#depth) {
      this.#option.values.push(text);
    } else {
      this.#depth = indent(raw);
      this.#begin(text, line, shown);
    }
  }

  #begin(text: string, line: number, shown: string): void {
    const section = SECTION.exec(text)?.[1];
    if (section !== undefined) this.#header(section, line);
    else if (this.#sections.size > 0) this.#assignment(text, line, shown);
    else this.#findings.refuse(this.#headless(line, shown));
  }

  #assignment(text: string, line: number, shown: string): void {
    const separator = text.search(/[=:]/);
    const name = stripEnd(text.slice(0, Math.max(separator, 0))).toLowerCase();
    if (name === '') {
      this.#bad.push({ line, text: shown });
      return;
    }
    this.#finish();
    this.#option = { name, line, values: [strip(text.slice(separator + 1))] };
  }

  #header(name: string, line: number): void {
    this.#finish();
    this.#out.push(`[${sectionName.into(name)}]`);
    // Of a repeated section the first header counts.
    if (!this.#sections.has(name))
      this.#out.push(`${optionName.into(HEADER_LINE)}=${lineAndValue.into(line, '')}`);
    this.#sections.add(name);
  }

  #finish(): void {
    if (!this.#option) return;
    const { name, line, values } = this.#option;
    this.#out.push(`${optionName.into(name)}=${lineAndValue.into(line, stripEnd(values.join('\n')))}`);
    this.#option = undefined;
  }

  #headless(line: number, shown: string): ConfigError {
    return new ConfigError({
      message: `File contains no section headers.\nfile: ${repr(this.#file)}, line: ${line}\n${repr(shown)}`,
      place: { file: this.#file, line },
      expected: 'a section, such as [supervisord], before the first option',
    });
  }

  /** The whole file for ini. Lines that were neither section, option nor comment are refused, all at once. */
  text(): string {
    this.#finish();
    if (this.#bad.length > 0) this.#findings.refuse(this.#malformed());
    return this.#out.join('\n');
  }

  #malformed(): ParsingError {
    const lines = this.#bad.map(({ line, text }) => `\n\t[line ${String(line).padStart(2)}]: ${repr(text)}`);
    return new ParsingError(
      `Source contains parsing errors: ${repr(this.#file)}${lines.join('')}`,
      this.#bad.map(({ line, text }) => ({
        severity: 'error',
        message: `Neither section, option nor comment: ${repr(text)}`,
        place: { file: this.#file, line },
        expected: 'an option (name=value), a section ([name]) or a comment (; text)',
      })),
    );
  }
}

/** A file's text as ini can read it. What is no configuration is refused in ConfigParser's words, and left out. */
export function shielded(text: string, file: string, findings: Findings): string {
  const gatherer = new Gatherer(file, findings);
  const lines = text.split(/\r\n|\n|\r/);
  lines.forEach((line, index) => {
    gatherer.take(line, index + 1, index < lines.length - 1 ? `${line}\n` : line);
  });
  return gatherer.text();
}
