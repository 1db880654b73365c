import type { AnyActorRef } from 'xstate';

const known = new WeakMap<object, string>();

/**
 * A machine's chart as JSON from which `createMachine` builds one; an actor that is none gets a chart with its name
 * alone. Guards and the like that are functions are given by name: `not (isAutostarted and isWantedUp)`.
 */
export function definitionOf(ref: AnyActorRef): string {
  const config = configOf(ref);
  if (config === undefined) return JSON.stringify({ id: ref.id });
  const made = known.get(config) ?? JSON.stringify(config, (key, value) => plain(key, value));
  known.set(config, made);
  return made;
}

/** The name of an actor: its id, or its machine's where it was given none. */
export function nameOf(ref: AnyActorRef): string {
  const id = configOf(ref)?.id;
  return ref.id === ref.sessionId && id !== undefined ? id : ref.id;
}

interface Config {
  readonly id?: string;
}

function configOf(ref: AnyActorRef): Config | undefined {
  const { config } = (ref as { readonly logic?: { readonly config?: unknown } }).logic ?? {};
  return typeof config === 'object' && config !== null ? config : undefined;
}

/** What is made when an actor starts, and not what its chart is. */
const MADE: ReadonlySet<string> = new Set(['context', 'input', 'params', 'output']);

function plain(key: string, value: unknown): unknown {
  if (typeof value !== 'function') return value;
  return MADE.has(key) ? undefined : { type: words(value) };
}

/** `and`, `or` and `not` are functions that carry the guards that they are made of. */
function words(value: unknown): string {
  if (typeof value === 'string') return value;
  const { name = '', guards, type } = value as { name?: string; guards?: unknown[]; type?: string };
  if (guards === undefined) return type ?? name;
  const parts = guards.map(words);
  if (name !== 'not') return parts.join(` ${name} `);
  const [part = ''] = parts;
  return part.includes(' ') ? `not (${part})` : `not ${part}`;
}
