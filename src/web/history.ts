import type { InstanceNotice, Instant } from '../../machines/events.ts';
import type { Seconds, SignalName } from '../../machines/spec.ts';
import type { StateName } from '../../machines/states.ts';
import { hear } from '../../machines/supervisor.ts';
import type { Backend } from '../rpc/backend.ts';

/** One change of state. Times are seconds since 1970. */
export interface Change {
  readonly at: Seconds;
  readonly from: StateName;
  readonly to: StateName;
}

/** One end of a process. */
export interface Exit {
  readonly at: Seconds;
  readonly exitstatus: number;
  readonly signal: SignalName | null;
  /** Whether the exit status was one of exitcodes. */
  readonly expected: boolean;
  readonly during: 'stop' | 'start' | 'run';
}

/** What is remembered of one process, oldest first. */
export interface History {
  readonly changes: readonly Change[];
  readonly exits: readonly Exit[];
}

/** What is remembered of all processes. */
export interface Histories {
  of(process: { readonly group: string; readonly name: string }): History;
  /** By `group:name`. */
  all(): ReadonlyMap<string, History>;
}

/** So many of each are kept for each process. */
const KEPT = { changes: 200, exits: 12 } as const;

const NOTHING: History = { changes: [], exits: [] };

/** A history that goes on: in place, for a storm would copy it a thousand times a second. */
interface Chronicle extends History {
  readonly changes: Change[];
  readonly exits: Exit[];
}

/** Appends, and drops the oldest beyond `kept`. */
function append<Item>(items: Item[], item: Item, kept: number): void {
  if (items.push(item) > kept) items.shift();
}

/** Adds what a notice tells. */
function note({ changes, exits }: Chronicle, notice: InstanceNotice, { wall: at }: Instant): void {
  if (notice.type === 'instance.state') {
    const { from, to } = notice;
    append(changes, { at, from, to }, KEPT.changes);
  }
  if (notice.type === 'instance.exited') {
    const { exitstatus, signal = null, expected, during } = notice;
    append(exits, { at, exitstatus, signal, expected, during }, KEPT.exits);
  }
}

const keyOf = ({ group, name }: { readonly group: string; readonly name: string }) => `${group}:${name}`;

/** Remembers from now on what becomes of each process, for as long as its group runs. */
export function rememberHistories({ root, now }: Pick<Backend, 'root' | 'now'>): Histories {
  const known = new Map<string, Chronicle>();
  const forget = (group: string) => {
    for (const key of known.keys()) if (key.startsWith(`${group}:`)) known.delete(key);
  };
  hear(root, notice => {
    if (notice.type === 'group.removed') return forget(notice.group);
    if (notice.type !== 'instance.state' && notice.type !== 'instance.exited') return;
    const key = keyOf(notice);
    const chronicle = known.get(key) ?? { changes: [], exits: [] };
    known.set(key, chronicle);
    note(chronicle, notice, now());
  });
  return { of: process => known.get(keyOf(process)) ?? NOTHING, all: () => known };
}
