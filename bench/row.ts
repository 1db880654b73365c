import { advantage, type Better, median, percentile } from './statistics.ts';
import type { Subject } from './subject.ts';
import type { Workshop } from './workshop.ts';

/** Whose figure it is: this project's, Debian's supervisor's, pm2's, or that of a bare program without a supervisor. */
export const WHO = ['ours', 'python', 'pm2', 'limit'] as const;
export type Who = (typeof WHO)[number];

/** A figure of the table. */
export interface Row {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly better: Better;
  /** How many times better than Debian's supervisor it is to be; undefined where nothing is demanded. */
  readonly goal?: number;
  /** What it may be at most (or at least), whatever the others have. */
  readonly bound?: number;
  /** Which of its samples is judged; the median if nothing is said. */
  readonly judged?: 'median' | 'p99';
}

/** Samples by the key of their row. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** A number for the whole bench and one for --quick. */
export interface Extent {
  readonly full: number;
  readonly quick: number;
}

/** Something that is done with one supervisor after the other, and the rows that it fills. */
export interface Experiment {
  readonly name: string;
  readonly rows: readonly Row[];
  /** How often each supervisor has its turn; 0 leaves the experiment out. */
  readonly rounds: Extent;
  /** Seconds that a round of all takes about: the time left is guessed from it. */
  readonly seconds: Extent;
  /** Whose turns there are, of the two supervisors; both if nothing is said. */
  readonly subjects?: readonly Subject['who'][];
  /** Why this machine is too small for it; undefined where it is not. */
  refusal?(): string | undefined;
  measure(subject: Subject, workshop: Workshop): Promise<Samples>;
  /** The same with pm2, where it has the function. */
  pm2?(workshop: Workshop): Promise<Samples>;
  /** The same without any supervisor. */
  limit?(workshop: Workshop): Promise<Samples>;
}

/** What a row came to, for one of the supervisors. */
export interface Figure {
  readonly median: number;
  readonly p99: number;
  readonly samples: number;
}

/** A row with its figures. `ratio` is how many times better ours is; undefined where only one was measured. */
export interface Result extends Row {
  readonly experiment: string;
  readonly figures: Readonly<Partial<Record<Who, Figure>>>;
  readonly ratio: number | undefined;
  /** Whether the goal and the bound are reached; undefined where there is none. */
  readonly met: boolean | undefined;
  /** Whether ours is better than pm2's; undefined where only one was measured. */
  readonly ahead: boolean | undefined;
}

/** What the samples of a row come to. */
export const resultOf = (
  experiment: string,
  row: Row,
  samples: Readonly<Partial<Record<Who, readonly number[]>>>,
): Result => {
  const figures: Partial<Record<Who, Figure>> = {};
  for (const who of WHO) {
    const all = samples[who] ?? [];
    if (all.length > 0)
      figures[who] = { median: median(all), p99: percentile(all, 0.99), samples: all.length };
  }
  const judged = (who: Who) => figures[who]?.[row.judged ?? 'median'];
  const ratio = timesBetter(row, judged('ours'), judged('python'));
  return {
    ...row,
    experiment,
    figures,
    ratio,
    met: isMet(row, judged('ours'), ratio),
    ahead: isAhead(row, judged('ours'), judged('pm2')),
  };
};

/** Of a loss, or of nothing, there is no ratio. */
function timesBetter({ better }: Row, ours: number | undefined, theirs: number | undefined) {
  const isComparable = ours !== undefined && theirs !== undefined && ours > 0 && theirs > 0;
  return isComparable ? advantage(ours, theirs, better) : undefined;
}

function isAhead({ better }: Row, ours: number | undefined, theirs: number | undefined) {
  if (ours === undefined || theirs === undefined) return undefined;
  return better === 'less' ? ours < theirs : ours > theirs;
}

function isMet({ goal, bound, better }: Row, ours: number | undefined, ratio: number | undefined) {
  if (ours === undefined) return undefined;
  const verdicts = [
    ...(goal === undefined || ratio === undefined ? [] : [ratio >= goal]),
    ...(bound === undefined ? [] : [better === 'less' ? ours <= bound : ours >= bound]),
  ];
  return verdicts.length === 0 ? undefined : verdicts.every(Boolean);
}
