import type { Instant } from '../../machines/events.ts';
import type { ProcessInfo } from '../../machines/info.ts';
import { Encoded } from './answer.ts';
import type { Logs } from './backend.ts';
import { encodeValue, type XmlRpcStruct, type XmlRpcValue } from './codec.ts';
import { describe } from './description.ts';

/** All that a process's struct says but for `now` and an uptime: written once, for as long as its info stands. */
interface Fragment {
  readonly before: string;
  readonly after: string;
}

/** Writes processes' structs. */
export interface Fragments {
  /** One process's struct at a moment. */
  one(info: ProcessInfo, now: Instant): Encoded;
  /** The array of these processes' structs. */
  all(infos: readonly ProcessInfo[], now: Instant): Encoded;
}

/** Makes a writer that remembers each info's text until the info is dropped. */
export function fragments(logs: Pick<Logs, 'process'>): Fragments {
  const known = new WeakMap<ProcessInfo, Fragment>();
  const fragmentOf = (info: ProcessInfo): Fragment => {
    const found = known.get(info) ?? writeFragment(info, logs);
    known.set(info, found);
    return found;
  };
  const write = (info: ProcessInfo, now: Instant, moment: string): string => {
    const { before, after } = fragmentOf(info);
    return `${before}${moment}${after}${member('description', describe(info, now))}</struct></value>`;
  };
  const momentOf = (now: Instant) => member('now', Math.floor(now.wall));
  return {
    one: (info, now) => new Encoded(write(info, now, momentOf(now))),
    all: (infos, now) => {
      const moment = momentOf(now);
      let items = '';
      for (const info of infos) items += `${write(info, now, moment)}\n`;
      return new Encoded(`<value><array><data>\n${items}</data></array></value>`);
    },
  };
}

function writeFragment(info: ProcessInfo, logs: Pick<Logs, 'process'>): Fragment {
  const { stdout = '', stderr = '' } = logs.process(info.group, info.name);
  const before = {
    name: info.name,
    group: info.group,
    start: Math.floor(info.start?.wall ?? 0),
    stop: Math.floor(info.stop?.wall ?? 0),
  };
  const after = {
    state: info.statecode,
    statename: info.state,
    spawnerr: info.spawnerr,
    exitstatus: info.exitstatus,
    logfile: stdout,
    stdout_logfile: stdout,
    stderr_logfile: stderr,
    pid: info.pid,
  };
  return { before: `<value><struct>\n${members(before)}`, after: members(after) };
}

const member = (name: string, value: XmlRpcValue): string =>
  `<member>\n<name>${name}</name>\n${encodeValue(value)}\n</member>\n`;

const members = (struct: XmlRpcStruct): string =>
  Object.entries(struct)
    .map(([name, value]) => member(name, value))
    .join('');
