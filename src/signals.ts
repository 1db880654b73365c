import { constants } from 'node:os';
import type { SignalName } from '../machines/spec.ts';

/** The numbers of Linux's signals by every name that they have, the real-time ones at both ends of their range. */
export const SIGNAL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ...Object.entries(constants.signals).filter(([name]) => !['SIGIOT', 'SIGPOLL', 'SIGUNUSED'].includes(name)),
  ['SIGIOT', constants.signals.SIGABRT],
  ['SIGPOLL', constants.signals.SIGIO],
  ['SIGCLD', constants.signals.SIGCHLD],
  ['SIGRTMIN', 34],
  ['SIGRTMAX', 64],
]);

const isSignalName = (name: string): name is SignalName => name.startsWith('SIG');

/** Every signal's first name once, with its prefix. */
export const SIGNAL_NAMES: readonly SignalName[] = [
  ...new Map([...SIGNAL_NUMBERS].reverse().map(([name, number]) => [number, name])).values(),
]
  .reverse()
  .filter(isSignalName);

/** The number of a signal. A real-time one without a name of its own is `SIG35` and so on. */
export const signalNumber = (name: SignalName): number => SIGNAL_NUMBERS.get(name) ?? Number(name.slice(3));

/** The name of a signal by its number, such as `SIGTERM`. */
export const signalName = (number: number): SignalName =>
  SIGNAL_NAMES.find(name => signalNumber(name) === number) ?? `SIG${number}`;
