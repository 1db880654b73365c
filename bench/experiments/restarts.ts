import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ear } from '../ear.ts';
import { settled } from '../idle.ts';
import type { Experiment, Row } from '../row.ts';
import { type Daemon, firstAnswer, launch } from '../subject.ts';
import { crashers } from './storm.ts';

/** So many programs crash together, or rest together. */
const COUNT = 20;

/** Milliseconds: a daemon gets so long to give back what a storm took. */
const REST = 15_000;

const row = (key: string, title: string, more: Partial<Row> = {}): Row => ({
  key: `restarts-${key}`,
  title: `memory (RSS) ${title}`,
  unit: 'MiB',
  better: 'less',
  ...more,
});

/** What restarts leave behind in the daemon: its memory in the storm, and after a rest. */
export const restarts: Experiment = {
  name: 'restarts',
  rows: [
    row('0', `of ${COUNT} programs before any restart`),
    row('1000', 'at 1,000 restarts, in the storm'),
    row('5000', 'at 5,000 restarts, in the storm'),
    row('5000-rest', 'at 5,000 restarts, 15 s after the storm'),
    row('10000', 'at 10,000 restarts, in the storm'),
    row('10000-rest', 'at 10,000 restarts, 15 s after the storm'),
    row('50000-rest', 'at 50,000 restarts, 15 s after the storm'),
    row('slope', 'gained by a restart, from 10,000 to 50,000', { unit: 'KiB', bound: 0.1 }),
  ],
  rounds: { full: 1, quick: 1 },
  seconds: { full: 240, quick: 24 },
  async measure(subject, shop) {
    // In a short round Debian's has no turn: its restarts take too long.
    if (shop.quick && subject.who === 'python') return {};
    const ear = shop.ear();
    const calm = `${ear.path}.calm`;
    writeFileSync(calm, '');
    const daemon = launch(subject, shop, crashers(COUNT, shop.child, ear.path));
    try {
      await firstAnswer(daemon);
      await ear.hear(COUNT);
      if (!shop.quick) await settled();
      const start = daemon.rss();
      const [at1000 = 0, at5000 = 0] = await storm(ear, daemon, [1000, 5000]);
      const rest5000 = await rested(daemon, calm);
      const storms = { 1000: at1000, 5000: at5000, '5000-rest': rest5000 };
      if (shop.quick) return named(storms);
      const first = { 0: start, ...storms };
      const [at10000 = 0] = await storm(ear, daemon, [5000]);
      const rest10000 = await rested(daemon, calm);
      const second = { 10000: at10000, '10000-rest': rest10000 };
      if (subject.who === 'python') return named({ ...first, ...second });
      await storm(ear, daemon, [40_000]);
      const rest50000 = await rested(daemon, calm);
      return named({
        ...first,
        ...second,
        '50000-rest': rest50000,
        slope: ((rest50000 - rest10000) * 1024) / 40_000,
      });
    } finally {
      await daemon.clean();
      rmSync(calm, { force: true });
    }
  },
};

const named = (figures: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(figures).map(([key, figure]) => [`restarts-${key}`, [figure]]));

/** Has the sleeping programs crash; resolves with the memory, in MiB, at each of the numbers of restarts. */
async function storm(ear: Ear, daemon: Daemon, marks: readonly number[]): Promise<readonly number[]> {
  ear.forget();
  rmSync(`${ear.path}.calm`);
  await daemon.client.call('supervisor.signalAllProcesses', 'KILL');
  const memory: number[] = [];
  for (const mark of marks) {
    await ear.hear(mark, 300_000);
    memory.push(daemon.rss());
  }
  return memory;
}

/** Lets the programs sleep; resolves with the memory after the rest, in MiB. */
async function rested(daemon: Daemon, calm: string): Promise<number> {
  writeFileSync(calm, '');
  await sleep(REST);
  return daemon.rss();
}
