import type { ElkEdgeSection, ElkExtendedEdge, ElkNode } from 'elkjs';
import ELK from 'elkjs/lib/elk.bundled.js';
import type { Chart, ChartState, ChartTransition } from './chart.ts';
import { muddle } from './muddle.ts';

/** Sizes of text in pixels, for a monospaced font (0.6 of its size is wide) and a bold one for names. */
export const TEXT = { label: 11, name: 13, line: 15 } as const;

/** A line of an arrow's label: what happens, or the guard in words. */
export interface LabelLine {
  readonly kind: 'on' | 'guard';
  readonly text: string;
}

/** A rectangle in the drawing, its corner at the top left. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A state where it is drawn. */
export interface Box extends Rectangle {
  readonly state: ChartState;
  readonly kind: 'atomic' | 'compound' | 'passing' | 'final';
  /** What it does without leaving: `EVENT / ACTION`. */
  readonly notes: readonly string[];
}

/** The dot from which a compound state begins. */
export interface Dot {
  readonly x: number;
  readonly y: number;
}

/** An arrow where it is drawn: every transition from one state to another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Dot[];
  readonly label: (Rectangle & { readonly lines: readonly LabelLine[] }) | undefined;
}

/** A chart with a place for everything in it. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly dots: readonly (Dot & { readonly size: number })[];
  readonly arrows: readonly Arrow[];
}

const DOT = 10;

const elk = new ELK.default();

type Options = Readonly<Record<string, string>>;

const OPTIONS: Options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.padding': '[top=16,left=16,bottom=16,right=16]',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.thoroughness': '5',
};

/** The layout depends on luck. These are tried, and the most legible is kept: the same one each time. */
const TRIES = ['NETWORK_SIMPLEX', 'LONGEST_PATH'].flatMap(layering =>
  Array.from({ length: 12 }, (_, seed) => ({
    'elk.layered.layering.strategy': layering,
    'elk.randomSeed': String(seed + 1),
  })),
);

/**
 * Finds a place for each state and arrow of a chart, the same one each time. `wishes` are options of elk's; fewer tries
 * cost less time, and perhaps a crossing.
 */
export async function layout(chart: Chart, wishes: Options = {}, tries = TRIES.length): Promise<Layout> {
  const layouts: Layout[] = [];
  for (const luck of TRIES.slice(0, tries))
    layouts.push(await place(chart, { ...OPTIONS, ...wishes, ...luck }));
  return layouts.reduce((best, next) => (muddle(next) < muddle(best) ? next : best));
}

async function place(chart: Chart, options: Options): Promise<Layout> {
  const [root] = chart.states;
  if (root === undefined) throw new TypeError(`${chart.name}: has no states`);
  const arrows = bundles(chart);
  const placed: ElkNode = await elk.layout({
    id: 'paper',
    layoutOptions: options,
    children: [node(chart, root, options)],
    edges: [...arrows.map(edge), ...starts(chart)],
  });
  const nodes = descendants(placed);
  const at = (id: string) => rectangle(nodes.get(id));
  const edges = new Map((placed.edges ?? []).map(found => [found.id, found]));
  return {
    width: round(placed.width),
    height: round(placed.height),
    boxes: chart.states.map(state => ({ ...box(chart, state), ...at(state.id) })),
    dots: compounds(chart).map(({ id }) => ({ ...at(dotOf(id)), size: DOT })),
    arrows: [
      ...arrows.map(({ from, to, lines }, index) => arrow(from, to, lines, edges.get(`arrow ${index}`))),
      ...compounds(chart).map(({ id, initial = '' }) => arrow(id, initial, [], edges.get(dotOf(id)))),
    ],
  };
}

/** The states that begin with one of their children. */
const compounds = (chart: Chart) => chart.states.filter(({ initial }) => initial !== undefined);

const dotOf = (id: string): string => `start of ${id}`;

