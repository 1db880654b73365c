import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask } from '../../support/ask.ts';
import { type Daemon, startDaemon, startOracle } from '../../support/daemon.ts';
import { hasExecuted } from '../../support/executed.ts';
import { marked } from '../../support/leftover.ts';
import { textOf } from '../../support/listener.ts';
import { until } from '../../support/until.ts';
import { type Info, type Player, play } from './script.ts';

/** One program (or a few sections), and what is done to it. */
export interface Scenario {
  /** The program's name, or the group's, unlike any other's. */
  readonly name: string;
  /** A sentence about what is seen. */
  readonly sentence: string;
  /** The options of [program:NAME]; or whole sections, where it begins with one. */
  readonly config: string;
  readonly script: string;
  /** In which order we start or stop, where that is better than Python's (docs/differences.md says why). */
  readonly better?: Partial<Account['order']> | undefined;
}

/** All that a daemon showed of a scenario, without what differs by nature: pids, times and folders. */
export interface Account {
  /** What the commands came to. */
  readonly answers: readonly string[];
  /** In which order processes were started, and stopped. */
  readonly order: Readonly<Record<'STARTING' | 'STOPPING', readonly string[]>>;
  /** The PROCESS_STATE events of each process, in order. */
  readonly events: readonly string[];
  /** getProcessInfo at the end, of each process. */
  readonly infos: readonly Info[];
  /** The lines of the main log that name it, for each process, in order. */
  readonly lines: readonly string[];
}

const WITNESS = fileURLToPath(new URL('witness.py', import.meta.url));

/** How often all processes are looked at, in milliseconds. */
const LOOK = 60;

/** Plays all scenarios at once on one daemon of each kind, and gives both accounts of each. */
export async function compare(scenarios: readonly Scenario[]) {
  const [oracle, ours] = await Promise.all([
    perform(startOracle, scenarios),
    perform(startDaemon, scenarios),
  ]);
  return { oracle, ours };
}

/** Plays scenarios on one daemon; the accounts are by the scenarios' names. */
export async function perform(start: typeof startDaemon, scenarios: readonly Scenario[]) {
  const config = ['[supervisord]', 'loglevel=debug', witness(), ...scenarios.map(section)].join('\n');
  const daemon = await start(config);
  const audience = watch(daemon);
  try {
    const answers = await Promise.all(
      scenarios.map(({ name, script }) =>
        // What never comes is told where both accounts are compared, and spoils no other scenario.
        play(audience.player, name, script).catch((error: Error) => [error.message]),
      ),
    );
    await told(daemon, audience.player);
    const [log, events] = [await daemon.log(), await book(daemon)];
    const accounts = scenarios.map((scenario, index): [string, Account] => [
      scenario.name,
      account(scenario, daemon, { answers: answers[index] ?? [], log, events, infos: audience.all() }),
    ]);
    return new Map(accounts);
  } finally {
    audience.leave();
    await end(daemon);
  }
}

async function end(daemon: Daemon): Promise<void> {
  try {
    // All at once: a shutdown goes group by group, which takes Python's a second each.
    await ask(daemon.socket, 'supervisor.stopAllProcesses');
    // What a killed shell was waiting for ends by itself.
    await until('the last child', async () => (await marked(daemon.folder)).length <= 1);
  } finally {
    await daemon.stop();
  }
}

const section = ({ name, config }: Scenario) =>
  config.startsWith('[') ? config : `[program:${name}]\nautorestart=false\n${config}`;

const witness = () => `[eventlistener:witness]
command=/usr/bin/python3 ${WITNESS} %(here)s/events
events=PROCESS_STATE
buffer_size=10000
[program:last]
command=sleep 1000
autostart=false
startsecs=0`;

/** What the witness has written down. */
const book = (daemon: Daemon) => textOf(daemon, 'events');

/** Events and lines come one after the other: when those that are caused now were written down, so were all before. */
async function told(daemon: Daemon, player: Player): Promise<void> {
  await play(player, 'last', 'start');
  await until('the last event', async () => (await book(daemon)).includes('RUNNING processname:last'));
  await until('the last line', async () => (await daemon.log()).includes('success: last entered RUNNING'));
}

