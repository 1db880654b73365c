import { inetAddress, url } from '../../../src/config/addresses.ts';
import { splitCommand } from '../../../src/config/shell.ts';
import {
  boolean,
  byteSize,
  checkedName,
  environment,
  exitcodes,
  integer,
  list,
  logLevel,
  octal,
  signal,
} from '../../../src/config/values.ts';
import { SIGNAL_NUMBERS } from '../../../src/signals.ts';
import { fakeWorld } from '../../config/world.ts';

const LEVELS = { critical: 50, error: 40, warn: 30, info: 20, debug: 10, trace: 5, blather: 3 };

/** A level as Python's supervisor counts it. */
export const levelNumber = (level: keyof typeof LEVELS): number => LEVELS[level];

const world = fakeWorld();

/** Our readers by the names that Python's have in reader.py; `letters` is what their texts are made of. */
export const READERS: Readonly<
  Record<string, { readonly read: (text: string) => unknown; readonly letters: readonly string[] }>
> = {
  command: {
    read: splitCommand,
    letters: ['a', 'b ', ' ', '\t', '\n', '"', "'", '\\', '#', ';', '$', '(', ',', 'é', '-c', '%'],
  },
  environment: {
    read: text => environment.read(text, world),
    letters: [
      'A',
      'B1',
      '=',
      ',',
      ' ',
      '\n',
      '"',
      "'",
      '#',
      ';',
      'x.y',
      '/',
      '@',
      '$',
      ':',
      '-',
      '+',
      'é',
      '_',
    ],
  },
  size: {
    read: text => byteSize.read(text, world),
    letters: ['0', '1', '50', 'KB', 'kb', 'M', 'MB', 'gB', 'B', ' ', '_', '-', '+', '.', 'e3'],
  },
  boolean: {
    read: text => boolean.read(text, world),
    letters: ['true', 'True', 'YES', 'on', 'no', 'OFF', 'false', '0', '1', ' ', 't', '2'],
  },
  octal: {
    read: text => octal.read(text, world),
    letters: ['0', '0o', '0O', '022', '7', '8', '_', ' ', '-', '+', 'x'],
  },
  list: { read: text => list.read(text, world), letters: ['a', 'b c', ',', ' ', '\n', '\t', ';'] },
  exitcodes: {
    read: text => exitcodes.read(text, world),
    letters: ['0', '1', '25', ',', ' ', '-', '+', '_', '\n', 'x'],
  },
  integer: {
    read: text => integer.read(text, world),
    letters: ['0', '1', '99', '_', ' ', '-', '+', '.', '\n'],
  },
  signal: {
    read: text => SIGNAL_NUMBERS.get(signal.read(text, world)),
    letters: ['TERM', 'term', 'SIG', 'sig', 'HUP', 'USR1', '1', '5', '9', ' ', 'KILL', 'RTMIN', 'CLD', '_'],
  },
  address: {
    read: text => {
      const { host, port } = inetAddress.read(text, world);
      return [host, port];
    },
    letters: ['localhost', 'HOST', ':', '*', '9001', '0', '6', ' ', '[::1]', '0.0.0.0', '-'],
  },
  level: {
    read: text => levelNumber(logLevel.read(text, world)),
    letters: [
      'info',
      'INFO',
      'debg',
      'debug',
      'warn',
      'warning',
      'critical',
      'trace',
      'blather',
      ' ',
      'error',
    ],
  },
  url: {
    read: text => url.read(text, world),
    letters: ['http', 'unix', ':', '/', '//', 'host', '9001', ' ', '?', '#', '@', '.sock', '1'],
  },
  name: { read: checkedName, letters: ['a', 'B', ' ', ':', '/', '\t', '-', '.', '_', 'é', '%'] },
};
