import { ValueFault } from './errors.ts';
import { byCodePoint, repr } from './python.ts';
import { nearest } from './suggest.ts';

/** The names that a %(name)s may use, in layers: an inner scope sees the outer one. */
export interface Scope {
  readonly values: Readonly<Record<string, string | number>>;
  readonly outer?: Scope;
}

function lookup(scope: Scope | undefined, name: string): string | number | undefined {
  for (let layer = scope; layer; layer = layer.outer)
    if (Object.hasOwn(layer.values, name)) return layer.values[name];
  return undefined;
}

function names(scope: Scope): string[] {
  const all = new Set<string>();
  for (let layer: Scope | undefined = scope; layer; layer = layer.outer)
    for (const name of Object.keys(layer.values)) all.add(name);
  return [...all].sort(byCodePoint);
}

/** A scope of environment variables: each X as ENV_X. */
export const environmentScope = (
  env: Readonly<Record<string, string | undefined>>,
  outer?: Scope,
): Scope => ({
  values: Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[`ENV_${name}`, value]])),
  ),
  outer,
});

class FormatFault extends Error {}

/** The flags, width and precision between % and the conversion letter. */
interface Format {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

function padded(body: string, sign: string, { flags, width }: Format): string {
  const room = width - sign.length;
  if (flags.includes('-')) return (sign + body).padEnd(width);
  return flags.includes('0') ? sign + body.padStart(room, '0') : (sign + body).padStart(width);
}

const signOf = (value: number, flags: string): string =>
  value < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';

function asText(value: string, format: Format): string {
  return padded([...value].slice(0, format.precision).join(''), '', {
    ...format,
    flags: format.flags.replace('0', ''),
  });
}

function whole(value: number, format: Format, base = 10, prefix = '', upper = false): string {
  const digits = Math.abs(value)
    .toString(base)
    .padStart(format.precision ?? 1, '0');
  const lead = signOf(value, format.flags) + (format.flags.includes('#') ? prefix : '');
  return padded(upper ? digits.toUpperCase() : digits, upper ? lead.toUpperCase() : lead, format);
}

function number(value: string | number, complaint: string): number {
  if (typeof value === 'number') return value;
  throw new FormatFault(complaint);
}

const real = (conversion: string): string => `%${conversion} format: a real number is required, not str`;
const integer = (conversion: string): string => `%${conversion} format: an integer is required, not str`;

function exponential(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent < precision) return String(value);
  return exponential(value, precision - 1).replace(/\.?0+e/, 'e');
}

const floating = (write: (value: number, precision: number) => string) => {
  return (value: string | number, format: Format): string => {
    const size = number(value, 'must be real number, not str');
    return padded(write(Math.abs(size), format.precision ?? 6), signOf(size, format.flags), format);
  };
};

function character(value: string | number, format: Format): string {
  if (typeof value === 'number') return asText(String.fromCodePoint(value), format);
  if ([...value].length !== 1) throw new FormatFault('%c requires int or char');
  return asText(value, format);
}

type Conversion = (value: string | number, format: Format) => string;

const quoted: Conversion = (value, format) =>
  asText(typeof value === 'number' ? `${value}` : repr(value), format);
const fixed = floating((value, precision) => value.toFixed(precision));
const scientific = floating(exponential);
const shortest = floating((value, precision) => general(value, precision || 1));

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  s: (value, format) => asText(`${value}`, format),
  r: quoted,
  a: quoted,
  d: (value, format) => whole(number(value, real('d')), format),
  i: (value, format) => whole(number(value, real('i')), format),
  u: (value, format) => whole(number(value, real('u')), format),
  x: (value, format) => whole(number(value, integer('x')), format, 16, '0x'),
  X: (value, format) => whole(number(value, integer('X')), format, 16, '0x', true),
  o: (value, format) => whole(number(value, integer('o')), format, 8, '0o'),
  c: character,
  f: fixed,
  F: fixed,
  e: scientific,
  E: (value, format) => scientific(value, format).toUpperCase(),
  g: shortest,
  G: (value, format) => shortest(value, format).toUpperCase(),
};

/** Everything from a % on: a key in parentheses (they may nest), flags, width, precision, length, letter. */
const FLAGS = /([-+ #0]*)(\d*)(?:\.(\d*))?[hlL]?/y;

function keyEnd(text: string, open: number): number {
  let depth = 1;
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  throw new FormatFault('incomplete format key');
}

class UnknownName extends Error {}

function conversionAt(text: string, percent: number, scope: Scope): { written: string; next: number } {
  if (text[percent + 1] === '%') return { written: '%', next: percent + 2 };
  const keyed = text[percent + 1] === '(';
  const close = keyed ? keyEnd(text, percent + 1) : percent;
  const name = keyed ? text.slice(percent + 2, close) : undefined;
  const value = name === undefined ? undefined : lookup(scope, name);
  if (name !== undefined && value === undefined) throw new UnknownName(name);
  FLAGS.lastIndex = close + 1;
  const [matched = '', flags = '', width = '', precision] = FLAGS.exec(text) ?? [];
  const at = close + 1 + matched.length;
  const letter = text[at];
  if (letter === undefined) throw new FormatFault('incomplete format');
  if (letter === '*') throw new FormatFault('not enough arguments for format string');
  const convert = CONVERSIONS[letter];
  if (!convert) {
    const shown = letter >= ' ' && letter <= '~' ? letter : '?';
    throw new FormatFault(
      `unsupported format character '${shown}' (0x${letter.charCodeAt(0).toString(16)}) at index ${at}`,
    );
  }
  // Python would print its whole table of names here, secrets and all; what was meant is a literal %s.
  if (value === undefined && 'sra'.includes(letter))
    return { written: text.slice(percent, at + 1), next: at + 1 };
  if (value === undefined) throw new FormatFault(unkeyed(letter));
  const format = {
    flags,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  };
  return { written: convert(value, format), next: at + 1 };
}

function unkeyed(letter: string): string {
  if (letter === 'c') return '%c requires int or char';
  if ('diu'.includes(letter)) return `%${letter} format: a real number is required, not dict`;
  return 'xXo'.includes(letter)
    ? `%${letter} format: an integer is required, not dict`
    : 'must be real number, not dict';
}

function written(text: string, scope: Scope): string {
  let out = '';
  let at = 0;
  for (let percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', at)) {
    const { written, next } = conversionAt(text, percent, scope);
    out += text.slice(at, percent) + written;
    at = next;
  }
  return out + text.slice(at);
}

/**
 * A text with its %(name)s replaced and its %% made %, by the rules of Python's % operator. `subject` says in errors
 * what is being expanded, such as `program:x.command`. Throws ValueFault with Supervisor's words.
 */
export function expand(text: string, scope: Scope, subject: string): string {
  if (!text.includes('%')) return text;
  try {
    return written(text, scope);
  } catch (cause) {
    const about = `Format string ${repr(text)} for ${repr(subject)}`;
    if (cause instanceof FormatFault)
      throw new ValueFault(`${about} is badly formatted: ${cause.message}`, { cause });
    if (!(cause instanceof UnknownName)) throw cause;
    const known = names(scope);
    const available = known.join(', ');
    throw new ValueFault(
      `${about} contains names (${repr(cause.message)}) which cannot be expanded. Available names: ${available}`,
      { cause, nearest: nearest(cause.message, known) },
    );
  }
}
