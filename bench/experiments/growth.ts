import { clock, type Ear } from '../ear.ts';
import { idle } from '../idle.ts';
import { most, shortage, thisMachine } from '../limits.ts';
import type { Experiment, Row } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';

/** What grows with the number of programs, by the beginning of its rows' keys. */
export const GROWING = [
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

/** Programs without logs, for as few descriptors in the daemon as there can be: with two log files there are five each. */
const lean = (count: number, child: string, { path }: Ear): string =>
  Array.from(
    { length: count },
    (_, index) =>
      `[program:p${index}]\ncommand=${child} hello ${path}\nredirect_stderr=true\nstdout_logfile=NONE\n`,
  ).join('');

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
    const daemon = launch(subject, shop, lean(count, shop.child, ear));
    try {
      await firstAnswer(daemon);
      const words = await ear.hear(count, 400_000);
      const booted = Math.max(...words.map(({ at }) => at)) - daemon.startedAt;
      const kept = await idle(daemon, 10_000);
      const [info, status]: [number[], number[]] = [[], []];
      for (let turn = 0; turn < 5; turn++) {
        const asked = clock();
        await daemon.client.call('supervisor.getAllProcessInfo');
        info.push(clock() - asked);
        status.push(await daemon.ctl('status'));
      }
      const end = await daemon.shutdown();
      const figures = { booted: [booted], rss: kept.rss, idle: kept.idle };
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

/** Where the machine bears no more than the last but one there is no last: its experiment is refused. */
const TOP = Math.max(most(10_000, thisMachine()), 5000);

/** From 100 to 10,000 programs, or as many as the machine bears; Debian's supervisord up to 1,000. */
export const growths: readonly Experiment[] = [
  growth(100, { rounds: { full: 1, quick: 0 }, seconds: { full: 44, quick: 44 } }),
  growth(300, { rounds: { full: 1, quick: 0 }, seconds: { full: 60, quick: 60 } }),
  growth(1000, { rounds: { full: 1, quick: 0 }, seconds: { full: 90, quick: 90 } }),
  growth(3000, { rounds: { full: 1, quick: 0 }, seconds: { full: 32, quick: 32 }, subjects: OURS }),
  growth(TOP, { rounds: { full: 1, quick: 0 }, seconds: { full: 90, quick: 90 }, subjects: OURS }),
];
