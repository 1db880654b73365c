import { readdirSync } from 'node:fs';
import { statOf } from './disk.ts';
import { byCodePoint } from './python.ts';

const MAGIC = /[*?[]/;

/** One part of a path as a regular expression: * and ? stay within the part, [ab] [a-z] [!x] are sets. */
function expression(pattern: string): RegExp {
  let out = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern.charAt(at);
    // A ] right after the [ or the ! belongs to the set.
    const close = letter === '[' ? pattern.indexOf(']', at + (pattern[at + 1] === '!' ? 3 : 2)) : -1;
    if (letter === '*') out += '.*';
    else if (letter === '?') out += '.';
    else if (close > 0) {
      const negated = pattern[at + 1] === '!';
      const members = pattern.slice(at + (negated ? 2 : 1), close).replace(/[\\\]^[]/g, '\\$&');
      out += `[${negated ? '^' : ''}${members}]`;
      at = close;
    } else out += letter.replace(/[\\^$.|+()[\]{}/]/g, '\\$&');
  }
  return new RegExp(`^${out}$`, 's');
}

function children(folder: string): string[] {
  try {
    return readdirSync(folder || '/');
  } catch {
    // What cannot be listed holds no matches: the caller warns that nothing matched.
    return [];
  }
}

function matches(folder: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  const last = rest.length === 0;
  if (!MAGIC.test(part)) {
    const path = `${folder}/${part}`;
    return statOf(path) ? (last ? [path] : matches(path, rest)) : [];
  }
  const wanted = expression(part);
  const hidden = part.startsWith('.');
  return children(folder)
    .filter(name => wanted.test(name) && (hidden || !name.startsWith('.')))
    .flatMap(name => matches(`${folder}/${name}`, rest));
}

/** The paths that an absolute pattern names on this disk, as it writes them, in order of code points; ** is no more than *. */
export function glob(pattern: string): string[] {
  try {
    return matches('', pattern.split('/').slice(1)).sort(byCodePoint);
  } catch (cause) {
    // Not a pattern, such as [z-a]: Python's glob finds nothing by it either.
    if (cause instanceof SyntaxError) return [];
    throw cause;
  }
}
