import type { Figure, Result } from './row.ts';

/** A number as a reader wants it: three digits that count, thousands apart. */
export const digits = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

const cell = (figure: Figure | undefined): string => {
  if (figure === undefined) return '';
  return figure.samples > 3 ? `${digits(figure.median)} (${digits(figure.p99)})` : digits(figure.median);
};

const demand = ({ goal, bound, better, judged }: Result): string =>
  [
    goal === undefined ? '' : `${goal} x${judged === 'p99' ? ' at p99' : ''}`,
    bound === undefined ? '' : `${better === 'less' ? 'at most' : 'at least'} ${digits(bound)}`,
  ]
    .filter(Boolean)
    .join(', ');

const verdict = (met: boolean | undefined): string => (met === undefined ? '' : met ? 'met' : '**not met**');

const HEAD = ['figure', 'unit', "Debian's", 'ours', 'bare', 'ratio', 'wanted', ''] as const;

/** The results as a Markdown table: medians, and p99 in brackets where there are enough samples. */
export const markdown = (results: readonly Result[]): string => {
  const lines = results.map(result => [
    result.title,
    result.unit,
    cell(result.figures.python),
    cell(result.figures.ours),
    cell(result.figures.limit),
    result.ratio === undefined ? '' : digits(result.ratio),
    demand(result),
    verdict(result.met),
  ]);
  const rule = HEAD.map((_, column) => (column === 0 || column > 5 ? '---' : '---:'));
  return [HEAD, rule, ...lines].map(line => `| ${line.join(' | ')} |\n`).join('');
};
