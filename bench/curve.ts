import { GROWING } from './experiments/growth.ts';
import type { Result, Who } from './row.ts';
import { type Axis, axis } from './scale.ts';
import { digits } from './table.ts';

/** A point of a line: so many programs, and what they cost. */
type Point = readonly [programs: number, value: number];

interface Line {
  readonly who: Who;
  readonly name: string;
  readonly points: readonly Point[];
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
}

const NAMES = [
  { who: 'python', name: 'Debian’s' },
  { who: 'ours', name: 'Statevisor' },
] as const;

/** In pixels: a panel, its plot in it, and the picture's margins. */
const PANEL = { width: 400, height: 280 };
const PLOT = { left: 62, top: 40, width: 262, height: 182 };
const HEAD = 44;
const COLUMNS = 2;

/**
 * The growth of a supervisor with its programs, as an SVG of one panel for each cost, both axes logarithmic; undefined
 * where no growth was measured. It follows the reader's light or dark page.
 */
export function curve(results: readonly Result[]): string | undefined {
  const panels = GROWING.map(({ key, title, unit }) => ({
    title,
    unit,
    lines: linesOf(results, key),
  })).filter(({ lines }) => lines.length > 0);
  if (panels.length === 0) return undefined;
  const width = COLUMNS * PANEL.width;
  const height = HEAD + Math.ceil(panels.length / COLUMNS) * PANEL.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">What a supervisor costs by the number of its programs: Statevisor and Debian’s supervisor</title>',
    STYLE,
    `<rect class="page" width="${width}" height="${height}"/>`,
    legend(),
    ...panels.map((panel, index) => {
      const x = (index % COLUMNS) * PANEL.width;
      const y = HEAD + Math.floor(index / COLUMNS) * PANEL.height;
      return `<g transform="translate(${x} ${y})">\n${draw(panel)}\n</g>`;
    }),
    '</svg>\n',
  ].join('\n');
}

const STYLE = `<style>
.page { fill: #ffffff } text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 14px; font-weight: 600 } .soft { fill: #59636e }
.grid { stroke: #d1d9e0; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
.ours { stroke: #0969da } .python { stroke: #bc4c00; stroke-dasharray: 6 4 }
.dot.ours { fill: #0969da } .dot.python { fill: #bc4c00; stroke-dasharray: none }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117 } text { fill: #e6edf3 } .soft { fill: #9198a1 } .grid { stroke: #30363d }
.ours { stroke: #58a6ff } .python { stroke: #f0883e } .dot.ours { fill: #58a6ff } .dot.python { fill: #f0883e }
}
</style>`;

function linesOf(results: readonly Result[], key: string): readonly Line[] {
  const own = results.flatMap(result => {
    const programs = new RegExp(`^${key}-(\\d+)$`).exec(result.key)?.[1];
    return programs === undefined ? [] : [{ programs: Number(programs), figures: result.figures }];
  });
  return NAMES.map(({ who, name }) => ({
    who,
    name,
    points: own
      .map(({ programs, figures }): Point => [programs, figures[who]?.median ?? 0])
      // A logarithmic axis has no place for nothing.
      .filter(([, value]) => value > 0)
      .toSorted(([a], [b]) => a - b),
  })).filter(({ points }) => points.length > 0);
}

function legend(): string {
  const entry = ({ who, name }: { who: Who; name: string }, index: number) => {
    const x = PLOT.left + index * 130;
    return `<line class="line ${who}" x1="${x}" y1="22" x2="${x + 28}" y2="22"/>${dot(who, x + 14, 22)}<text x="${x + 36}" y="26">${name}</text>`;
  };
  return NAMES.map(entry).join('\n');
}

/** Round for ours, square for the other's: colour is not all that tells them apart. */
const dot = (who: Who, x: number, y: number): string =>
  who === 'ours'
    ? `<circle class="dot ${who}" cx="${round(x)}" cy="${round(y)}" r="3.5"/>`
    : `<rect class="dot ${who}" x="${round(x - 3)}" y="${round(y - 3)}" width="6" height="6"/>`;

function draw({ title, unit, lines }: Panel): string {
  const points = lines.flatMap(line => line.points);
  const across = axis(
    points.map(([programs]) => programs),
    PLOT.left,
    PLOT.left + PLOT.width,
    4,
  );
  const upward = axis(
    points.map(([, value]) => value),
    PLOT.top + PLOT.height,
    PLOT.top,
  );
  return [
    `<text class="title" x="${PLOT.left}" y="24">${title}, ${unit}</text>`,
    ...grid(across, upward),
    `<text class="soft" x="${PLOT.left + PLOT.width / 2}" y="${PLOT.top + PLOT.height + 36}" text-anchor="middle">programs</text>`,
    ...lines.map(line => drawLine(line, across, upward)),
  ].join('\n');
}

function grid(across: Axis, upward: Axis): readonly string[] {
  const [bottom, right] = [PLOT.top + PLOT.height, PLOT.left + PLOT.width];
  return [
    ...across.ticks.map(tick => {
      const x = round(across.at(tick));
      return `<line class="grid" x1="${x}" y1="${PLOT.top}" x2="${x}" y2="${bottom}"/><text class="soft" x="${x}" y="${bottom + 17}" text-anchor="middle">${plain(tick)}</text>`;
    }),
    ...upward.ticks.map(tick => {
      const y = round(upward.at(tick));
      return `<line class="grid" x1="${PLOT.left}" y1="${y}" x2="${right}" y2="${y}"/><text class="soft" x="${PLOT.left - 8}" y="${y + 4}" text-anchor="end">${plain(tick)}</text>`;
    }),
  ];
}

function drawLine({ who, points }: Line, across: Axis, upward: Axis): string {
  const places = points.map(([programs, value]) => [across.at(programs), upward.at(value)] as const);
  const path = places.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  const [last, end] = [points.at(-1), places.at(-1)];
  const label =
    last === undefined || end === undefined
      ? ''
      : `<text x="${round(end[0] + 8)}" y="${round(end[1] + 4)}">${digits(last[1])}</text>`;
  return `<polyline class="line ${who}" points="${path}"/>${places.map(([x, y]) => dot(who, x, y)).join('')}${label}`;
}

const round = (value: number) => Math.round(value * 10) / 10;

const plain = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
