import { constants } from 'node:os';
import type { SignalName } from '../../machines/spec.ts';

const numbers: Readonly<Record<string, number>> = constants.signals;
const names: ReadonlyMap<number, SignalName> = new Map(
  Object.entries(numbers).map(([name, number]) => [number, name as SignalName]),
);

/** The number of a signal on this machine. */
export const signalNumber = (name: SignalName): number => numbers[name] ?? 0;

/** A signal by name, with or without SIG and in any case, or by number; 0 only asks; undefined where there is none. */
export function readSignal(sent: string): SignalName | 0 | undefined {
  const word = sent.trim().toUpperCase();
  if (/^\d+$/.test(word)) return Number(word) === 0 ? 0 : names.get(Number(word));
  const name: SignalName = word.startsWith('SIG') ? (word as SignalName) : `SIG${word}`;
  return name in numbers ? name : undefined;
}
