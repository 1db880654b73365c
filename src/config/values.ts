import { dirname, resolve } from 'node:path';
import type {
  Autorestart,
  Bytes,
  LogDestination,
  Seconds,
  SignalName,
  UserSpec,
} from '../../machines/spec.ts';
import { isFolder } from './disk.ts';
import { readEnvironment } from './environment.ts';
import { MissingFault, ValueFault } from './errors.ts';
import { int, repr, strip } from './python.ts';
import { readSignal, SIGNAL_NAMES } from './signals.ts';
import type { ConfigWorld } from './world.ts';

/** A JSON Schema for the values of one reader. */
export type ValueSchema = Readonly<Record<string, unknown>>;

/** Reads one kind of value. */
export interface Reader<T> {
  /** The value that a text means. Throws ValueFault, in Supervisor's words where it has them. */
  readonly read: (text: string, world: ConfigWorld) => T;
  /** What is expected, as the end of a sentence: `a whole number`. */
  readonly expected: string;
  readonly schema: ValueSchema;
}

const reader = <T>(expected: string, schema: ValueSchema, read: Reader<T>['read']): Reader<T> => ({
  expected,
  schema,
  read,
});

const string: ValueSchema = { type: 'string' };
const pattern = (source: string): ValueSchema => ({ type: ['string', 'integer'], pattern: source });

/** Any text. */
export const text: Reader<string> = reader('a text', string, value => value);

function wholeNumber(value: string): number {
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
    if (found === undefined) throw new ValueFault(`invalid 'autorestart' value ${repr(value)}`);
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
    if (found === undefined) throw new ValueFault(`not one of ${choices.join(', ')}: ${repr(value)}`);
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
    if (!found) throw new ValueFault(`bad logging level name ${repr(value)}`);
    return found;
  },
);

/** A path with ~ and ~user made the home folder; it stays as it is where there is no such user. */
export function expandHome(path: string, world: ConfigWorld): string {
  const [, name] = /^~([^/]*)/.exec(path) ?? [];
  if (name === undefined) return path;
  const own = world.env.HOME ?? world.lookupUser(`${world.uid}`)?.home;
  const home = name === '' ? own : world.lookupUser(name)?.home;
  return home === undefined ? path : home.replace(/\/+$/, '') + path.slice(name.length + 1) || '/';
}

const isFolderHere = (path: string, world: ConfigWorld): boolean => isFolder(resolve(world.cwd, path));

function inExistingFolder(value: string, world: ConfigWorld): string {
  const path = expandHome(value, world);
  // dirname() drops the slash that ends a path; what stands before it is the folder that must exist.
  if (!path.includes('/') || isFolderHere(path.endsWith('/') ? path : dirname(path), world)) return path;
  throw new MissingFault(`The directory named as part of the path ${value} does not exist`);
}

/** A file in a folder that exists. */
export const filePath: Reader<string> = reader('a path in a folder that exists', string, inExistingFolder);

/** A folder that exists. */
export const folder: Reader<string> = reader('a folder that exists', string, (value, world) => {
  const path = expandHome(value, world);
  if (value !== '' && isFolderHere(path, world)) return path;
  throw new MissingFault(`${value} is not an existing directory`);
});

const DESTINATIONS: Readonly<Record<string, LogDestination>> = {
  none: { to: 'none' },
  off: { to: 'none' },
  '': { to: 'none' },
  auto: { to: 'auto' },
  syslog: { to: 'syslog' },
};

/** Where a process's output goes. */
export const logfile: Reader<LogDestination> = reader(
  'a path in a folder that exists, AUTO or NONE',
  string,
  (value, world) => DESTINATIONS[value.toLowerCase()] ?? { to: 'file', path: inExistingFolder(value, world) },
);

/** A number without its sign and zeros in front, or else the name as it is. */
const idOr = (written: string): string => `${int(written) ?? written}`;

function userOf(value: string, world: ConfigWorld): UserSpec {
  const uid = int(value);
  const user = world.lookupUser(idOr(value));
  if (user) return user;
  throw new MissingFault(uid === undefined ? `Invalid user name ${value}` : `Invalid user id ${value}`);
}

/** A user by name or number. */
export const user: Reader<UserSpec> = reader(
  'a user of this machine, by name or number',
  pattern('.'),
  userOf,
);

/** Who owns a socket; no gid where only a user was named. */
export interface Owner {
  readonly uid: number;
  readonly gid: number | undefined;
}

/** user or user:group; `option` is its name in the error. */
export const owner = (option: string): Reader<Owner> =>
  reader('user or user:group, by names or numbers', string, (value, world) => {
    const [name = '', group, ...more] = value.split(':');
    const found = world.lookupUser(idOr(name));
    const gid = group === undefined ? undefined : world.lookupGroup(idOr(group));
    if (!found || more.length > 0 || (group !== undefined && gid === undefined)) {
      throw new MissingFault(`Invalid ${option} value ${value}`);
    }
    return { uid: found.uid, gid };
  });

/** A URL with a scheme and something behind it. */
export const url: Reader<string> = reader(
  'a URL, such as http://localhost:9001 or unix:///path',
  string,
  value => {
    const [, rest] = /^[A-Za-z][A-Za-z0-9+.-]*:(.*)$/s.exec(value.trim()) ?? [];
    if (rest?.replace(/^\/\//, '')) return value;
    throw new ValueFault(`value ${repr(value)} is not a URL`);
  },
);

/** Where a TCP server listens; an empty host is every interface. */
export interface InetAddress {
  readonly host: string;
  readonly port: number;
}

/** A port's number within its bounds. Throws ValueFault in Supervisor's words. */
export function boundedPort(port: number): number {
  if (port < 1) throw new ValueFault(`${port} is below lower bound (1)`);
  if (port > 65535) throw new ValueFault(`${port} is above upper bound (65535)`);
  return port;
}

function portAlone(value: string): number {
  const port = int(value);
  if (port === undefined || port < 1 || port > 65535)
    throw new ValueFault(`not a valid port number: ${repr(value)} `);
  return port;
}

/** host:port, *:port or a port alone. */
export const inetAddress: Reader<InetAddress> = reader(
  'host:port, or a port from 1 to 65535',
  { type: ['string', 'integer'] },
  value => {
    const colon = value.lastIndexOf(':');
    const host = value.slice(0, Math.max(colon, 0)).toLowerCase();
    const written = value.slice(colon + 1);
    if (colon < 0) return { host: '', port: portAlone(value) };
    if (written === '') throw new ValueFault(`no port number specified in ${repr(written)}`);
    return { host: host === '*' ? '' : host, port: boundedPort(wholeNumber(written)) };
  },
);

/** A program's or a group's name. Throws ValueFault in Supervisor's words. */
export function checkedName(value: string): string {
  const name = strip(value);
  const bad = [...name].find(letter => ' :/'.includes(letter));
  if (bad === undefined) return name;
  throw new ValueFault(`Invalid name: ${repr(name)} because of character: ${repr(bad)}`);
}
