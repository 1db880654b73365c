import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../ear.ts';
import { burst } from '../load.ts';
import type { Experiment } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';

const crashers = (count: number, child: string, path: string) =>
  Array.from(
    { length: count },
    (_, index) => `[program:c${index}]\ncommand=${child} crash ${path}\nstartsecs=0\nautorestart=true\n`,
  ).join('');

/** Programs that crash as soon as they are started: how often they come back. */
const crash = (count: number, rounds: Experiment['rounds'], goal: number | undefined): Experiment => ({
  name: `storm-${count}`,
  rows: [
    {
      key: `storm-${count}`,
      title: `restarts of ${count.toLocaleString('en-US')} programs that crash`,
      unit: '/s',
      better: 'more',
      goal,
    },
    { key: `storm-cpu-${count}`, title: 'CPU of the daemon for each', unit: 'ms', better: 'less' },
    { key: `storm-slope-${count}`, title: 'memory gained meanwhile', unit: 'MiB', better: 'less' },
  ],
  rounds,
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(subject, shop, crashers(count, shop.child, ear.path));
    try {
      await firstAnswer(daemon);
      await ear.hear(count * 2, 120_000);
      const [begin, before, rss] = [clock(), daemon.usage(), daemon.rss()];
      ear.forget();
      await sleep(shop.quick ? 5000 : 20_000);
      const restarts = ear.words.length;
      const [duration, used] = [clock() - begin, daemon.usage().cpu - before.cpu];
      return {
        [`storm-${count}`]: [(restarts * 1000) / duration],
        [`storm-cpu-${count}`]: [used / restarts],
        [`storm-slope-${count}`]: [daemon.rss() - rss],
      };
    } finally {
      await daemon.clean();
    }
  },
  async limit(shop) {
    const printed = execFileSync(shop.child, ['spawns', '1000', shop.child], { encoding: 'utf8' });
    return { [`storm-${count}`]: [Number(printed)] };
  },
});

/** Of 20 programs ours starts each once a second, by intention; of 1,000 both do what they can. */
export const storms: readonly Experiment[] = [
  crash(20, { full: 3, quick: 1 }, 2),
  crash(1000, { full: 3, quick: 1 }, undefined),
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
  async measure(subject, shop) {
    const [ear, events] = [shop.ear(), shop.ear()];
    const listener = `[eventlistener:l]\ncommand=${shop.child} listen ${events.path}\nevents=PROCESS_STATE\nbuffer_size=100000\n`;
    const daemon = launch(subject, shop, listener + crashers(100, shop.child, ear.path));
    try {
      await firstAnswer(daemon);
      await events.hear(20, 60_000);
      await sleep(2000);
      const before = events.words.length;
      const begin = clock();
      await sleep(shop.quick ? 5000 : 20_000);
      const heard = events.words.slice(before);
      const serials = events.words.map(({ more }) => Number(more));
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
  rounds: { full: 3, quick: 1 },
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(subject, shop, crashers(100, shop.child, ear.path));
    try {
      await firstAnswer(daemon);
      await ear.hear(100);
      const duration = shop.quick ? 5000 : 15_000;
      const { latencies } = await burst(daemon.client, 'supervisor.getState', { duration });
      return { 'storm-state': latencies };
    } finally {
      await daemon.clean();
    }
  },
};
