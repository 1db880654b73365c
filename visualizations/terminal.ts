import { type Canvas, canvas } from './canvas.ts';
import type { Chart, ChartTransition } from './chart.ts';
import { type Arrow, type Layout, layout } from './layout.ts';

/** A chart as a terminal shows it: drawn in characters, with what may happen in each state. */
export interface TextChart {
  readonly name: string;
  readonly lines: readonly string[];
  /** Where each state stands, in characters; outer states before inner ones. */
  readonly states: readonly {
    readonly id: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly transitions: readonly {
    readonly from: string;
    /** '' for what is done without leaving the state. */
    readonly to: string;
    /** What happens, '' for a transition that is taken at once. */
    readonly on: string;
    readonly guard: string;
  }[];
}

/** The size of a character in the pixels of the layout: two rows are the height of its smallest box. */
const CELL = { width: 8.5, height: 13 } as const;

/** Nothing nearer than a character, so that no two lines fall on one. */
const WISHES = {
  'elk.padding': '[top=13,left=9,bottom=13,right=9]',
  'elk.spacing.nodeNode': '26',
  'elk.spacing.edgeNode': '17',
  'elk.spacing.edgeEdge': '17',
  'elk.layered.spacing.nodeNodeBetweenLayers': '39',
  'elk.layered.spacing.edgeNodeBetweenLayers': '26',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '13',
} as const;

/** A chart without words has fewer ways to go wrong. */
const TRIES = 8;

/** A chart for terminals, as JSON: arrows are without words, what they mean is listed by state. */
export async function terminal(chart: Chart): Promise<string> {
  const placed = await layout(bare(chart), WISHES, TRIES);
  const states = placed.boxes.filter(({ state }) => state.id !== '').map(cells);
  const { lines, rowOf } = tight(draw(placed, states));
  const drawn: TextChart = {
    name: chart.name,
    lines,
    states: states.map(({ id, x, y, width, height }) => ({
      ...{ id, x, y: rowOf(y), width },
      height: rowOf(y + height - 1) - rowOf(y) + 1,
    })),
    transitions: chart.transitions.map(({ from, to = '', on, guard }) => ({ from, to, on, guard })),
  };
  return `${JSON.stringify(drawn, undefined, 1)}\n`;
}

/** Boxes and arrows alone; a way back into the same state has no room. */
function bare(chart: Chart): Chart {
  const arrow = (transition: ChartTransition) => ({ ...transition, on: '', guard: '' });
  return {
    ...chart,
    states: chart.states.map(state => ({ ...state, entry: [], invokes: [] })),
    transitions: chart.transitions.filter(({ from, to }) => to !== undefined && to !== from).map(arrow),
  };
}

const column = (x: number): number => Math.round(x / CELL.width);
const line = (y: number): number => Math.round(y / CELL.height);

/** Leaves out rows in which lines only go on as in the row before, and the margin above. */
function tight(rows: readonly string[]) {
  const isKept = rows.map((row, y) => row !== '' && !(row === rows[y - 1] && /^[ │]*$/.test(row)));
  return {
    lines: rows.filter((_, y) => isKept[y]),
    rowOf: (y: number): number => isKept.slice(0, y).filter(Boolean).length,
  };
}

interface Cells {
  readonly id: string;
  readonly key: string;
  readonly isCompound: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const cells = ({ state, kind, x, y, width, height }: Layout['boxes'][number]): Cells => ({
  id: state.id,
  key: state.key,
  isCompound: kind === 'compound',
  x: column(x),
  y: line(y),
  width: column(x + width) - column(x) + 1,
  height: line(y + height) - line(y) + 1,
});

function draw({ arrows, dots }: Layout, states: readonly Cells[]): readonly string[] {
  const paper = canvas();
  for (const { x, y, width, height } of states) paper.box(x, y, width, height);
  for (const arrow of arrows) drawArrow(paper, arrow);
  for (const { key, isCompound, x, y, width, height } of states) {
    if (isCompound) paper.write(x + 2, y, ` ${key} `);
    else paper.write(x + Math.floor((width - key.length) / 2), y + Math.floor(height / 2), key);
  }
  for (const { x, y, size } of dots) paper.write(column(x + size / 2), line(y + size / 2), '●');
  return paper.lines();
}

function drawArrow(paper: Canvas, { points, from, to }: Arrow): void {
  const at = points.map(({ x, y }) => ({ x: column(x), y: line(y) }));
  // What was a straight line stays one: rounding may have moved its ends apart.
  const way = at.map((point, index) => {
    const before = points[index - 1];
    if (before === undefined) return point;
    return points[index]?.x === before.x ? { x: column(before.x), y: point.y } : point;
  });
  const end = way.at(-1);
  const last = way.at(-2);
  if (end === undefined || last === undefined) throw new TypeError(`${from} to ${to}: has no way`);
  const [dx, dy] = [Math.sign(end.x - last.x), Math.sign(end.y - last.y)];
  const head = { x: end.x - dx, y: end.y - dy };
  paper.path([...way.slice(0, -1), head]);
  paper.write(head.x, head.y, dy > 0 ? '▼' : dy < 0 ? '▲' : dx > 0 ? '▶' : '◀');
}
