import type {
  ActionResult,
  ApiEvent,
  ConfigChanges,
  Daemon,
  Process,
  ProcessConfig,
} from '../rpc/api/model.ts';
import { type EventOptions, events } from './events.ts';
import { http, type Request, readAll, type Where } from './http.ts';

export type * from '../rpc/api/model.ts';
export type { EventOptions } from './events.ts';
export { ApiError, type Where } from './http.ts';

/** Which processes: one, with `*` as name those of a group, with `*` as group and name all. */
export interface Target {
  readonly group: string;
  readonly name: string;
}

/** Whether an action is waited for; it is, unless told otherwise. */
export interface ActionOptions {
  readonly wait?: boolean;
}

/** A part of a log: from `offset` on, or with a negative one the last bytes. */
export interface LogPart {
  readonly offset?: number;
  readonly length?: number;
}

/** A daemon as this program can ask it. Every method rejects with `ApiError` where the daemon refuses. */
export interface Connection {
  daemon(): Promise<Daemon>;
  processes(filter?: { readonly group?: string; readonly state?: Process['state'] }): Promise<Process[]>;
  process(target: Target): Promise<Process>;
  /** One process that cannot be started rejects; of several, each has its result. The same holds for the others. */
  start(target: Target, options?: ActionOptions): Promise<ActionResult[]>;
  stop(target: Target, options?: ActionOptions): Promise<ActionResult[]>;
  restart(target: Target, options?: ActionOptions): Promise<ActionResult[]>;
  /** By name, with or without SIG, or by number. */
  signal(target: Target, signal: string | number): Promise<ActionResult[]>;
  stdin(target: Target, data: string | Uint8Array): Promise<void>;
  /** The bytes of a log, or a part of them. */
  log(target: Target, stream: 'stdout' | 'stderr', part?: LogPart): Promise<Buffer>;
  clearLogs(target: Target): Promise<void>;
  /** Rotates what is not empty, whatever its size. */
  rotateLogs(target: Target): Promise<ActionResult[]>;
  daemonLog(part?: LogPart): Promise<Buffer>;
  clearDaemonLog(): Promise<void>;
  rotateDaemonLog(): Promise<void>;
  config(): Promise<ProcessConfig[]>;
  changes(): Promise<ConfigChanges>;
  reread(): Promise<ConfigChanges>;
  /** Takes up what the configuration changes, or only these groups of it. */
  update(groups?: readonly string[]): Promise<ConfigChanges>;
  /** What happens from now on, across broken connections, until the signal of the options. */
  events(options?: EventOptions): AsyncGenerator<ApiEvent, void>;
  reload(): Promise<void>;
  shutdown(): Promise<void>;
  /** Ends the connections that are kept. */
  close(): void;
}

/** Speaks to a daemon at `unix:///path` or `http://host:port`; nothing is sent before the first question. */
export function connect(where: string | Where): Connection {
  const way = http(typeof where === 'string' ? { url: where } : where);
  const bytes = async (request: Request) => readAll(await way.open(request));
  const json = async <Value>(request: Request): Promise<Value> =>
    JSON.parse((await bytes(request)).toString());
  const done = async (request: Request) => void (await bytes(request));
  const act = (target: Target, action: string, query: Request['query']): Promise<ActionResult[]> =>
    json({ method: 'POST', path: `${pathOf(target)}/${action}`, query });
  const waits = ({ wait = true }: ActionOptions = {}) => ({ wait: String(wait) });
  return {
    daemon: () => json({ method: 'GET', path: '/daemon' }),
    processes: (filter = {}) => json({ method: 'GET', path: '/processes', query: { ...filter } }),
    process: target => json({ method: 'GET', path: pathOf(target) }),
    start: (target, options) => act(target, 'start', waits(options)),
    stop: (target, options) => act(target, 'stop', waits(options)),
    restart: (target, options) => act(target, 'restart', waits(options)),
    signal: (target, signal) => act(target, 'signal', { signal: String(signal) }),
    stdin: (target, body) => done({ method: 'POST', path: `${pathOf(target)}/stdin`, body }),
    log: (target, stream, part) =>
      bytes({ method: 'GET', path: `${pathOf(target)}/logs/${stream}`, headers: rangeOf(part) }),
    clearLogs: target => done({ method: 'DELETE', path: `${pathOf(target)}/logs` }),
    rotateLogs: target => act(target, 'rotate', {}),
    daemonLog: part => bytes({ method: 'GET', path: '/daemon/log', headers: rangeOf(part) }),
    clearDaemonLog: () => done({ method: 'DELETE', path: '/daemon/log' }),
    rotateDaemonLog: () => done({ method: 'POST', path: '/daemon/log/rotate' }),
    config: () => json({ method: 'GET', path: '/config' }),
    changes: () => json({ method: 'GET', path: '/config/changes' }),
    reread: () => json({ method: 'POST', path: '/config/reread' }),
    update: group => json({ method: 'POST', path: '/config/update', query: { group } }),
    events: options => events(way, options),
    reload: () => done({ method: 'POST', path: '/daemon/reload' }),
    shutdown: () => done({ method: 'POST', path: '/daemon/shutdown' }),
    close: way.close,
  };
}

const pathOf = ({ group, name }: Target): string =>
  `/processes/${encodeURIComponent(group)}/${encodeURIComponent(name)}`;

function rangeOf({ offset = 0, length }: LogPart = {}): Record<string, string> {
  if (offset < 0) return { Range: `bytes=${offset}` };
  if (offset === 0 && length === undefined) return {};
  return { Range: `bytes=${offset}-${length === undefined ? '' : offset + length - 1}` };
}
