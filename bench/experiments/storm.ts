import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock, type Ear } from '../ear.ts';
import { burst } from '../load.ts';
import { launchPm2 } from '../pm2.ts';
import type { Experiment } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';
import type { Usage } from '../usage.ts';

/** Programs, each in a group of its own, that tell that they live and exit with status 1. */
export const crashers = (count: number, child: string, path: string) =>
  Array.from(
    { length: count },
    (_, index) => `[program:c${index}]\ncommand=${child} crash ${path}\nstartsecs=0\nautorestart=true\n`,
  ).join('');

/** Something that starts programs again. */
interface Restarter {
  usage(): Usage;
}

/** Programs that crash as soon as they are started: how often they come back. */
const crash = (count: number, rounds: Experiment['rounds'], goal: number | undefined): Experiment => {
  const at = count.toLocaleString('en-US');
  const restarts = async (ear: Ear, daemon: Restarter, quick: boolean) => {
    await ear.hear(count * 2, 120_000);
    const [begin, before] = [clock(), daemon.usage()];
    ear.forget();
    await sleep(quick ? 4000 : 10_000);
    const seen = ear.words.length;
    const [duration, used] = [clock() - begin, daemon.usage().cpu - before.cpu];
    return {
      [`storm-${count}`]: [(seen * 1000) / duration],
      [`storm-cpu-${count}`]: [used / seen],
    };
  };
  return {
    name: `storm-${count}`,
    rows: [
      {
        key: `storm-${count}`,
        title: `restarts of ${at} programs that crash`,
        unit: '/s',
        better: 'more',
        goal,
      },
      {
        key: `storm-cpu-${count}`,
        title: `CPU of the daemon for each, ${at} programs`,
        unit: 'ms',
        better: 'less',
      },
    ],
    rounds,
    seconds: { full: count > 20 ? 55 : 28, quick: 14 },
    async measure(subject, shop) {
      const ear = shop.ear();
      const daemon = launch(subject, shop, crashers(count, shop.child, ear.path));
      try {
        await firstAnswer(daemon);
        return await restarts(ear, daemon, shop.quick);
      } finally {
        await daemon.clean();
      }
    },
    pm2:
      count > 20
        ? undefined
        : async shop => {
            const ear = shop.ear();
            const apps = Array.from({ length: count }, (_, index) => ({
              name: `c${index}`,
              script: shop.child,
              args: ['crash', ear.path],
            }));
            const daemon = await launchPm2(shop, apps);
            try {
              return await restarts(ear, daemon, shop.quick);
            } finally {
              await daemon.clean();
            }
          },
    async limit(shop) {
      const printed = execFileSync(shop.child, ['spawns', '1000', shop.child], { encoding: 'utf8' });
      return { [`storm-${count}`]: [Number(printed)] };
    },
  };
};

/** A crash storm of few and of many programs. */
export const storms: readonly Experiment[] = [
  crash(20, { full: 3, quick: 1 }, 2),
  crash(1000, { full: 2, quick: 0 }, undefined),
];

/** How many events reach a listener while programs crash, and whether each does. */
export const stormEvents: Experiment = {
  name: 'storm-events',
  rows: [
    {
      key: 'events',
      title: 'PROCESS_STATE events to one listener, 100 programs that crash',
      unit: '/s',
      better: 'more',
      goal: 100,
    },
    { key: 'events-lost', title: 'events that it was not given', unit: '', better: 'less' },
  ],
  rounds: { full: 3, quick: 1 },
  seconds: { full: 42, quick: 20 },
  async measure(subject, shop) {
    const [ear, events] = [shop.ear(), shop.ear()];
    const listener = `[eventlistener:l]\ncommand=${shop.child} listen ${events.path}\nevents=PROCESS_STATE\nbuffer_size=100000\n`;
    const daemon = launch(subject, shop, listener + crashers(100, shop.child, ear.path));
    try {
      await firstAnswer(daemon);
      await events.hear(5, 60_000);
      await sleep(2000);
      const before = events.words.length;
      const begin = clock();
      await sleep(shop.quick ? 5000 : 15_000);
      const heard = events.words.slice(before);
      const serials = events.words.map(({ more }) => Number.parseInt(more, 10));
      const given = (serials.at(-1) ?? 0) - (serials[0] ?? 0) + 1;
      return {
        events: [(heard.length * 1000) / (clock() - begin)],
        'events-lost': [given - serials.length],
      };
    } finally {
      await daemon.clean();
    }
  },
};

/** Whether clients are served while 100 programs crash in a loop. */
export const stormRequests: Experiment = {
  name: 'storm-requests',
  rows: [
    {
      key: 'storm-state',
      title: 'getState while 100 programs crash-loop',
      unit: 'ms',
      better: 'less',
      judged: 'p99',
      goal: 30,
    },
  ],
  rounds: { full: 2, quick: 1 },
  seconds: { full: 45, quick: 13 },
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(subject, shop, crashers(100, shop.child, ear.path));
    try {
      await firstAnswer(daemon);
      await ear.hear(100);
      const duration = shop.quick ? 5000 : 20_000;
      const { latencies } = await burst(daemon.client, 'supervisor.getState', { duration });
      return { 'storm-state': latencies };
    } finally {
      await daemon.clean();
    }
  },
};
