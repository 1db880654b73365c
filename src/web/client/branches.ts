import type { Actor } from '../actors.ts';
import type { Family } from './actors.ts';

/** A line of the tree. */
export interface Branch {
  readonly actor: Actor;
  /** 1 for the root. */
  readonly level: number;
  /** Its place among its siblings, from 1, and how many they are. */
  readonly place: number;
  readonly siblings: number;
  /** How many are below it; whether these are shown. */
  readonly children: number;
  readonly isOpen: boolean;
}

/** An actor with more children than this begins folded. */
const MANY = 12;

/** Whether an actor's children are shown before anybody has chosen: the ports of processes only when asked for. */
const opensByItself = ({ kind, parent }: Actor, children: number): boolean =>
  parent === '' || ((kind === 'program' || kind === 'pool') && children <= MANY);

/** What was opened and closed by hand. */
export type Folds = ReadonlyMap<string, boolean>;

/** The lines of a tree from the top. With words only those with them in their names, and all above these. */
export function branches(family: Family, folds: Folds, words: string): readonly Branch[] {
  const sought = words.trim().toLowerCase();
  const children = new Map<string, Actor[]>();
  for (const actor of wanted(family, sought)) {
    const siblings = children.get(actor.parent);
    if (siblings === undefined) children.set(actor.parent, [actor]);
    else siblings.push(actor);
  }
  const below = (parent: string, level: number): readonly Branch[] => {
    const siblings = children.get(parent) ?? [];
    return siblings.flatMap((actor, index) => {
      const count = children.get(actor.id)?.length ?? 0;
      const isOpen = count > 0 && (folds.get(actor.id) ?? (sought !== '' || opensByItself(actor, count)));
      const line = { actor, level, place: index + 1, siblings: siblings.length, children: count, isOpen };
      return isOpen ? [line, ...below(actor.id, level + 1)] : [line];
    });
  };
  return below('', 1);
}

function wanted(family: Family, sought: string): Iterable<Actor> {
  if (sought === '') return family.values();
  const kept = new Set<string>();
  for (const { id, name } of family.values()) {
    if (!name.toLowerCase().includes(sought)) continue;
    for (let at: string | undefined = id; at && !kept.has(at); at = family.get(at)?.parent) kept.add(at);
  }
  return [...family.values()].filter(({ id }) => kept.has(id));
}
