import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock, type Ear } from '../ear.ts';
import { burst } from '../load.ts';
import type { Experiment, Row } from '../row.ts';
import { type Daemon, firstAnswer, launch } from '../subject.ts';
import type { Workshop } from '../workshop.ts';

/** So many programs, each in a group of its own, that sleep. */
export const sleepers = (count: number, child: string, ear: Ear): string =>
  Array.from(
    { length: count },
    (_, index) => `[program:p${index}]\ncommand=${child} hello ${ear.path}\n`,
  ).join('');

/** How many times better than Debian's supervisor a fleet is to be; of the memory, how many MiB it may have. */
interface Wants {
  readonly answer?: number;
  readonly booted?: number;
  readonly rss?: number;
  readonly state?: number;
  readonly states16?: number;
  readonly info?: number;
  readonly fresh?: number;
  readonly version?: number;
  readonly status?: number;
  readonly idle?: number;
  readonly update?: number;
}

const rows = (count: number, wants: Wants): readonly Row[] => {
  const key = (name: string) => `${name}-${count}`;
  const at = `N=${count.toLocaleString('en-US')}`;
  const less = { unit: 'ms', better: 'less' } as const;
  const more = { unit: '/s', better: 'more' } as const;
  return [
    { key: key('answer'), title: `boot to first answer, ${at}`, ...less, goal: wants.answer },
    ...(count === 0
      ? []
      : [{ key: key('booted'), title: `boot to the last of ${at} in main()`, ...less, goal: wants.booted }]),
    { key: key('rss'), title: `memory (RSS), ${at}`, unit: 'MiB', better: 'less', bound: wants.rss },
    { key: key('idle'), title: `idle CPU a minute, ${at}`, ...less, goal: wants.idle },
    { key: key('switches'), title: `idle context switches a minute, ${at}`, unit: '', better: 'less' },
    { key: key('state'), title: `getState, kept connection, ${at}`, ...more, goal: wants.state },
    { key: key('state-ms'), title: `getState, latency, ${at}`, ...less },
    { key: key('state16'), title: `getState, 16 clients, ${at}`, ...more, goal: wants.states16 },
    { key: key('fresh'), title: `getState, new connections, ${at}`, ...more, goal: wants.fresh },
    { key: key('info'), title: `getAllProcessInfo, latency, ${at}`, ...less, goal: wants.info },
    { key: key('info16'), title: `getAllProcessInfo, 16 clients, ${at}`, ...more },
    { key: key('version'), title: `supervisorctl version, ${at}`, ...less, goal: wants.version },
    { key: key('status'), title: `supervisorctl status, ${at}`, ...less, goal: wants.status },
    ...(count === 0
      ? []
      : [
          {
            key: key('update'),
            title: `supervisorctl update, 1 of ${at} changed`,
            ...less,
            goal: wants.update,
          },
        ]),
  ];
};

/** What a fleet of `count` programs costs: to boot, to ask, to keep. */
export const fleet = (count: number, rounds: Experiment['rounds'], wants: Wants): Experiment => ({
  name: `fleet-${count}`,
  rows: rows(count, wants),
  rounds,
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(subject, shop, sleepers(count, shop.child, ear));
    try {
      const answer = await firstAnswer(daemon);
      const words = await ear.hear(count, 120_000);
      const booted = Math.max(0, ...words.map(({ at }) => at)) - daemon.startedAt;
      const times = { ...(await quiet(daemon, shop)), ...(await requests(daemon, shop)) };
      const ctl = await commands(daemon, shop);
      const update = count === 0 ? {} : { update: [await updateOne(daemon, ear)] };
      const named = { answer: [answer], booted: [booted], ...times, ...ctl, ...update };
      return Object.fromEntries(
        Object.entries(named).map(([name, samples]) => [`${name}-${count}`, samples]),
      );
    } finally {
      await daemon.clean();
    }
  },
});

const MINUTE = 60_000;

async function quiet(daemon: Daemon, { quick }: Workshop) {
  // Ours tidies its memory ten seconds after its start.
  await sleep(Math.max(2000, daemon.startedAt + 12_000 - clock()));
  const duration = quick ? 3000 : 20_000;
  const before = daemon.usage();
  await sleep(duration);
  const after = daemon.usage();
  const perMinute = (amount: number) => [(amount * MINUTE) / duration];
  return {
    rss: [daemon.rss()],
    idle: perMinute(after.cpu - before.cpu),
    switches: perMinute(after.switches - before.switches),
  };
}

async function requests({ client }: Daemon, { quick }: Workshop) {
  const duration = quick ? 500 : 2000;
  const state = await burst(client, 'supervisor.getState', { duration });
  const state16 = await burst(client, 'supervisor.getState', { duration, clients: 16 });
  const fresh = await burst(client, 'supervisor.getState', { duration, fresh: true });
  const info = await burst(client, 'supervisor.getAllProcessInfo', { duration });
  const info16 = await burst(client, 'supervisor.getAllProcessInfo', { duration, clients: 16 });
  return {
    state: [state.rate],
    'state-ms': state.latencies,
    state16: [state16.rate],
    fresh: [fresh.rate],
    info: info.latencies,
    info16: [info16.rate],
  };
}

async function commands(daemon: Daemon, { quick }: Workshop) {
  const [version, status]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < (quick ? 3 : 7); turn++) {
    version.push(await daemon.ctl('version'));
    status.push(await daemon.ctl('status'));
  }
  return { version, status };
}

async function updateOne(daemon: Daemon, ear: Ear): Promise<number> {
  const text = readFileSync(daemon.conf, 'utf8');
  daemon.configure(`${text.slice(text.indexOf('[program:'))}priority=998\n`);
  ear.forget();
  const begin = clock();
  await daemon.ctl('update');
  await ear.hear(1);
  return clock() - begin;
}
