import type { ProcessInfo } from './protocol.ts';

/** What a word on the command line means: a process, or a whole group when `process` is undefined. */
export interface Target {
  readonly group: string;
  readonly process: string | undefined;
}

/** Reads `name`, `group:name`, `group:*` and `group:`; a bare name is a process in the group of that name. */
export function target(word: string): Target {
  const colon = word.indexOf(':');
  if (colon < 0) return { group: word, process: word };
  const group = word.slice(0, colon);
  const process = word.slice(colon + 1);
  return { group, process: process === '' || process === '*' ? undefined : process };
}

/** Promises the name that people use: `web` when the group is of the process's own name, else `group:name`. */
export function namespec({ group, name }: { readonly group: string; readonly name: string }): string {
  return group === name ? name : `${group}:${name}`;
}

function isNamed(word: string, info: ProcessInfo): boolean {
  const { group, process } = target(word);
  return info.group === group && (process === undefined || info.name === process);
}

/** Whether a word is a pattern, `'web*'` or `'/re/'`. `group:*` is none: it is the group's own form. */
export function isPattern(word: string): boolean {
  return /^\/.+\/$/.test(word) || (/[*?[]/.test(word) && !/^[^*?[]+:\*$/.test(word));
}

/** Promises the processes that a word means: a name, a whole group or a pattern; none for a pattern that is not valid. */
export function meant(word: string, infos: readonly ProcessInfo[]): readonly ProcessInfo[] {
  if (!isPattern(word)) return infos.filter(info => isNamed(word, info));
  const expression = compile(word);
  // By the name that is shown, or the one in its group.
  return infos.filter(info => expression?.test(namespec(info)) || expression?.test(info.name));
}

function compile(pattern: string): RegExp | null {
  try {
    if (pattern.startsWith('/')) return new RegExp(pattern.slice(1, -1));
    const body = pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/\[!/g, '[^')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${body}$`);
  } catch {
    // The only failure is a syntax error in what the user typed, which names nothing: the caller says so.
    return null;
  }
}
