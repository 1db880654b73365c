import type { Autorestart, Bytes, Seconds, SignalName } from '../../machines/spec.ts';
import { SIGNAL_NAMES } from '../signals.ts';
import { readEnvironment } from './environment.ts';
import { ValueFault } from './errors.ts';
import { int, repr, strip } from './python.ts';
import { type Reader, reader, type ValueSchema } from './reader.ts';
import { readSignal } from './signals.ts';
import { nearest } from './suggest.ts';

const string: ValueSchema = { type: 'string' };
const pattern = (source: string): ValueSchema => ({ type: ['string', 'integer'], pattern: source });

/** Any text. */
export const text: Reader<string> = reader('a text', string, value => value);

/** A whole number as Python's int() reads it. Throws ValueFault in its words. */
export function wholeNumber(value: string): number {
  const number = int(value);
  if (number === undefined) throw new ValueFault(`invalid literal for int() with base 10: ${repr(value)}`);
  return number;
}

/** What comes with us, by the name that Supervisor gives it, or an ES module. */
export const module = (standard: string): Reader<string> => ({
  ...text,
  expected: `${standard}, or the path of an ES module`,
});

/** A whole number, as Python's int() reads it. */
export const integer: Reader<number> = reader(
  'a whole number',
  pattern('^\\s*[+-]?\\d+(_\\d+)*\\s*$'),
  wholeNumber,
);

/** A whole number of seconds. */
export const seconds: Reader<Seconds> = reader('a whole number of seconds', integer.schema, wholeNumber);

/** The longest time that a timer can hold: 2^31 milliseconds, nearly 25 days. */
export const LONGEST: Seconds = Math.floor((2 ** 31 - 1) / 1000);

const TRUTHS: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  1: true,
  no: false,
  false: false,
  off: false,
  0: false,
};

function truth(value: string): boolean {
  const found = TRUTHS[value.toLowerCase()];
  if (found === undefined) throw new ValueFault(`not a valid boolean value: ${repr(value)}`);
  return found;
}

const BOOLEAN = { type: ['boolean', 'string'], enum: [true, false, ...Object.keys(TRUTHS).sort()] };

/** A yes or a no. */
export const boolean: Reader<boolean> = reader('true or false (or yes, no, on, off, 1, 0)', BOOLEAN, truth);

/** When an exited process starts again. */
export const autorestart: Reader<Autorestart> = reader(
  'true, false or unexpected',
  { ...BOOLEAN, enum: [...BOOLEAN.enum, 'unexpected'] },
  value => {
    if (value.toLowerCase() === 'unexpected') return 'unexpected';
    const found = TRUTHS[value.toLowerCase()];
    if (found === undefined) throw new ValueFault(`invalid 'autorestart' value ${repr(value.toLowerCase())}`);
    return found ? 'always' : 'never';
  },
);

const UNITS: Readonly<Record<string, number>> = { kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 };

/** A size: bytes, or with the unit KB, MB or GB. */
export const byteSize: Reader<Bytes> = reader(
  'a size, such as 1024, 512KB, 50MB or 1GB',
  pattern('^\\s*[+-]?\\d+(_\\d+)*\\s*([kKmMgG][bB])?$'),
  value => {
    const lower = value.toLowerCase();
    const unit = UNITS[lower.slice(-2)];
    return unit === undefined ? wholeNumber(lower) : wholeNumber(lower.slice(0, -2)) * unit;
  },
);

function octalNumber(value: string): number {
  const number = int(value, 8);
  if (number === undefined) throw new ValueFault(`${value} can not be converted to an octal type`);
  return number;
}

/** A number in octal, such as 022. */
export const octal: Reader<number> = reader(
  'an octal number, such as 022',
  pattern('^(0[oO])?[0-7]+$'),
  octalNumber,
);

/** A file's mode in octal; `option` is its name in the error. */
export const mode = (option: string): Reader<number> =>
  reader('an octal mode, such as 0700', octal.schema, value => {
    const number = int(value, 8);
    if (number === undefined) throw new ValueFault(`Invalid ${option} value ${value}`);
    return number;
  });

/** A signal by name or number. */
export const signal: Reader<SignalName> = reader(
  'a signal, such as TERM, SIGHUP or 9',
  { type: ['string', 'integer'], examples: SIGNAL_NAMES.map(name => name.slice(3)) },
  readSignal,
);

/** Numbers from 0 to 255, with commas. */
export const exitcodes: Reader<readonly number[]> = reader(
  'numbers from 0 to 255, separated by commas',
  pattern('^(\\s*\\d+\\s*(,\\s*\\d+\\s*)*)?$'),
  value => {
    if (value === '') return [];
    const codes = value.split(',').map(code => int(code) ?? -1);
    if (codes.some(code => code < 0 || code > 255)) {
      throw new ValueFault(`not a valid list of exit codes: ${repr(value)}`);
    }
    return codes;
  },
);

/** Words separated by commas. */
export const list: Reader<readonly string[]> = reader('names separated by commas', string, value =>
  value === '' ? [] : value.split(',').map(strip),
);

/** Environment variables. */
export const environment: Reader<Readonly<Record<string, string>>> = reader(
  'KEY="value" pairs, separated by commas',
  string,
  readEnvironment,
);

/** One of a few words, in any case. */
export const oneOf = <const Words extends readonly string[]>(...choices: Words): Reader<Words[number]> =>
  reader(`one of ${choices.join(', ')}`, { type: 'string', enum: choices }, value => {
    const found = choices.find(choice => choice === value.toLowerCase());
    if (found === undefined)
      throw new ValueFault(`not one of ${choices.join(', ')}: ${repr(value)}`, {
        nearest: nearest(value, choices),
      });
    return found;
  });

/** The levels of the main log, gravest first. */
export const LOG_LEVELS = ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather'] as const;

/** A level of the main log, in any case. */
export const logLevel: Reader<(typeof LOG_LEVELS)[number]> = reader(
  `one of ${LOG_LEVELS.join(', ')}`,
  { type: 'string', enum: LOG_LEVELS },
  value => {
    const found = LOG_LEVELS.find(level => level === value.toLowerCase());
    if (!found)
      throw new ValueFault(`bad logging level name ${repr(value)}`, { nearest: nearest(value, LOG_LEVELS) });
    return found;
  },
);

/** A program's or a group's name. Throws ValueFault in Supervisor's words. */
export function checkedName(value: string): string {
  const name = strip(value);
  const bad = [' ', ':', '/'].find(letter => name.includes(letter));
  if (bad === undefined) return name;
  throw new ValueFault(`Invalid name: ${repr(value)} because of character: ${repr(bad)}`);
}
