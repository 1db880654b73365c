import { beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { type Seen, seen, speaker, speakerCommand } from '../support/listener.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

/** A program and what its events are to end with. */
interface Scenario {
  /** The group that the events are about. */
  readonly name: string;
  readonly about: string;
  /** The lines of its [program:x], or whole sections. */
  readonly config: string;
  /** What an operator does to it, when it has come to `ready`. */
  readonly ready?: string;
  readonly act?: (daemon: Daemon, name: string) => Promise<unknown>;
  /** The event that is awaited: as it begins, from its type on. */
  readonly ends: string;
}

const sh = (code: string, ...options: readonly string[]) =>
  [`command=sh -c '${code}'`, ...options].join('\n');
/** Lets a program go on that reads a line first: it runs by then, however late that was seen. */
const go = ({ socket }: Daemon, name: string) => ask(socket, 'supervisor.sendProcessStdin', name, '\n');
/** Python's may take a quick exit for a run where its startsecs are few. */
const lasting = 'startsecs=60';
const [instant, once, logs] = ['startsecs=0', 'autorestart=false', 'stdout_events_enabled=true'];
const capture = 'stdout_capture_maxbytes=100';
const [BEGIN, END] = ['<!--XSUPERVISOR:BEGIN-->', '<!--XSUPERVISOR:END-->'];
const EXITED = 'PROCESS_STATE_EXITED';

const SCENARIOS: readonly Scenario[] = [
  { name: 'done', about: 'an expected exit', config: sh('exit 0', instant, once), ends: EXITED },
  { name: 'odd', about: 'an unexpected exit', config: sh('exit 3', instant, once), ends: EXITED },
  { name: 'codes', about: 'exitcodes', config: sh('exit 3', instant, once, 'exitcodes=3,4'), ends: EXITED },
  { name: 'killed', about: 'a death by signal', config: sh('kill -9 $$', instant, once), ends: EXITED },
  {
    name: 'again',
    about: 'autorestart',
    config: sh('test -e again && exec sleep 1000; touch again; read go; exit 1', 'autorestart=unexpected'),
    act: go,
    ends: 'PROCESS_STATE_RUNNING processname:again groupname:again from_state:STARTING pid:2',
  },
  {
    name: 'quick',
    about: 'a start that fails',
    config: sh('exit 0', lasting, 'startretries=0'),
    ends: 'PROCESS_STATE_FATAL',
  },
  {
    name: 'retried',
    about: 'a start that is tried again',
    config: sh('exit 1', lasting, 'startretries=1'),
    ends: 'PROCESS_STATE_FATAL',
  },
  {
    name: 'nowhere',
    about: 'no such file',
    config: 'command=/no/such\nstartretries=0',
    ends: 'PROCESS_STATE_FATAL',
  },
  {
    name: 'denied',
    about: 'no executable',
    config: 'command=/etc/passwd\nstartretries=0',
    ends: 'PROCESS_STATE_FATAL',
  },
  {
    name: 'lost',
    about: 'no such folder',
    config: sh('exit 0', 'directory=/no/such', lasting, 'startretries=0'),
    ends: 'PROCESS_STATE_FATAL',
  },
  {
    name: 'up',
    about: 'startsecs',
    config: 'command=sleep 1000\nstartsecs=1',
    ends: 'PROCESS_STATE_RUNNING',
  },
  {
    name: 'halted',
    about: 'a stop',
    config: 'command=sleep 1000\nstartsecs=0',
    act: daemon => daemon.python('stop', 'halted'),
    ends: 'PROCESS_STATE_STOPPED',
  },
  {
    name: 'young',
    about: 'a stop while STARTING',
    config: 'command=sleep 1000\nstartsecs=60',
    act: daemon => daemon.python('stop', 'young'),
    ready: 'PROCESS_STATE_STARTING',
    ends: 'PROCESS_STATE_STOPPED',
  },
  {
    name: 'hoping',
    about: 'a stop while BACKOFF',
    config: sh('exit 1', lasting, 'startretries=9'),
    act: ({ socket }) => ask(socket, 'supervisor.stopProcess', 'hoping'),
    ready: 'PROCESS_STATE_BACKOFF processname:hoping groupname:hoping from_state:STARTING tries:5',
    ends: 'PROCESS_STATE_STOPPED',
  },
  {
    name: 'rerun',
    about: 'a restart',
    config: 'command=sleep 1000\nstartsecs=0',
    act: daemon => daemon.python('restart', 'rerun'),
    ends: 'PROCESS_STATE_RUNNING processname:rerun groupname:rerun from_state:STARTING pid:2',
  },
  {
    name: 'later',
    about: 'a first start by an operator',
    config: 'command=sleep 1000\nstartsecs=0\nautostart=false',
    act: daemon => daemon.python('start', 'later'),
    ready: 'PROCESS_GROUP_ADDED',
    ends: 'PROCESS_STATE_RUNNING',
  },
  {
    name: 'stubborn',
    about: 'a stop that needs KILL',
    config: sh('trap "" TERM; echo on; exec sleep 1000', 'startsecs=600', 'stopwaitsecs=1', logs),
    act: daemon => daemon.python('stop', 'stubborn'),
    ready: 'PROCESS_LOG_STDOUT',
    ends: 'PROCESS_STATE_STOPPED',
  },
  {
    name: 'house',
    about: 'a [group:x]',
    config: '[program:room]\ncommand=sleep 1000\nstartsecs=0\n[group:house]\nprograms=room',
    ends: 'PROCESS_STATE_RUNNING',
  },
  {
    name: 'many',
    about: 'numprocs',
    config: 'command=sleep 1000\nstartsecs=0\nnumprocs=2\nprocess_name=many_%(process_num)d',
    ends: 'PROCESS_STATE_RUNNING processname:many_1',
  },
  {
    name: 'gone',
    about: 'a group that is removed and added again',
    config: 'command=sleep 1000\nstartsecs=0',
    async act(daemon) {
      await daemon.python('stop', 'gone');
      await daemon.python('remove', 'gone');
      await daemon.python('add', 'gone');
    },
    ends: 'PROCESS_STATE_RUNNING processname:gone groupname:gone from_state:STARTING pid:2',
  },
  {
    name: 'out',
    about: 'output',
    config: sh('read go; echo hello; exit 0', instant, once, logs),
    act: go,
    ends: EXITED,
  },
  {
    name: 'err',
    about: 'output on stderr',
    config: sh('read go; echo oops >&2', instant, once, 'stderr_events_enabled=true'),
    act: go,
    ends: EXITED,
  },
  {
    name: 'both',
    about: 'redirect_stderr',
    config: sh('read go; echo a; echo b >&2; echo c', instant, once, logs, 'redirect_stderr=true'),
    act: go,
    ends: EXITED,
  },
  {
    name: 'quiet',
    about: 'output that nobody asked for',
    config: sh('read go; echo hello', instant, once),
    act: go,
    ends: EXITED,
  },
  {
    name: 'utf8',
    about: 'characters',
    config: sh('read go; printf "h\\303\\251llo \\360\\237\\230\\200"', instant, once, logs),
    act: go,
    ends: EXITED,
  },
  {
    name: 'bytes',
    about: 'bytes that are none',
    config: sh('read go; printf "a\\377\\001\\t\\\\\\n\\042"', instant, once, logs),
    act: go,
    ends: EXITED,
  },
  {
    name: 'long',
    about: 'much output',
    config: sh('read go; head -c 300000 /dev/zero | tr "\\0" x', instant, once, logs),
    act: go,
    ends: EXITED,
  },
  {
    name: 'nolog',
    about: 'output without a log',
    config: sh('read go; echo hello', instant, once, logs, 'stdout_logfile=NONE'),
    act: go,
    ends: EXITED,
  },
  {
    name: 'said',
    about: 'a captured message',
    config: sh(`read go; printf "a${BEGIN}message${END}b"`, instant, once, capture),
    act: go,
    ends: EXITED,
  },
  {
    name: 'moaned',
    about: 'a captured message on stderr',
    config: sh(
      `read go; printf "${BEGIN}message\\nof two lines${END}" >&2`,
      instant,
      once,
      'stderr_capture_maxbytes=100',
    ),
    act: go,
    ends: EXITED,
  },
  {
    name: 'saidtwo',
    about: 'two captured messages',
    config: sh(
      `read go; printf "${BEGIN}one${END}${BEGIN}${END}x${BEGIN}three${END}"`,
      instant,
      once,
      capture,
    ),
    act: go,
    ends: EXITED,
  },
  {
    name: 'saidlog',
    about: 'a captured message that is logged too',
    config: sh(`read go; printf "${BEGIN}message${END}"`, instant, once, capture, logs),
    act: go,
    ends: EXITED,
  },
  {
    name: 'saidhalf',
    about: 'a message without its end',
    config: sh(`read go; printf "${BEGIN}message"; exit 0`, instant, once, capture),
    act: go,
    ends: EXITED,
  },
  {
    name: 'saidslowly',
    about: 'tokens in pieces',
    config: sh(
      `read go; printf "<!--XSUPER"; sleep 0.2; printf "VISOR:BEGIN-->mess"; sleep 0.2; printf "age<!--"; sleep 0.2; printf "XSUPERVISOR:END-->"; sleep 0.2`,
      instant,
      once,
      capture,
    ),
    act: go,
    ends: EXITED,
  },
  {
    name: 'saidbytes',
    about: 'a message that is no text',
    config: sh(`read go; printf "${BEGIN}\\377${END}"`, instant, once, capture),
    act: go,
    ends: EXITED,
  },
  {
    name: 'unheard',
    about: 'tokens without capture mode',
    config: sh(`read go; printf "${BEGIN}message${END}"`, instant, once, logs),
    act: go,
    ends: EXITED,
  },
  {
    name: 'fast',
    about: 'an fcgi-program',
    config: '[fcgi-program:fast]\ncommand=sleep 1000\nstartsecs=0\nsocket=unix://%(here)s/fast.sock',
    ends: 'PROCESS_STATE_RUNNING',
  },
  {
    name: 'moaner',
    about: 'what a listener writes on stderr',
    config: `[eventlistener:moaner]\ncommand=sh -c 'read go; echo oops >&2; exec sleep 1000'\nevents=TICK_3600\nstartsecs=0\nstderr_events_enabled=true\nstdout_events_enabled=true`,
    act: go,
    ends: 'PROCESS_LOG_STDERR',
  },
  {
    name: 'usher',
    about: 'a program that ends when the listeners have seen that the daemon does',
    config: sh(
      `trap "until grep -qs CHANGE_STOPPING pool0.seen && grep -qs CHANGE_STOPPING pool10.seen; do sleep 0.1; done; exit 0" TERM; while :; do sleep 0.1; done`,
      instant,
      'stopwaitsecs=600',
    ),
    ends: 'PROCESS_STATE_RUNNING',
  },
];

/** Values of `events=`, each of a pool of its own. */
const SUBSCRIPTIONS = [
  'EVENT',
  'PROCESS_STATE',
  'PROCESS_STATE_RUNNING',
  'PROCESS_STATE_EXITED,PROCESS_STATE_FATAL',
  'PROCESS_LOG',
  'PROCESS_LOG_STDERR',
  'PROCESS_COMMUNICATION',
  'PROCESS_COMMUNICATION_STDERR',
  'PROCESS_GROUP',
  'PROCESS_GROUP_REMOVED',
  'SUPERVISOR_STATE_CHANGE',
  'REMOTE_COMMUNICATION',
  'TICK',
  'TICK_5',
  'TICK_60',
  'TICK_3600,PROCESS_STATE_STOPPED',
] as const;

/** Whether an event's type is among those that a pool asks for. */
const isAskedFor = (events: string, eventname: string) =>
  events.split(',').some(word => word === 'EVENT' || eventname.startsWith(word));

const pool = (name: string, events: string) =>
  `[eventlistener:${name}]\n${speakerCommand('ok', name)}\nevents=${events}\nbuffer_size=10000\nstartsecs=0\n`;
const CONFIG = [
  ...SUBSCRIPTIONS.map((events, index) => pool(`pool${index}`, events)),
  ...SCENARIOS.map(({ name, config }) =>
    config.startsWith('[') ? `${config}\n` : `[program:${name}]\n${config}\n`,
  ),
].join('');

/** What happened to one group, in order; pids count from 1, and output is one piece however it was read. */
function historyOf(events: readonly Seen[], group: string): readonly string[] {
  const pids: string[] = [];
  const history: string[] = [];
  for (const { eventname, payload } of events) {
    if (!new RegExp(`(^| )groupname:${group}(\\s|$)`).test(payload)) continue;
    const text = payload.replace(/ pid:(\d+)/, (_, pid: string) => {
      if (!pids.includes(pid)) pids.push(pid);
      return ` pid:${pids.indexOf(pid) + 1}`;
    });
    const line = `${eventname} ${text}`;
    const head = line.slice(0, line.indexOf('\n') + 1);
    const last = history.at(-1);
    if (eventname.startsWith('PROCESS_LOG') && last?.startsWith(head))
      history[history.length - 1] = last + line.slice(head.length);
    else history.push(line);
  }
  return history.map(line => line.replace(/x{100,}/g, run => `x times ${run.length}`));
}

interface Account {
  readonly events: readonly Seen[];
  /** The types that each pool was told of. */
  readonly told: readonly (readonly string[])[];
  readonly pools: readonly (readonly Seen[])[];
}

async function account(start: typeof startDaemon): Promise<Account> {
  const daemon = await start(CONFIG, { files: await speaker() });
  // Many wait for the same file: it is read once for all of them.
  let latest: ReturnType<typeof seen> | undefined;
  const events = () => {
    if (latest === undefined) setTimeout(() => (latest = undefined), 200);
    latest ??= seen(daemon, 'pool0');
    return latest;
  };
  const comesTo = ({ name }: Scenario, text: string) =>
    until(
      `${name}: ${text}`,
      async () => historyOf(await events(), name).some(line => line.startsWith(text)),
      { within: 120_000, every: 200 },
    );
  try {
    await Promise.all(
      SCENARIOS.map(async scenario => {
        if (scenario.act) {
          await comesTo(scenario, scenario.ready ?? 'PROCESS_STATE_RUNNING');
          await scenario.act(daemon, scenario.name);
        }
        await comesTo(scenario, scenario.ends);
      }),
    );
    await daemon.call('supervisor.sendRemoteCommEvent', 'a type', '<data> & more\n');
    const names = async (index: number) =>
      (await seen(daemon, `pool${index}`)).map(({ eventname }) => eventname);
    await until('a tick', async () => (await names(SUBSCRIPTIONS.indexOf('TICK_5'))).length > 0);
    // A pool may lag behind the one that was looked at.
    const all = await seen(daemon, 'pool0');
    await Promise.all(
      SUBSCRIPTIONS.map((events, index) => {
        const since = all.findIndex(({ payload }) => payload === `groupname:pool${index}\n`);
        const due = all.slice(since).filter(({ eventname }) => isAskedFor(events, eventname)).length;
        return until(`all of ${events}`, async () => (await seen(daemon, `pool${index}`)).length >= due);
      }),
    );
    await daemon.call('supervisor.shutdown');
    await daemon.ended;
    const pools = await Promise.all(SUBSCRIPTIONS.map((_, index) => seen(daemon, `pool${index}`)));
    // Whether an hour or a minute begins meanwhile is chance.
    const told = pools.map(events =>
      [...new Set(events.map(({ eventname }) => eventname))].filter(name => !/TICK_\d\d/.test(name)).sort(),
    );
    return { events: pools[0] ?? [], told, pools };
  } finally {
    await daemon.stop();
  }
}

describe.skipIf(!has('supervisor', 'python3'))('an event', () => {
  let ours: Account;
  let theirs: Account;
  beforeAll(async () => {
    [ours, theirs] = await Promise.all([account(startDaemon), account(startOracle)]);
  }, 300_000);
  const beforeStop = ({ events }: Account) =>
    events.slice(
      0,
      events.findIndex(({ eventname }) => eventname.endsWith('_STOPPING') && eventname.startsWith('SUP')),
    );

  it.each(SCENARIOS)('of $about ($name) is as the oracle’s', ({ name, ends }) => {
    const history = historyOf(beforeStop(ours), name);
    expect(history).toEqual(historyOf(beforeStop(theirs), name));
    expect(history.some(line => line.startsWith(ends))).toBe(true);
  });

  it('of the daemon itself is as the oracle’s', () => {
    const own = ({ events }: Account) =>
      events
        .filter(({ eventname }) => /^(SUPERVISOR|REMOTE)/.test(eventname))
        .map(({ eventname, payload }) => `${eventname} ${payload}`);
    expect(own(ours)).toEqual(own(theirs));
    expect(own(ours)).toEqual([
      'SUPERVISOR_STATE_CHANGE_RUNNING ',
      'REMOTE_COMMUNICATION type:a type\n<data> & more\n',
      'SUPERVISOR_STATE_CHANGE_STOPPING ',
    ]);
  });

  it('of a group’s addition comes before the daemon runs, in the oracle’s order', () => {
    const begin = ({ events }: Account) =>
      events
        .slice(0, 1 + events.findIndex(({ eventname }) => eventname === 'SUPERVISOR_STATE_CHANGE_RUNNING'))
        .map(({ header, payload }) => header + payload);
    expect(begin(ours)).toEqual(begin(theirs));
    // The moaner's group is there before the pool that tells of it; the last event is the daemon's.
    expect(begin(ours).length).toBe(SCENARIOS.length - 1 + SUBSCRIPTIONS.length + 1);
  });

  it.each(SUBSCRIPTIONS.map((events, index) => ({ events, index })))(
    'reaches subscribers to $events as with the oracle',
    ({ events, index }) => {
      // At a shutdown Python's may give an event that a dying listener had to pools that never asked for it.
      expect(ours.told[index]).toEqual(theirs.told[index]?.filter(name => isAskedFor(events, name)));
    },
  );

  it('is counted by its pool without a gap, and by the daemon in the same order', () => {
    for (const events of ours.pools) {
      expect(events.map(({ poolserial }) => poolserial)).toEqual(events.map((_, index) => index));
      expect(events.map(({ serial }) => serial)).toEqual(
        events.map(({ serial }) => serial).sort((a, b) => a - b),
      );
    }
    for (const { pools } of [ours, { pools: [beforeStop(theirs)] }]) {
      expect(pools[0]?.map(({ serial }) => serial)).toEqual(pools[0]?.map((_, index) => index));
    }
  });

  it('of time is sent at multiples of its period', () => {
    const ticks = ours.events.filter(({ eventname }) => eventname === 'TICK_5');
    for (const { payload } of ticks) expect(Number(/^when:(\d+)$/.exec(payload)?.[1]) % 5).toBe(0);
    expect(ticks.length).toBeGreaterThan(0);
  });
});
