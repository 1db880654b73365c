import { type Act, clear, doOne, start, startAll, stop, stopAll } from '../rpc/actions.ts';
import { allByPriority, groupByPriority, oneProcess, splitName } from '../rpc/address.ts';
import type { Backend } from '../rpc/backend.ts';
import { faultName, RpcFault } from '../rpc/faults.ts';
import { HttpError } from '../rpc/reply.ts';

/** What Supervisor's page can be told to do; its answer is the sentence that the next page shows. */
export interface Deed {
  readonly action: string;
  readonly processname: string | undefined;
}

/** What a fault at start is called on the page. */
const START_FAULTS: Readonly<Record<string, string>> = {
  NO_FILE: 'no such file',
  NOT_EXECUTABLE: 'file not executable',
  ALREADY_STARTED: 'already started',
  SPAWN_ERROR: 'spawn error',
  ABNORMAL_TERMINATION: 'abnormal termination',
};

type OneDeed = (backend: Backend, name: string) => Promise<string>;
type AllDeed = (backend: Backend) => Promise<string>;

const startOne: OneDeed = async (backend, name) => {
  await doOne(start(backend, true), oneProcess(backend.root.getSnapshot(), name), name);
  return `Process ${name} started`;
};

const stopOne: OneDeed = async (backend, name) => {
  await doOne(stop(backend, true), oneProcess(backend.root.getSnapshot(), name), name);
  return `Process ${name} stopped`;
};

/** What does not run is only started. */
const restartOne: OneDeed = async (backend, name) => {
  await stopAll([oneProcess(backend.root.getSnapshot(), name)], stop(backend, true));
  await startOne(backend, name);
  return `Process ${name} restarted`;
};

const clearOne: OneDeed = async (backend, name) => {
  await doOne(clear(backend), oneProcess(backend.root.getSnapshot(), name), name);
  return `Log for ${name} cleared`;
};

const ONE: Readonly<Record<string, OneDeed>> = {
  start: startOne,
  stop: stopOne,
  restart: restartOne,
  clearlog: clearOne,
};

const stopThem = (backend: Backend, group?: string) =>
  stopAll(targets(backend, group), stop(backend, true) satisfies Act);

const startThem = (backend: Backend, group?: string) =>
  startAll(targets(backend, group), start(backend, true));

const targets = ({ root }: Backend, group?: string) =>
  group === undefined ? allByPriority(root.getSnapshot()) : groupByPriority(root.getSnapshot(), group);

const ALL: Readonly<Record<string, AllDeed>> = {
  refresh: async () => `Page refreshed at ${moment()}`,
  startall: async backend => {
    await startThem(backend);
    return `All started at ${moment()}`;
  },
  stopall: async backend => {
    await stopThem(backend);
    return `All stopped at ${moment()}`;
  },
  restartall: async backend => {
    await stopThem(backend);
    await startThem(backend);
    return `All restarted at ${moment()}`;
  },
};

const GROUP: Readonly<Record<string, (backend: Backend, group: string) => Promise<string>>> = {
  start: async (backend, group) => {
    await startThem(backend, group);
    return `Group ${group} started`;
  },
  stop: async (backend, group) => {
    await stopThem(backend, group);
    return `Group ${group} stopped`;
  },
  restart: async (backend, group) => {
    await stopThem(backend, group);
    await startThem(backend, group);
    return `Group ${group} restarted`;
  },
};

/** Whether a deed changes nothing. */
export const isHarmless = (deed: Deed | undefined): boolean =>
  deed === undefined || deed.action === 'refresh';

const ALL_WORDS: ReadonlyMap<string, string> = new Map([
  ['startall', 'Start all'],
  ['stopall', 'Stop all'],
  ['restartall', 'Restart all'],
]);
const ONE_WORDS: ReadonlyMap<string, string> = new Map([
  ['start', 'Start'],
  ['stop', 'Stop'],
  ['restart', 'Restart'],
  ['clearlog', 'Clear the log of'],
]);

/** What a deed would do, as a question's words; undefined for one that does not exist. */
export function deedWords({ action, processname }: Deed): string | undefined {
  const all = ALL_WORDS.get(action);
  if (all !== undefined) return all;
  const verb = ONE_WORDS.get(action);
  return verb === undefined || processname === undefined ? undefined : `${verb} ${processname}`;
}

/** Does it and promises Supervisor's sentence about it; rejects with `HttpError` 400 for what does not exist. */
export async function perform(backend: Backend, deed: Deed): Promise<string> {
  const { action, processname } = deed;
  const all = Object.hasOwn(ALL, action) ? ALL[action] : undefined;
  if (all !== undefined) return all(backend);
  if (processname === undefined || !Object.hasOwn(ONE, action)) throw new HttpError(400);
  try {
    const [group, process] = splitName(processname);
    const wide = process === undefined && Object.hasOwn(GROUP, action) ? GROUP[action] : undefined;
    if (wide !== undefined) return await wide(backend, group);
    return (await ONE[action]?.(backend, processname)) ?? '';
  } catch (error) {
    if (error instanceof RpcFault) return faultWords(error, deed);
    throw error;
  }
}

function faultWords({ code, message }: RpcFault, { action, processname }: Deed): string {
  const name = faultName(code) ?? 'FAILED';
  if (name === 'BAD_NAME') return `No such process named ${processname}`;
  const words = action === 'stop' ? undefined : START_FAULTS[name];
  return words === undefined
    ? `unexpected rpc fault [${code}] ${message}`
    : `ERROR: Process ${processname}: ${words}`;
}

/** `Sun Nov 22 14:57:42 2026`, in the daemon's time zone. */
function moment(): string {
  const date = new Date();
  const [weekday, month] = [
    date.toLocaleDateString('en-US', { weekday: 'short' }),
    date.toLocaleDateString('en-US', { month: 'short' }),
  ];
  const clock = date.toTimeString().slice(0, 8);
  return `${weekday} ${month} ${String(date.getDate()).padStart(2)} ${clock} ${date.getFullYear()}`;
}
