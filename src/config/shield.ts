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

/** Carries an option's name through ini. */
export const optionName = {
  // The colon at the end, which no option's name can hold, keeps ini from arrays (a[]), and from __proto__.
  into: (name: string): string => armour(`${name}:`),
  from: (name: string): string => name.slice(0, -1),
};

/** Carries a value and its line through ini; the number before it keeps ini from typing true, false and null. */
export const lineAndValue = {
  into: (line: number, value: string): string => armour(`${line} ${value}`),
  from: (text: string): { readonly line: number; readonly value: string } => {
    const space = text.indexOf(' ');
    return { line: Number(text.slice(0, space)), value: text.slice(space + 1) };
  },
};

/** Carries a section's name and the line of its header through ini, which would nest sections at dots. */
export const lineAndSection = {
  into: (line: number, name: string): string =>
    lineAndValue.into(line, name.replaceAll('~', '~0').replaceAll('.', '~1')),
  from: (text: string): { readonly line: number; readonly name: string } => {
    const { line, value } = lineAndValue.from(text);
    return { line, name: value.replaceAll('~1', '.').replaceAll('~0', '~') };
  },
};

const MARKS = [';', '#'];
const ANY_MARK = /[;#]/;

/** Where a line's comment begins, if it has one. Each round tries the next ; and the next #, as ConfigParser does. */
function commentStart(line: string): number | undefined {
  if (!ANY_MARK.test(line)) return undefined;
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

const SEPARATOR = /[=:]/;
const SECTION = /^\[([^\n]+)\]/;

/** An option while its lines are gathered. */
interface Assignment {
  readonly name: string;
  readonly line: number;
  readonly values: string[];
}

/** Gathers the lines of one file; an option is written out when the next one, or the end, shows it complete. */
class Gatherer {
  readonly #file: string;
  readonly #out: string[] = [];
  readonly #findings: Findings;
  readonly #isWanted: (section: string) => boolean;
  readonly #bad: { readonly line: number; readonly text: string }[] = [];
  /** By their names, as ini is to read them. */
  readonly #sections = new Map<string, string>();
  readonly #options = new Map<string, string>();
  #option: Assignment | undefined;
  #depth = 0;
  #isKept = false;

  constructor(file: string, findings: Findings, isWanted: (section: string) => boolean) {
    this.#file = file;
    this.#findings = findings;
    this.#isWanted = isWanted;
  }

  /** Takes the next line, and the break that ends it. */
  take(raw: string, line: number, end: string): void {
    const comment = commentStart(raw);
    const text = strip(raw.slice(0, comment));
    if (text === '') {
      // A blank line may belong to a value that goes on below it; the line of a comment never does.
      if (comment === undefined) this.#option?.values.push('');
    } else if (this.#option && indent(raw) > this.#depth) {
      this.#option.values.push(text);
    } else {
      this.#depth = indent(raw);
      const section = text.startsWith('[') ? SECTION.exec(text)?.[1] : undefined;
      if (section !== undefined) this.#header(section, line);
      else if (this.#sections.size > 0) this.#assignment(text, line, raw + end);
      else this.#findings.refuse(this.#headless(line, raw + end));
    }
  }

  #assignment(text: string, line: number, shown: string): void {
    const separator = text.search(SEPARATOR);
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
    this.#isKept = this.#isWanted(name);
    // Of a repeated section the first header counts.
    const header = this.#sections.get(name) ?? `[${lineAndSection.into(line, name)}]`;
    this.#sections.set(name, header);
    if (this.#isKept) this.#out.push(header);
  }

  #finish(): void {
    if (this.#option && this.#isKept) this.#out.push(this.#written(this.#option));
    this.#option = undefined;
  }

  #written({ name, line, values }: Assignment): string {
    const armoured = this.#options.get(name) ?? optionName.into(name);
    this.#options.set(name, armoured);
    return `${armoured}=${lineAndValue.into(line, stripEnd(values.join('\n')))}`;
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

/**
 * A file's text as ini can read it, of the sections that are wanted. What is no configuration is refused in
 * ConfigParser's words, wherever it stands, and left out.
 */
export function shielded(
  text: string,
  file: string,
  findings: Findings,
  isWanted: (section: string) => boolean,
): string {
  const gatherer = new Gatherer(file, findings, isWanted);
  const lines = text.split(/\r\n|\n|\r/);
  lines.forEach((line, index) => {
    gatherer.take(line, index + 1, index < lines.length - 1 ? '\n' : '');
  });
  return gatherer.text();
}
