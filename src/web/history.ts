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

const appended = <Item>(items: readonly Item[], item: Item, kept: number): readonly Item[] => [
  ...items.slice(Math.max(0, items.length - kept + 1)),
  item,
];

/** What a notice adds to a history; the same history where it adds nothing. */
const grown = (history: History, notice: InstanceNotice, { wall: at }: Instant): History => {
  switch (notice.type) {
    case 'instance.state': {
      const { from, to } = notice;
      return { ...history, changes: appended(history.changes, { at, from, to }, KEPT.changes) };
    }
    case 'instance.exited': {
      const { exitstatus, signal = null, expected, during } = notice;
      const exit: Exit = { at, exitstatus, signal, expected, during };
      return { ...history, exits: appended(history.exits, exit, KEPT.exits) };
    }
    default:
      return history;
  }
};

const keyOf = ({ group, name }: { readonly group: string; readonly name: string }) => `${group}:${name}`;

/** Remembers from now on what becomes of each process, for as long as its group runs. */
export function rememberHistories({ root, now }: Pick<Backend, 'root' | 'now'>): Histories {
  const known = new Map<string, History>();
  const forget = (group: string) => {
    for (const key of known.keys()) if (key.startsWith(`${group}:`)) known.delete(key);
  };
  hear(root, notice => {
    if (notice.type === 'group.removed') return forget(notice.group);
    if (!('name' in notice)) return;
    const history = known.get(keyOf(notice)) ?? NOTHING;
    const next = grown(history, notice, now());
    if (next !== history) known.set(keyOf(notice), next);
  });
  return { of: process => known.get(keyOf(process)) ?? NOTHING, all: () => known };
}
