import { useEffect, useReducer } from 'preact/hooks';
import { SIGNALLABLE_STATES, type SupervisorStateName } from '../../../machines/states.ts';
import type { ApiEvent, Daemon, Process } from '../../rpc/api/model.ts';
import type { Exit } from '../history.ts';
import { ask, keyOf } from './api.ts';
import { openChannel, setClock } from './link.ts';

/** What the pages know of the daemon, kept up to date by its events. */
export interface Live {
  readonly processes: ReadonlyMap<string, Process>;
  readonly exits: ReadonlyMap<string, readonly Exit[]>;
  readonly loaded: boolean;
  readonly daemon: SupervisorStateName;
  /** The daemon's pid: another one after a restart. */
  readonly pid: number | undefined;
}

type Listener = (event: ApiEvent) => void;

const EVENT_TYPES = [
  'process.state',
  'process.spawned',
  'process.spawnerr',
  'process.exited',
  'process.signalled',
  'group.added',
  'group.removed',
  'daemon.state',
  'daemon.waiting',
  'stream.reset',
] as const;

/** So many ends of a process are shown. */
const EXITS = 12;
/** Two ends of one process so close together are one, in seconds. */
const SAME = 0.005;

let live: Live = {
  processes: new Map(),
  exits: new Map(),
  loaded: false,
  daemon: 'RUNNING',
  pid: undefined,
};
const watchers = new Set<() => void>();
const listeners = new Set<Listener>();
let lastId = '';
/** Events that arrive while the list is on its way: they are applied again on top of it. */
let pending: ApiEvent[] | undefined;
/** What is on its way may already be outdated. */
let isStale = false;
let scheduled = false;

// However many events arrive, a page is drawn once a frame.
function change(next: Partial<Live>): void {
  live = { ...live, ...next };
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    for (const watcher of watchers) watcher();
  });
}

/** Reads every process anew, once at a time; from the answer to the painted page is measured as `refresh`. */
export async function refresh(): Promise<void> {
  if (pending !== undefined) {
    isStale = true;
    return;
  }
  pending = [];
  try {
    const [processes, exits, daemon] = await Promise.all([
      ask<readonly Process[]>('api/v1/processes'),
      ask<Readonly<Record<string, readonly Exit[]>>>('web/exits'),
      ask<Daemon>('api/v1/daemon'),
    ]);
    performance.mark('received');
    const running = processes.find(process => process.uptime !== null);
    if (running?.start != null && running.uptime !== null) setClock(running.start + running.uptime);
    change({
      processes: new Map(processes.map(process => [keyOf(process), process])),
      exits: new Map(Object.entries(exits)),
      loaded: true,
      daemon: daemon.state,
      pid: daemon.pid,
    });
    for (const event of pending) apply(event);
    requestAnimationFrame(() => setTimeout(() => performance.measure('refresh', 'received')));
  } finally {
    pending = undefined;
  }
  if (!isStale) return;
  isStale = false;
  await refresh();
}

/** Refreshes where that can be done now: a daemon that is away or stopping says so by its events. */
const tryRefresh = () => void refresh().catch(() => {});

function apply(event: ApiEvent): void {
  if (event.type === 'daemon.state') change({ daemon: event.state });
  if (event.type === 'group.removed') {
    const { group } = event;
    change({ processes: new Map([...live.processes].filter(([, process]) => process.group !== group)) });
  }
  if (!('name' in event)) return;
  const key = keyOf(event);
  const known = live.processes.get(key);
  if (known === undefined) return;
  const next = grown(known, event);
  if (next !== known) change({ processes: new Map(live.processes).set(key, next) });
  if (event.type !== 'process.exited') return;
  const { time: at, exitstatus, signal, expected, during } = event;
  const exits = live.exits.get(key) ?? [];
  // An end may already be in what was read.
  if (at - (exits.at(-1)?.at ?? 0) < SAME) return;
  const all = [...exits, { at, exitstatus, signal, expected, during }];
  change({ exits: new Map(live.exits).set(key, all.slice(-EXITS)) });
}

/** A process after an event. */
function grown(process: Process, event: ApiEvent): Process {
  switch (event.type) {
    case 'process.state':
      return {
        ...process,
        state: event.to,
        // A start is told before its pid is known, and the end of a process before it is forgotten.
        pid: SIGNALLABLE_STATES.has(event.to) ? event.pid || process.pid : 0,
        retries: event.tries,
        exitstatus: event.exitstatus,
        spawnerr: event.spawnerr,
        uptime: null,
      };
    case 'process.spawned':
      return { ...process, pid: event.pid, start: event.time };
    case 'process.exited':
      return { ...process, pid: 0, stop: event.time, exitstatus: event.exitstatus };
    case 'process.spawnerr':
      return { ...process, spawnerr: event.spawnerr };
    default:
      return process;
  }
}

/** Whether an event says that processes are there which are not known yet. */
const isNews = (event: ApiEvent): boolean =>
  event.type === 'group.added' ||
  event.type === 'stream.reset' ||
  (event.type === 'daemon.state' && event.state === 'RUNNING');

function hear(message: MessageEvent<string>): void {
  lastId = message.lastEventId;
  const event: ApiEvent = JSON.parse(message.data);
  pending?.push(event);
  apply(event);
  if (isNews(event)) tryRefresh();
  for (const listener of listeners) listener(event);
}

/** Begins to listen to all that happens in the daemon. */
export function listen(): void {
  openChannel({
    url: () => `api/v1/events${lastId === '' ? '' : `?after=${encodeURIComponent(lastId)}`}`,
    hear: Object.fromEntries(EVENT_TYPES.map(type => [type, hear])),
    onOpen: tryRefresh,
  });
}

/** What is known, and again at each change. */
export function useLive(): Live {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    watchers.add(again as () => void);
    return () => void watchers.delete(again as () => void);
  }, []);
  return live;
}

/** Calls back at each event. */
export function useEvents(listener: Listener): void {
  useEffect(() => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [listener]);
}
