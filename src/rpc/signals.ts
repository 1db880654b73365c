import type { SignalName } from '../../machines/spec.ts';
import { SIGNAL_NAMES, SIGNAL_NUMBERS, signalName, signalNumber } from '../signals.ts';

/** A signal by name, with or without SIG and in any case, or by number; 0 only asks; undefined where there is none. */
export function readSignal(sent: string): SignalName | 0 | undefined {
  const word = sent.trim().toUpperCase();
  if (/^\d+$/.test(word)) {
    const number = Number(word);
    return number === 0 ? 0 : SIGNAL_NAMES.find(name => signalNumber(name) === number);
  }
  const number = SIGNAL_NUMBERS.get(word.startsWith('SIG') ? word : `SIG${word}`);
  return number === undefined ? undefined : signalName(number);
}
