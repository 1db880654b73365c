/** The words of a command line, sorted. */
export interface Options<Name extends string> {
  /** Options by name without dashes; '' for one that was given without a value. */
  readonly given: { readonly [name in Name]?: string };
  readonly names: readonly string[];
  /** The first thing that is wrong, in words. */
  readonly problem?: string;
}

/** How an option is written: bare, with a value (`--x V`, `--x=V`), or with an optional one (`--x`, `--x=V`). */
export type OptionForm = 'bare' | 'value' | 'optional';

/** Reads `--name`, `--name=value` and `--name value` by a table of forms; everything else is a name. */
export function readOptions<Name extends string>(
  args: readonly string[],
  forms: { readonly [name in Name]: OptionForm },
): Options<Name> {
  const given: { [name in Name]?: string } = {};
  const names: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    const [, name, inline] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
      names.push(word);
      continue;
    }
    if (!Object.hasOwn(forms, name)) return { given, names, problem: `option --${name} not recognized` };
    const form = forms[name as Name];
    if (form === 'bare' && inline !== undefined)
      return { given, names, problem: `option --${name} must not have an argument` };
    const value = inline ?? (form === 'value' ? args[++at] : '');
    if (value === undefined) return { given, names, problem: `option --${name} requires argument` };
    given[name as Name] = value;
  }
  return { given, names };
}

/** Reads `90`, `90s`, `15m`, `2h` or `3d` as seconds; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit || 's'] ?? 1);
}
