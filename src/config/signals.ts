import { constants } from 'node:os';
import type { SignalName } from '../../machines/spec.ts';
import { ValueFault } from './errors.ts';
import { int } from './python.ts';
import { nearest } from './suggest.ts';

/** Linux's signals by the names that have a number only; the first name of a number is the one that we use. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...Object.entries(constants.signals).filter(([name]) => !['SIGIOT', 'SIGPOLL', 'SIGUNUSED'].includes(name)),
  ['SIGIOT', constants.signals.SIGABRT],
  ['SIGPOLL', constants.signals.SIGIO],
  ['SIGCLD', constants.signals.SIGCHLD],
  ['SIGRTMIN', 34],
  ['SIGRTMAX', 64],
]);

const isSignalName = (name: string): name is SignalName => name.startsWith('SIG');

/** Every signal's name once, with its prefix. */
export const SIGNAL_NAMES: readonly SignalName[] = [
  ...new Map([...NUMBERS].reverse().map(([name, number]) => [number, name])).values(),
]
  .reverse()
  .filter(isSignalName);

/** A signal by its name, with or without SIG, in any case, or by its number. Throws ValueFault in Supervisor's words. */
export function readSignal(text: string): SignalName {
  const number = int(text);
  if (number !== undefined) {
    const named = SIGNAL_NAMES.find(name => NUMBERS.get(name) === number);
    if (named) return named;
    throw new ValueFault(`value '${text}' is not a valid signal number`);
  }
  const upper = text.trim().toUpperCase();
  const found = NUMBERS.get(upper.startsWith('SIG') ? upper : `SIG${upper}`);
  const named = SIGNAL_NAMES.find(name => NUMBERS.get(name) === found);
  if (found !== undefined && named) return named;
  const known = SIGNAL_NAMES.map(name => (upper.startsWith('SIG') ? name : name.slice(3)));
  throw new ValueFault(`value '${text}' is not a valid signal name`, { nearest: nearest(upper, known) });
}
