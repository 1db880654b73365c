import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A machine as data to draw: what a state is called, what is in it, and where it goes on what. */
export interface Chart {
  readonly name: string;
  /** All states, parents before their children, in the order of the source. */
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

/** A state of a chart. */
export interface ChartState {
  /** Unique in the chart: the keys from the top, joined by dots; '' is the machine itself. */
  readonly id: string;
  readonly key: string;
  readonly parent: string | undefined;
  /** The id of the child that is entered first, where there are children. */
  readonly initial: string | undefined;
  readonly isFinal: boolean;
  /** Names of the actions on entry, and of the actors that run while the state lasts. */
  readonly entry: readonly string[];
  readonly invokes: readonly string[];
}

/** One arrow: the state's own or, without `to`, something that it does and stays. */
export interface ChartTransition {
  readonly from: string;
  readonly to: string | undefined;
  /** The event's type, `after DELAY`, `done: ACTOR`, `error: ACTOR`, or '' for a transition that is taken at once. */
  readonly on: string;
  /** In words, such as `isWantedUp and autorestartsAlways`; '' without a guard. */
  readonly guard: string;
  readonly actions: readonly string[];
}

/** A machine's chart. Throws a TypeError where a guard, delay or action has no name: a chart reads as prose. */
export function chart(machine: AnyStateMachine): Chart {
  const nodes = family(machine.root);
  return {
    name: machine.id,
    states: nodes.map(state),
    transitions: nodes.flatMap(node => transitionsOf(node).map(transition => arrow(node, transition))),
  };
}

const family = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(child => family(child as AnyStateNode)),
];

const idOf = (node: AnyStateNode): string => node.path.join('.');

function state(node: AnyStateNode): ChartState {
  const [first] = node.type === 'compound' ? (node.initial.target ?? []) : [];
  return {
    id: idOf(node),
    key: node.path.length === 0 ? node.machine.id : node.key,
    parent: node.parent && idOf(node.parent),
    initial: first && idOf(first),
    isFinal: node.type === 'final',
    entry: node.entry.filter(action => !isTimer(action)).map(action => nameOf(action, node)),
    invokes: node.invoke.map(({ src }) => nameOf(src, node)),
  };
}

/** What xstate itself adds to the entry of a state with delays: the delay is drawn as an arrow. */
const isTimer = (action: unknown): boolean =>
  typeof action === 'function' && 'type' in action && action.type === 'xstate.raise' && 'delay' in action;

const transitionsOf = (node: AnyStateNode): readonly AnyTransitionDefinition[] => [
  ...(node.always ?? []),
  ...[...node.transitions.values()].flat(),
];

const arrow = (node: AnyStateNode, transition: AnyTransitionDefinition): ChartTransition => ({
  from: idOf(node),
  to: transition.target?.[0] && idOf(transition.target[0]),
  on: eventWords(transition, node),
  guard: transition.guard === undefined ? '' : guardWords(transition.guard, node),
  actions: transition.actions.map(action => nameOf(action, node)),
});

/** xstate's own events, as a reader would say them. */
const SYSTEM_EVENTS = [
  { prefix: 'xstate.done.actor.', words: 'done: ' },
  { prefix: 'xstate.error.actor.', words: 'error: ' },
  { prefix: 'xstate.done.state.', words: 'done: ' },
] as const;

function eventWords(transition: AnyTransitionDefinition, node: AnyStateNode): string {
  const { eventType } = transition;
  if ('delay' in transition) return `after ${named(transition.delay, node)}`;
  const system = SYSTEM_EVENTS.find(({ prefix }) => eventType.startsWith(prefix));
  return system ? system.words + eventType.slice(system.prefix.length) : eventType;
}

/** `and`, `or` and `not` are functions that carry the guards that they are made of. */
function guardWords(guard: unknown, node: AnyStateNode): string {
  if (typeof guard !== 'function' || !('guards' in guard)) return nameOf(guard, node);
  const parts = (guard.guards as readonly unknown[]).map(part => guardWords(part, node));
  return guard.name === 'not' ? `not ${inParentheses(parts)}` : parts.join(` ${guard.name} `);
}

const inParentheses = ([part = '']: readonly string[]): string => (part.includes(' ') ? `(${part})` : part);

/** A name, with its plain parameters: `enter STOPPED`. */
function nameOf(thing: unknown, node: AnyStateNode): string {
  if (typeof thing !== 'object' || thing === null || !('type' in thing)) return named(thing, node);
  const params =
    'params' in thing && typeof thing.params === 'object' ? Object.values(thing.params ?? {}) : [];
  return [named(thing.type, node), ...params.map(param => plain(param, node))].join(' ');
}

function plain(param: unknown, node: AnyStateNode): string {
  if (typeof param !== 'object') return String(param);
  throw new TypeError(`${node.id}: ${JSON.stringify(param)}: a plain parameter was expected`);
}

function named(name: unknown, node: AnyStateNode): string {
  if (typeof name === 'string') return name;
  throw new TypeError(`${node.id}: ${String(name)}: a name was expected`);
}