/** Looks at all processes again and again. */
function watch(daemon: Daemon) {
  let events = '';
  let infos = new Map<string, Info>();
  let looks = 0;
  let failure: unknown;
  const over = new AbortController();
  const look = async () => {
    while (!over.signal.aborted) {
      const all = (await ask(daemon.socket, 'supervisor.getAllProcessInfo')) as unknown as readonly Info[];
      infos = new Map(all.map(info => [info.name, info]));
      events = await book(daemon);
      looks++;
      await sleep(LOOK);
    }
  };
  void look().catch(error => {
    failure = error;
  });
  const player: Player = {
    socket: daemon.socket,
    info(name) {
      if (failure !== undefined && !over.signal.aborted) throw failure;
      return infos.get(name);
    },
    // A wait that ends by itself is found sooner in the log: Python's tells a listener one event a turn.
    async times(name, state) {
      if (state === 'BACKOFF') return (await daemon.log()).split(` exited: ${name} (`).length - 1;
      return events.split('\n').filter(line => line.startsWith(`PROCESS_STATE_${state} processname:${name} `))
        .length;
    },
    async seen() {
      const due = looks + 2;
      const isSeen = () => looks >= due && [...infos.values()].every(({ pid }) => hasExecuted(pid));
      await until('a look', () => failure !== undefined || isSeen(), { within: 60_000 });
    },
  };
  return { player, all: () => [...infos.values()], leave: () => over.abort() };
}

interface Evidence {
  readonly answers: readonly string[];
  readonly log: string;
  readonly events: string;
  readonly infos: readonly Info[];
}

function account(scenario: Scenario, { folder }: Daemon, evidence: Evidence): Account {
  const subjects = evidence.infos.filter(({ name, group }) => [name, group].includes(scenario.name));
  const names = subjects.map(({ name }) => name);
  const mask = (text: string) =>
    text.replaceAll(folder, 'HERE').replace(/-{3}\w+-\w{8}\.log/g, '---AUTO.log');
  return {
    answers: evidence.answers.map(answer => mask(answer)),
    order: {
      STARTING: order(names, evidence.events, 'STARTING'),
      STOPPING: order(names, evidence.events, 'STOPPING'),
    },
    events: about(names, evidence.events).map(line => line.replace(/pid:[1-9]\d*/, 'pid:PID')),
    infos: subjects.map(info => JSON.parse(mask(JSON.stringify(plain(info)))) as Info),
    lines: withoutChance(about(names, evidence.log).map(plainLine).map(mask)),
  };
}

/** The lines that name one of these. */
const about = (names: readonly string[], text: string): readonly string[] =>
  names.flatMap(name => {
    const named = new RegExp(`(?<![\\w-])${name}(?![\\w-])`);
    return text.split('\n').filter(line => named.test(line));
  });

const order = (names: readonly string[], events: string, state: string): readonly string[] =>
  events
    .split('\n')
    .map(line => new RegExp(`^PROCESS_STATE_${state} processname:(\\S+)`).exec(line)?.[1])
    .filter((name): name is string => name !== undefined && names.includes(name));

const AWAITED = /^INFO waiting for .* to stop$/;

/**
 * Without what Python's names by address. Of the waits for one stop the first is kept, and none where the process then
 * stops by itself: how many there are, and whether it is gone before the first look, is chance.
 */
const withoutChance = (lines: readonly string[]): readonly string[] =>
  lines
    .filter(line => !line.includes('<'))
    .filter((line, index, all) => {
      if (!AWAITED.test(line)) return true;
      const after = all.slice(index).find(other => !AWAITED.test(other));
      return all.indexOf(line) === index && after?.includes(' stopped: ') === false;
    });

/** A line of the main log without its time and its pids. */
const plainLine = (line: string): string =>
  line
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} /, '')
    .replace(/with pid \d+/, 'with pid PID')
    .replace(/\(pid \d+\)/, '(pid PID)')
    .replace(/\(\d+\)/, '(PID)');

const plain = (info: Info): Info => ({
  ...info,
  pid: Math.sign(info.pid),
  now: Math.sign(Number(info.now)),
  start: Math.sign(Number(info.start)),
  stop: Math.sign(Number(info.stop)),
  description: String(info.description)
    .replace(/pid \d+, uptime \d+:\d\d:\d\d/, 'pid PID, uptime H:MM:SS')
    .replace(/[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/, 'DATE'),
});