/** What a state is to the layout: its size, or what is in it. */
function node(chart: Chart, state: ChartState, options: Options): ElkNode {
  const children = chart.states.filter(({ parent }) => parent === state.id);
  const { notes, kind } = box(chart, state);
  const width = Math.max(60, state.key.length * 8.5 + 24, ...notes.map(note => textWidth(note) + 20));
  const header = 30 + notes.length * TEXT.line;
  if (kind === 'compound') {
    const dot = state.initial === undefined ? [] : [{ id: dotOf(state.id), width: DOT, height: DOT }];
    return {
      id: state.id,
      children: [...dot, ...children.map(child => node(chart, child, options))],
      layoutOptions: {
        ...options,
        'elk.padding': `[top=${header + 12},left=14,bottom=14,right=14]`,
        'elk.nodeSize.constraints': 'MINIMUM_SIZE',
        // The layout is made from left to right and then turned, but this size is not turned with it.
        'elk.nodeSize.minimum': `(0, ${width})`,
      },
    };
  }
  return { id: state.id, width, height: kind === 'passing' ? 26 : header + 4 };
}

/** What a state shows of itself. A state that only decides where to go on is drawn as passing. */
function box(chart: Chart, state: ChartState): Pick<Box, 'state' | 'kind' | 'notes'> {
  const own = chart.transitions.filter(({ from }) => from === state.id);
  const passes = own.some(({ on, guard, to }) => on === '' && guard === '' && to) && state.entry.length === 0;
  const kind = chart.states.some(({ parent }) => parent === state.id)
    ? 'compound'
    : state.isFinal
      ? 'final'
      : passes
        ? 'passing'
        : 'atomic';
  const notes = [
    ...state.invokes.map(actor => `runs ${actor}`),
    ...own.filter(({ to }) => to === undefined).map(note),
  ];
  return { state, kind, notes };
}

const note = ({ on, guard, actions }: ChartTransition): string =>
  [on, guard && `[${guard}]`, actions.length > 0 && `/ ${actions.join(', ')}`].filter(Boolean).join(' ');

interface Bundle {
  readonly from: string;
  readonly to: string;
  readonly lines: readonly LabelLine[];
}

/** One arrow for each pair of states, with a line for each reason to take it. */
function bundles(chart: Chart): readonly Bundle[] {
  const pairs = new Map<string, Bundle>();
  for (const { from, to, on, guard } of chart.transitions) {
    if (to === undefined) continue;
    const key = `${from} > ${to}`;
    pairs.set(key, { from, to, lines: [...(pairs.get(key)?.lines ?? []), ...labelLines(on, guard)] });
  }
  return [...pairs.values()];
}

const labelLines = (on: string, guard: string): readonly LabelLine[] => [
  ...(on === '' ? [] : [{ kind: 'on', text: on } as const]),
  ...(guard === '' ? [] : `[${guard}]`.split(/ (?=and )/).map(text => ({ kind: 'guard', text }) as const)),
];

const edge = ({ from, to, lines }: Bundle, index: number): ElkExtendedEdge => ({
  id: `arrow ${index}`,
  sources: [from],
  targets: [to],
  labels:
    lines.length === 0
      ? []
      : [
          {
            text: 'label',
            width: Math.max(...lines.map(({ text }) => textWidth(text))) + 8,
            height: lines.length * TEXT.line + 4,
          },
        ],
});

const starts = (chart: Chart): ElkExtendedEdge[] =>
  compounds(chart).map(({ id, initial = '' }) => ({
    id: dotOf(id),
    sources: [dotOf(id)],
    targets: [initial],
  }));

const textWidth = (text: string): number => text.length * TEXT.label * 0.61;

function arrow(from: string, to: string, lines: readonly LabelLine[], placed?: ElkExtendedEdge): Arrow {
  const [section] = placed?.sections ?? [];
  if (section === undefined) throw new TypeError(`${from} to ${to}: the layout gave it no way`);
  const [label] = placed?.labels ?? [];
  return { from, to, points: points(section), label: label && { ...rectangle(label), lines } };
}

const points = ({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection): readonly Dot[] =>
  [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: round(x), y: round(y) }));

const descendants = (parent: ElkNode): ReadonlyMap<string, ElkNode> =>
  new Map((parent.children ?? []).flatMap(child => [[child.id, child] as const, ...descendants(child)]));

const rectangle = ({ x, y, width, height }: Partial<Rectangle> = {}): Rectangle => ({
  x: round(x),
  y: round(y),
  width: round(width),
  height: round(height),
});

/** To a tenth of a pixel. */
export const round = (value = Number.NaN): number => Math.round(value * 10) / 10;
