import { ValueFault } from './errors.ts';
import { QuotingFault, tokens } from './shell.ts';

const incomplete = (text: string): ValueFault =>
  new ValueFault(`Unexpected end of key/value pairs in value '${text}'`);

/** A value without the quotes around it; Supervisor takes off every quote at either end, of either kind. */
const unquoted = (value: string): string => value.replace(/^['"]+/, '').replace(/['"]+$/, '');

function unescaped(value: string): string {
  const quote = value.charAt(0);
  if (quote !== '"' && quote !== "'") return unquoted(value);
  return value.slice(1, -1).replace(/\\(["'\\])/g, '$1');
}

function pairs(text: string, escapes: boolean): Record<string, string> {
  const found = tokens(text, escapes);
  const out: [string, string][] = [];
  // Whatever stands in the fourth place separates the pairs; a comma is only the usual one.
  for (let at = 0; at < found.length; at += 4) {
    const [name, equals, value] = found.slice(at, at + 3);
    if (name === undefined || value === undefined || equals !== '=') throw incomplete(text);
    out.push([name, escapes ? unescaped(value) : unquoted(value)]);
  }
  return Object.fromEntries(out);
}

/**
 * The variables of an environment value, such as `A="1",B='2',C=3`. Throws ValueFault in Supervisor's words.
 * What Supervisor 4.2.5 reads is read as it does; what it refuses is tried with \" and \\ as escapes, as newer ones do.
 */
export function readEnvironment(text: string): Readonly<Record<string, string>> {
  try {
    return pairs(text, false);
  } catch (cause) {
    if (text.includes('\\')) {
      try {
        return pairs(text, true);
      } catch {
        // Neither reading works: the first one's words are Supervisor's.
      }
    }
    if (cause instanceof QuotingFault) throw new ValueFault(cause.message, { cause });
    throw cause;
  }
}
