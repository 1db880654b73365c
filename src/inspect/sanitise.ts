import type { GroupSpec, ProcessSpec, ProgramSpec } from '../../machines/spec.ts';

/** What stands where a text is not shown. */
export const MASK = '•••';

/** Texts are shown under these keys alone: whatever a machine will hold one day, it is hidden until it is named here. */
const SHOWN: ReadonlySet<string> = new Set([
  ...['type', 'name', 'names', 'group', 'program', 'id', 'kind', 'to', 'from', 'state', 'status'],
  ...['wanted', 'reason', 'stopReason', 'signal', 'during', 'why', 'actor', 'stopped', 'autorestart'],
  ...['stopsignal', 'spawnerr', 'eventname'],
]);

/** Texts that may quote what they are about. */
const QUOTING: ReadonlySet<string> = new Set(['spawnerr', 'reason']);

/** What is never walked through: the names in it could be any. */
const HIDDEN: ReadonlySet<string> = new Set([
  ...['environment', 'env', 'argv', 'credentials', 'password', 'secret', 'data', 'payload', 'body'],
]);

/** The options of a process that hold neither a path nor a text that somebody wrote. */
const PROCESS = [
  ...([
    'name',
    'group',
    'program',
    'priority',
    'autostart',
    'autorestart',
    'startsecs',
    'startretries',
  ] as const),
  ...(['exitcodes', 'stopsignal', 'stopwaitsecs', 'stopasgroup', 'killasgroup', 'redirect_stderr'] as const),
] satisfies readonly (keyof ProcessSpec)[];

/** So many entries of a list are shown, and so deep. */
const MOST = 20;
const DEEPEST = 8;

/**
 * An event, context or input as an inspector may see it: plain data in which no text is shown that is not known to be
 * harmless. `secrets` are values that are taken out of the words in which an error quotes its cause.
 */
export function sanitise(value: unknown, secrets: readonly string[] = []): unknown {
  return shown('', value, secrets, 0);
}

function shown(key: string, value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return text(key, value, secrets);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return { bytes: value.byteLength };
  if (depth > DEEPEST || HIDDEN.has(key)) return MASK;
  if (isActor(value)) return { xstate$$type: 1, id: value.id, sessionId: value.sessionId };
  if (value instanceof Error) return { name: value.name, message: unquoted(value.message, secrets) };
  const inside = (name: string, part: unknown) => shown(name, part, secrets, depth + 1);
  if (Array.isArray(value) || value instanceof Set) return list([...value], part => inside(key, part));
  if (value instanceof Map) return record([...value], inside);
  return record(Object.entries(spec(value) ?? value), inside);
}

function text(key: string, value: string, secrets: readonly string[]): string {
  if (!SHOWN.has(key)) return value === '' ? '' : MASK;
  if (!QUOTING.has(key)) return value;
  return unquoted(value, secrets);
}

const unquoted = (words: string, secrets: readonly string[]): string =>
  secrets.reduce((clean, secret) => clean.replaceAll(secret, MASK), words);

function list(items: readonly unknown[], inside: (part: unknown) => unknown): readonly unknown[] {
  const first = items.slice(0, MOST).map(inside);
  return items.length > MOST ? [...first, `… ${items.length - MOST} more`] : first;
}

function record(
  entries: readonly (readonly [unknown, unknown])[],
  inside: (name: string, part: unknown) => unknown,
): Record<string, unknown> {
  const first = entries.slice(0, MOST).map(([name, part]) => [String(name), inside(String(name), part)]);
  const more = entries.length - first.length;
  return Object.fromEntries(more > 0 ? [...first, ['…', `${more} more`]] : first);
}

interface Actor {
  readonly id: string;
  readonly sessionId: string;
}

const isActor = (value: object): value is Actor => 'sessionId' in value && 'getSnapshot' in value;

/** A spec by what may be shown of it: an allowlist, so that an option that is new is hidden. */
function spec(value: object): object | undefined {
  if ('argv' in value) {
    return Object.fromEntries(PROCESS.map(option => [option, (value as ProcessSpec)[option]]));
  }
  if ('processes' in value && Array.isArray(value.processes)) {
    const { kind, name, group, priority, processes } = value as ProgramSpec;
    return { kind, name, group, priority, names: processes.map(process => process.name) };
  }
  if ('programs' in value && Array.isArray(value.programs)) {
    const { name, priority, programs } = value as GroupSpec;
    return { name, priority, names: programs.map(program => program.name) };
  }
  return undefined;
}

/** Shorter values stand in ordinary words by chance. */
const SHORTEST = 6;

const collected = new WeakMap<readonly GroupSpec[], readonly string[]>();

/** The values of all environments, the longest first: what a command that was made of them may quote. */
export function secretsOf(
  groups: readonly GroupSpec[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const known = collected.get(groups);
  if (known !== undefined) return known;
  const processes = groups.flatMap(group => group.programs.flatMap(program => program.processes));
  const values = new Set(
    [environment, ...processes.map(process => process.environment)].flatMap(each => Object.values(each)),
  );
  const found = [...values]
    .filter(value => value !== undefined)
    .filter(value => value.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length);
  collected.set(groups, found);
  return found;
}
