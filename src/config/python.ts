/** Python's ways of writing and reading, where Supervisor's users see them. */

const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING = new RegExp(`^[${SPACE}]+`, 'u');
const BLANK = new RegExp(`^[${SPACE}]$`, 'u');

const isInk = (character: string): boolean => character > ' ' && character < '\x7f';

/** Whether Python counts a character as white space. */
export const isSpace = (character: string): boolean => !isInk(character) && BLANK.test(character);

/** A text without the white space at its end. Linear, whatever the text. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** How many white-space characters a text begins with. */
export const indent = (text: string): number =>
  isInk(text.charAt(0)) ? 0 : (LEADING.exec(text)?.[0].length ?? 0);

/** A text without the white space around it. */
export const strip = (text: string): string => stripEnd(text.slice(indent(text)));

/** A text split at runs of white space, as Python's split() does. */
export const words = (text: string): string[] =>
  strip(text)
    .split(new RegExp(`[${SPACE}]+`, 'u'))
    .filter(Boolean);

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
// Control, format, surrogate, private, unassigned and separator characters, but not the plain space.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** A text as Python's repr() prints it: quoted, with escapes. */
export function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const character of text) {
    if (character === quote) out += `\\${quote}`;
    else out += ESCAPES[character] ?? (UNPRINTABLE.test(character) ? escaped(character) : character);
  }
  return out + quote;
}

/** A list of texts as Python prints it. */
export const reprList = (texts: readonly string[]): string => `[${texts.map(repr).join(', ')}]`;

/** Orders texts by code point, as Python's sorted() does. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  const [x, y] = [a.codePointAt(at) ?? -1, b.codePointAt(at) ?? -1];
  return x - y;
}

const DIGITS: Readonly<Record<number, RegExp>> = {
  8: /^([+-]?)(?:0o_?)?([0-7]+(?:_[0-7]+)*)$/i,
  10: /^([+-]?)(\d+(?:_\d+)*)$/,
};

/** A whole number as Python's int() reads it, or undefined where that refuses. */
export function int(text: string, base: 8 | 10 = 10): number | undefined {
  const [, sign, digits] = DIGITS[base]?.exec(strip(text)) ?? [];
  if (digits === undefined) return undefined;
  const magnitude = Number.parseInt(digits.replaceAll('_', ''), base);
  return sign === '-' && magnitude > 0 ? -magnitude : magnitude;
}
