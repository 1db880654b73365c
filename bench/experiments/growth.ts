import { clock } from '../ear.ts';
import { idle } from '../idle.ts';
import { descriptorsOf, shortage, thisMachine } from '../limits.ts';
import type { Experiment, Row } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';
import { sleepers } from './fleet.ts';

/** What grows with the number of programs, by the beginning of its rows' keys. */
export const GROWING = [
  { key: 'grow-answer', title: 'boot to first answer', unit: 'ms' },
  { key: 'grow-booted', title: 'boot to the last child in main()', unit: 'ms' },
  { key: 'grow-rss', title: 'memory (RSS)', unit: 'MiB' },
  { key: 'grow-idle', title: 'idle CPU a minute', unit: 'ms' },
  { key: 'grow-info', title: 'getAllProcessInfo', unit: 'ms' },
  { key: 'grow-status', title: 'supervisorctl status', unit: 'ms' },
  { key: 'grow-end', title: 'shutdown', unit: 'ms' },
] as const;

const rows = (count: number): readonly Row[] =>
  GROWING.map(({ key, title, unit }) => ({
    key: `${key}-${count}`,
    title: `${title}, ${count.toLocaleString('en-US')} programs`,
    unit,
    better: 'less',
  }));

/** The life of so many sleeping programs, each in a group of its own, from boot to shutdown. */
const growth = (
  count: number,
  { rounds, seconds, subjects }: Pick<Experiment, 'rounds' | 'seconds' | 'subjects'>,
): Experiment => ({
  name: `growth-${count}`,
  rows: rows(count),
  rounds,
  seconds,
  subjects,
  refusal: () => shortage(count, thisMachine()),
  async measure(subject, shop) {
    const ear = shop.ear();
    const programs = sleepers(count, shop.child, ear);
    const daemon = launch(subject, shop, programs, descriptorsOf(count));
    try {
      const answer = await firstAnswer(daemon);
      const words = await ear.hear(count, 180_000);
      const booted = Math.max(...words.map(({ at }) => at)) - daemon.startedAt;
      const kept = await idle(daemon, { quick: true });
      const [info, status]: [number[], number[]] = [[], []];
      for (let turn = 0; turn < 5; turn++) {
        const asked = clock();
        await daemon.client.call('supervisor.getAllProcessInfo');
        info.push(clock() - asked);
        status.push(await daemon.ctl('status'));
      }
      const end = await daemon.shutdown();
      const figures = { answer: [answer], booted: [booted], rss: kept.rss, idle: kept.idle };
      return Object.fromEntries(
        Object.entries({ ...figures, info, status, end: [end] }).map(([name, values]) => [
          `grow-${name}-${count}`,
          values,
        ]),
      );
    } finally {
      await daemon.clean();
    }
  },
});

const OURS = ['ours'] as const;

/** From 100 to 10,000 programs; Debian's supervisord up to 1,000. */
export const growths: readonly Experiment[] = [
  growth(100, { rounds: { full: 2, quick: 0 }, seconds: { full: 44, quick: 44 } }),
  growth(300, { rounds: { full: 2, quick: 0 }, seconds: { full: 60, quick: 60 } }),
  growth(1000, { rounds: { full: 1, quick: 0 }, seconds: { full: 90, quick: 90 } }),
  growth(3000, { rounds: { full: 2, quick: 0 }, seconds: { full: 35, quick: 35 }, subjects: OURS }),
  growth(10_000, { rounds: { full: 1, quick: 0 }, seconds: { full: 90, quick: 90 }, subjects: OURS }),
];
