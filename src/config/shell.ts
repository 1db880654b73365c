/** Python's shlex, in the two ways that Supervisor uses it. */

/** A quoted text without its end; the message is Python's. */
export class QuotingFault extends Error {
  override readonly name = 'QuotingFault';
}

const UNCLOSED = 'No closing quotation';
const SPACE = ' \t\r\n';
const BLANKS = /[ \t\r\n]+/;
const QUOTING = /["'\\]/;

/**
 * A command split into arguments by the rules of a POSIX shell: quotes, backslashes, no expansions.
 * Throws QuotingFault.
 */
export function splitCommand(command: string): string[] {
  if (!QUOTING.test(command)) return command.split(BLANKS).filter(Boolean);
  const out: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < command.length; at += 1) {
    const letter = command.charAt(at);
    if (letter === '\\' && quote !== "'") {
      at += 1;
      if (at >= command.length) throw new QuotingFault('No escaped character');
      const next = command.charAt(at);
      // Inside of double quotes a backslash escapes only itself and the quote.
      word = (word ?? '') + (quote && next !== '\\' && next !== quote ? `\\${next}` : next);
    } else if (quote) {
      if (letter === quote) quote = '';
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (SPACE.includes(letter)) {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (quote) throw new QuotingFault(UNCLOSED);
  if (word !== undefined) out.push(word);
  return out;
}

const WORD = /[A-Za-z0-9_/.+\-():]/;

/** The end of a quoted text that begins at `start`; with escapes a backslash hides the quote after it. */
function quotedEnd(text: string, start: number, escapes: boolean): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (escapes && text[at] === '\\') at += 1;
    else if (text[at] === text[start]) return at + 1;
  }
  throw new QuotingFault(UNCLOSED);
}

function skipComment(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/**
 * The tokens of an environment value: words, quoted texts with their quotes, single other characters; # begins a
 * comment. A quote inside a word is one of its letters. Throws QuotingFault.
 */
export function tokens(text: string, escapes = false): string[] {
  const out: string[] = [];
  let at = 0;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (SPACE.includes(letter)) at += 1;
    else if (letter === '#') at = skipComment(text, at);
    else if (letter === '"' || letter === "'") {
      const end = quotedEnd(text, at, escapes);
      out.push(text.slice(at, end));
      at = end;
    } else if (WORD.test(letter)) {
      let word = '';
      while (at < text.length && (WORD.test(text.charAt(at)) || `"'#`.includes(text.charAt(at)))) {
        // A comment does not end the word before it: the next line goes on with it.
        if (text[at] === '#') at = skipComment(text, at);
        else word += text.charAt(at++);
      }
      out.push(word);
    } else {
      const symbol = String.fromCodePoint(text.codePointAt(at) ?? 0);
      out.push(symbol);
      at += symbol.length;
    }
  }
  return out;
}
