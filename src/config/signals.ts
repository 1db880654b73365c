import type { SignalName } from '../../machines/spec.ts';
import { SIGNAL_NAMES, SIGNAL_NUMBERS } from '../signals.ts';
import { ValueFault } from './errors.ts';
import { int, repr } from './python.ts';
import { nearest } from './suggest.ts';

/** A signal by its name, with or without SIG, in any case, or by its number. Throws ValueFault in Supervisor's words. */
export function readSignal(text: string): SignalName {
  const number = int(text);
  if (number !== undefined) {
    const named = SIGNAL_NAMES.find(name => SIGNAL_NUMBERS.get(name) === number);
    if (named) return named;
    throw new ValueFault(`value ${repr(text)} is not a valid signal number`);
  }
  const upper = text.trim().toUpperCase();
  const found = SIGNAL_NUMBERS.get(upper.startsWith('SIG') ? upper : `SIG${upper}`);
  const named = SIGNAL_NAMES.find(name => SIGNAL_NUMBERS.get(name) === found);
  if (found !== undefined && named) return named;
  const known = SIGNAL_NAMES.map(name => (upper.startsWith('SIG') ? name : name.slice(3)));
  throw new ValueFault(`value ${repr(text)} is not a valid signal name`, { nearest: nearest(upper, known) });
}
