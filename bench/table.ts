import type { Figure, Result, Who } from './row.ts';

/** A number as a reader wants it: three digits that count, thousands apart. */
export const digits = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

/** Fewer samples have no 99th percentile but their worst. */
const ENOUGH = 100;

const cell = (figure: Figure | undefined): string => {
  if (figure === undefined) return '';
  const middle = digits(figure.median);
  if (figure.samples <= 3) return middle;
  return `${middle} (${figure.samples < ENOUGH ? 'worst ' : ''}${digits(figure.p99)})`;
};

const demand = ({ goal, bound, better, judged }: Result): string =>
  [
    goal === undefined ? '' : `${goal} x${judged === 'p99' ? ' at p99' : ''}`,
    bound === undefined ? '' : `${better === 'less' ? 'at most' : 'at least'} ${digits(bound)}`,
  ]
    .filter(Boolean)
    .join(', ');

const verdict = ({ met, ahead }: Result): string =>
  [met === undefined ? '' : met ? 'met' : '**not met**', ahead === false ? "**behind pm2's**" : '']
    .filter(Boolean)
    .join(', ');

interface Column {
  readonly head: string;
  readonly align: '---' | '---:';
  text(result: Result): string;
}

const left = (head: string, text: Column['text']): Column => ({ head, align: '---', text });
const right = (head: string, text: Column['text']): Column => ({ head, align: '---:', text });
const figures = (head: string, who: Who): Column => right(head, ({ figures }) => cell(figures[who]));

const PM2 = figures('pm2', 'pm2');

const COLUMNS: readonly Column[] = [
  left('figure', ({ title }) => title),
  right('unit', ({ unit }) => unit),
  figures("Debian's", 'python'),
  figures('ours', 'ours'),
  PM2,
  figures('bare', 'limit'),
  right('ratio', ({ ratio }) => (ratio === undefined ? '' : digits(ratio))),
  left('wanted', demand),
  left('', verdict),
];

/** The results as a Markdown table: medians, and in brackets p99 or the worst. pm2 has a column where it was measured. */
export const markdown = (results: readonly Result[]): string => {
  const columns = COLUMNS.filter(column => column !== PM2 || results.some(({ figures }) => figures.pm2));
  return [
    columns.map(({ head }) => head),
    columns.map(({ align }) => align),
    ...results.map(result => columns.map(({ text }) => text(result))),
  ]
    .map(line => `| ${line.join(' | ')} |\n`)
    .join('');
};
