import { STATE_CODES, type StateName } from '../../../machines/states.ts';
import type { Process } from '../../rpc/api/model.ts';
import type { Exit } from '../history.ts';
import { keyOf, nameOf } from './api.ts';
import { moment } from './time.ts';
import { usageOf } from './usage.ts';

/** By what a list can be sorted. */
export type SortKey = 'name' | 'state' | 'pid' | 'uptime' | 'cpu' | 'memory';

/** How a list is looked at. */
export interface Look {
  readonly words: string;
  /** Only these states; empty for all. */
  readonly states: ReadonlySet<StateName>;
  readonly sort: SortKey;
  readonly descending: boolean;
}

/** A line of the list. */
export type Line =
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly group: string;
      readonly members: readonly Process[];
    }
  | { readonly kind: 'process'; readonly key: string; readonly process: Process; readonly grouped: boolean };

/** What an operator looks at first. */
const URGENCY: Readonly<Record<StateName, number>> = {
  FATAL: 0,
  UNKNOWN: 1,
  BACKOFF: 2,
  STOPPING: 3,
  STARTING: 4,
  EXITED: 5,
  STOPPED: 6,
  RUNNING: 7,
};

/** The states in the order of their urgency. */
export const STATES = (Object.keys(STATE_CODES) as StateName[]).sort((a, b) => URGENCY[a] - URGENCY[b]);

const VALUES: Readonly<Record<SortKey, (process: Process) => string | number>> = {
  name: keyOf,
  state: process => URGENCY[process.state],
  pid: process => process.pid,
  uptime: process => (process.pid === 0 ? Number.MAX_SAFE_INTEGER : -(process.start ?? 0)),
  cpu: process => usageOf(keyOf(process))?.[0] ?? -1,
  memory: process => usageOf(keyOf(process))?.[1] ?? -1,
};

/** The lines of a list: by name the groups stand together, each under a line of its own where it has several. */
export function linesOf(
  processes: Iterable<Process>,
  { words, states, sort, descending }: Look,
): readonly Line[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...processes].filter(process => {
    if (states.size > 0 && !states.has(process.state)) return false;
    const text = `${nameOf(process)} ${process.state} ${note(process)}`.toLowerCase();
    return wanted.every(word => text.includes(word));
  });
  const value = VALUES[sort];
  const way = descending ? -1 : 1;
  const keyed = found.map(process => [value(process), process] as const);
  keyed.sort(([a, p], [b, q]) => (a < b ? -way : a > b ? way : keyOf(p) < keyOf(q) ? -1 : 1));
  const sorted = keyed.map(([, process]) => process);
  if (sort !== 'name') return sorted.map(process => line(process, false));
  const groups = Map.groupBy(sorted, ({ group }) => group);
  return [...groups].flatMap(([group, members]): readonly Line[] => {
    const [first] = members;
    if (members.length === 1 && first?.name === group) return [line(first, false)];
    return [
      { kind: 'group', key: `group ${group}`, group, members },
      ...members.map(each => line(each, true)),
    ];
  });
}

const line = (process: Process, grouped: boolean): Line => ({
  kind: 'process',
  key: keyOf(process),
  process,
  grouped,
});

/** Why a start failed: how the process ended says more than that it ended too soon. */
const failure = (spawnerr: string, last: Exit | undefined): string => {
  if (last?.during !== 'start' || !spawnerr.startsWith('Exited too quickly')) return spawnerr;
  return last.signal === null ? `exit status ${last.exitstatus}, too soon` : `${last.signal}, too soon`;
};

/** What there is to say of a process besides its state; `last` is its last end. */
export function note(process: Process, last?: Exit): string {
  const { state, spawnerr, start, stop, exitstatus, retries } = process;
  switch (state) {
    case 'RUNNING':
      return start === null ? '' : `since ${moment(start)}`;
    case 'FATAL':
      return `given up: ${failure(spawnerr, last)}`;
    case 'UNKNOWN':
      return spawnerr;
    case 'BACKOFF':
      return `failed ${retries === 1 ? 'once' : `${retries} times`}: ${failure(spawnerr, last)}`;
    case 'EXITED':
      return `exit status ${exitstatus}${stop === null ? '' : `, ${moment(stop)}`}`;
    case 'STOPPED':
      if (start === null || stop === null) return 'not started';
      return `stopped ${moment(stop)}`;
    default:
      return '';
  }
}
