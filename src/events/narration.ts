import type { SupervisorNotice } from '../../machines/events.ts';

/** A line of the main log, without its time. */
export interface Line {
  readonly level: 'critical' | 'error' | 'warn' | 'info' | 'debug';
  readonly text: string;
}

type Narrator<Type extends SupervisorNotice['type']> = (
  notice: Extract<SupervisorNotice, { type: Type }>,
) => readonly Line[];

const info = (text: string): Line => ({ level: 'info', text });
const warn = (text: string): Line => ({ level: 'warn', text });
const debug = (text: string): Line => ({ level: 'debug', text });

/** How a process ended, in Supervisor's words. */
export const ending = ({
  signal,
  exitstatus,
  core = false,
}: {
  readonly signal: string | undefined;
  readonly exitstatus: number;
  readonly core?: boolean;
}): string =>
  signal === undefined
    ? `exit status ${exitstatus}`
    : `terminated by ${signal}${core ? ' (core dumped)' : ''}`;

/** What the main log says of each notice. Scripts read these lines: the words are Supervisor's. */
const NARRATORS: { readonly [Type in SupervisorNotice['type']]: Narrator<Type> } = {
  'instance.state': ({ from, to, name, spec, spawnerr, tries }) => {
    if (to === 'RUNNING') {
      const why = `process has stayed up for > than ${spec.startsecs} seconds (startsecs)`;
      return [info(`success: ${name} entered RUNNING state, ${why}`)];
    }
    if (to === 'UNKNOWN') return [{ level: 'critical', text: `unknown problem with ${name}: ${spawnerr}` }];
    if (to === 'STOPPED' && from === 'BACKOFF')
      return [debug(`Attempted to kill ${name}, which is in BACKOFF state.`)];
    // At shutdown it is given up without a word, though there were retries left.
    if (to !== 'FATAL' || (from === 'BACKOFF' && tries <= spec.startretries)) return [];
    const why = from === 'BACKOFF' ? 'too many start retries too quickly' : spawnerr;
    return [info(`gave up: ${name} entered FATAL state, ${why}`)];
  },
  'instance.spawned': ({ name, pid }) => [info(`spawned: '${name}' with pid ${pid}`)],
  'instance.moved': ({ name, pid }) => [info(`moved: '${name}' goes on in the background with pid ${pid}`)],
  'instance.spawnerr': ({ spawnerr }) => [info(`spawnerr: ${spawnerr}`)],
  'instance.exited': notice => {
    const say = notice.expected ? info : warn;
    if (notice.during === 'stop') return [say(`stopped: ${notice.name} (${ending(notice)})`)];
    return [say(`exited: ${notice.name} (${ending(notice)}; ${notice.expected ? '' : 'not '}expected)`)];
  },
  'instance.killing': ({ name, pid, signal, asgroup, why }) => {
    if (why === 'signal') return [debug(`sending ${name} (pid ${pid}) sig ${signal}`)];
    const killing = debug(
      `killing ${name} (pid ${pid}) ${asgroup ? 'process group ' : ''}with signal ${signal}`,
    );
    return why === 'stop' ? [killing] : [warn(`killing '${name}' (${pid}) with ${signal}`), killing];
  },
  'instance.refused': ({ name }) => [warn(`process '${name}' already running`)],
  'pool.rebuffered': ({ pool, serial, size, max }) => [
    debug(`rebuffering event ${serial} for pool ${pool} (buf size=${size}, max=${max})`),
  ],
  'pool.overflowed': ({ pool, events }) =>
    events.map(({ serial }) => ({
      level: 'error',
      text: `pool ${pool} event buffer overflowed, discarding event ${serial}`,
    })),
  'supervisor.waiting': ({ names }) =>
    names.length === 0 ? [] : [info(`waiting for ${names.join(', ')} to die`)],
  'actor.failed': ({ actor, reason }) => [{ level: 'critical', text: `actor ${actor} failed: ${reason}` }],
  'supervisor.state': () => [],
  'supervisor.begun': () => [],
  'supervisor.ended': () => [],
  'group.added': () => [],
  'group.removed': () => [],
};

/** The lines that the main log gets for a notice. */
export const narrate = <Notice extends SupervisorNotice>(notice: Notice): readonly Line[] =>
  (NARRATORS[notice.type] as (notice: Notice) => readonly Line[])(notice);
