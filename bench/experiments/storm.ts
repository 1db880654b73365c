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

/** Programs that crash as soon as they are started: how often they come back, and what it does to memory. */
export const storm: Experiment = {
  name: 'storm',
  rows: [
    { key: 'storm', title: 'restarts of 20 programs that crash', unit: '/s', better: 'more', goal: 2 },
    { key: 'storm-cpu', title: 'CPU of the daemon for each', unit: 'ms', better: 'less' },
    { key: 'storm-slope', title: 'memory gained by 5,000 restarts', unit: 'MiB', better: 'less' },
  ],
  rounds: { full: 3, quick: 1 },
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(subject, shop, crashers(20, shop.child, ear.path));
    try {
      await firstAnswer(daemon);
      await ear.hear(shop.quick ? 300 : 3000, 120_000);
      const [begin, before, rss] = [clock(), daemon.usage(), daemon.rss()];
      ear.forget();
      await sleep(shop.quick ? 4000 : 10_000);
      const count = ear.words.length;
      const [duration, used] = [clock() - begin, daemon.usage().cpu - before.cpu];
      if (!shop.quick) await ear.hear(5000, 120_000);
      const slope = shop.quick ? [] : [daemon.rss() - rss];
      return { storm: [(count * 1000) / duration], 'storm-cpu': [used / count], 'storm-slope': slope };
    } finally {
      await daemon.clean();
    }
  },
  async limit(shop) {
    const printed = execFileSync(shop.child, ['spawns', '1000', shop.child], { encoding: 'utf8' });
    return { storm: [Number(printed)] };
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
