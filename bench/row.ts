import { advantage, type Better, median, percentile } from './statistics.ts';
import type { Subject } from './subject.ts';
import type { Workshop } from './workshop.ts';

/** Whose figure it is: this project's, Debian's supervisor's, or that of a bare program without a supervisor. */
export type Who = 'ours' | 'python' | 'limit';

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

/** Something that is done with one supervisor after the other, and the rows that it fills. */
export interface Experiment {
  readonly name: string;
  readonly rows: readonly Row[];
  /** How often each supervisor has its turn, in full and with --quick; 0 leaves it out there. */
  readonly rounds: { readonly full: number; readonly quick: number };
  /** Whose turns there are; 'limit' is measured by `limit` below. */
  readonly subjects?: readonly Subject['who'][];
  measure(subject: Subject, workshop: Workshop): Promise<Samples>;
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
}

/** What the samples of a row come to. */
export const resultOf = (
  experiment: string,
  row: Row,
  samples: Readonly<Partial<Record<Who, readonly number[]>>>,
): Result => {
  const figures: Partial<Record<Who, Figure>> = {};
  for (const who of ['ours', 'python', 'limit'] as const) {
    const all = samples[who] ?? [];
    if (all.length > 0)
      figures[who] = { median: median(all), p99: percentile(all, 0.99), samples: all.length };
  }
  const judged = row.judged ?? 'median';
  const [ours, theirs] = [figures.ours?.[judged], figures.python?.[judged]];
  // Of a loss, or of nothing, there is no ratio.
  const isComparable = ours !== undefined && theirs !== undefined && ours > 0 && theirs > 0;
  const ratio = isComparable ? advantage(ours, theirs, row.better) : undefined;
  return { ...row, experiment, figures, ratio, met: isMet(row, ours, ratio) };
};

function isMet({ goal, bound, better }: Row, ours: number | undefined, ratio: number | undefined) {
  if (ours === undefined) return undefined;
  const verdicts = [
    ...(goal === undefined || ratio === undefined ? [] : [ratio >= goal]),
    ...(bound === undefined ? [] : [better === 'less' ? ours <= bound : ours >= bound]),
  ];
  return verdicts.length === 0 ? undefined : verdicts.every(Boolean);
}
