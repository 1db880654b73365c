import { readFileSync } from 'node:fs';
import { withBareServer } from '../bare.ts';
import type { RpcClient } from '../client.ts';
import { clock, type Ear } from '../ear.ts';
import { idle } from '../idle.ts';
import { burst } from '../load.ts';
import { launchPm2 } from '../pm2.ts';
import type { Experiment, Row, Samples } from '../row.ts';
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
  readonly pid?: number;
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
    { key: key('pid'), title: `supervisorctl pid, ${at}`, ...less, goal: wants.pid },
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

/** The samples of a fleet by the keys of its rows. */
const named = (count: number, samples: Samples): Samples =>
  Object.fromEntries(Object.entries(samples).map(([name, values]) => [`${name}-${count}`, values]));

/** What a fleet of `count` programs costs: to boot, to ask, to keep. */
export const fleet = (
  count: number,
  { rounds, seconds }: Pick<Experiment, 'rounds' | 'seconds'>,
  wants: Wants,
): Experiment => ({
  name: `fleet-${count}`,
  rows: rows(count, wants),
  rounds,
  seconds,
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(subject, shop, sleepers(count, shop.child, ear));
    try {
      const answer = await firstAnswer(daemon);
      const booted = await lastHeard(ear, count, daemon.startedAt);
      // A short round leaves out what it would have to wait for, where nothing is demanded of it.
      const isKept = !shop.quick || wants.idle !== undefined;
      const kept = isKept ? await idle(daemon, idleTime(shop, wants), shop.quick) : {};
      const asked = await requests(daemon.client, shop);
      const told = await commands(daemon, shop);
      const update = count === 0 ? [] : [await updateOne(daemon, ear)];
      return named(count, { answer: [answer], booted: [booted], ...kept, ...asked, ...told, update });
    } finally {
      await daemon.clean();
    }
  },
  pm2: count === 0 || count === 1000 ? shop => pm2Fleet(count, shop) : undefined,
  limit: async shop => named(count, await withBareServer(shop, client => stateRequests(client, shop))),
});

/** Milliseconds; longer where an idle daemon is judged. */
const idleTime = ({ quick }: Workshop, wants: Wants): number =>
  quick ? 3000 : wants.idle === undefined ? 10_000 : 20_000;

/** pm2 has something to do each half minute. */
const PM2_IDLE_TIME = 32_000;

/** The same of pm2, which has no requests like these. */
async function pm2Fleet(count: number, shop: Workshop): Promise<Samples> {
  const ear = shop.ear();
  const apps = Array.from({ length: count }, (_, index) => ({
    name: `p${index}`,
    script: shop.child,
    args: ['hello', ear.path],
  }));
  const daemon = await launchPm2(shop, apps);
  try {
    const booted = await lastHeard(ear, count, daemon.startedAt);
    const kept = await idle(daemon, PM2_IDLE_TIME, shop.quick);
    const status = [await daemon.ctl('ls')];
    return named(count, { booted: [booted], ...kept, status });
  } finally {
    await daemon.clean();
  }
}

async function lastHeard(ear: Ear, count: number, since: number): Promise<number> {
  const words = await ear.hear(count, 120_000);
  return Math.max(since, ...words.map(({ at }) => at)) - since;
}

/** Asks before it counts, so that each has seen the question before. */
async function stateRequests(client: RpcClient, { quick }: Workshop) {
  const duration = quick ? 500 : 2000;
  await burst(client, 'supervisor.getState', { duration: duration / 4 });
  const state = await burst(client, 'supervisor.getState', { duration });
  const state16 = await burst(client, 'supervisor.getState', { duration, clients: 16 });
  const fresh = await burst(client, 'supervisor.getState', { duration, fresh: true });
  return {
    state: [state.rate],
    'state-ms': state.latencies,
    state16: [state16.rate],
    fresh: [fresh.rate],
  };
}

async function requests(client: RpcClient, shop: Workshop) {
  const duration = shop.quick ? 500 : 2000;
  const state = await stateRequests(client, shop);
  await burst(client, 'supervisor.getAllProcessInfo', { duration: duration / 4 });
  const info = await burst(client, 'supervisor.getAllProcessInfo', { duration });
  const info16 = await burst(client, 'supervisor.getAllProcessInfo', { duration, clients: 16 });
  return { ...state, info: info.latencies, info16: [info16.rate] };
}

async function commands(daemon: Daemon, { quick }: Workshop) {
  const times = { version: [] as number[], pid: [] as number[], status: [] as number[] };
  for (let turn = 0; turn < (quick ? 3 : 7); turn++) {
    for (const verb of ['version', 'pid', 'status'] as const) times[verb].push(await daemon.ctl(verb));
  }
  return times;
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
