import type { Chart, ChartTransition } from './chart.ts';
import { type Layout, layout } from './layout.ts';
import { way } from './svg.ts';

/** A chart as the web page draws it: places, paths and words. */
export interface LiveChart {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly {
    readonly id: string;
    readonly key: string;
    readonly kind: Layout['boxes'][number]['kind'];
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly dots: readonly { readonly x: number; readonly y: number; readonly r: number }[];
  readonly arrows: readonly {
    readonly from: string;
    readonly to: string;
    readonly path: string;
    /** Each reason to take it, with its guard. */
    readonly reasons: readonly string[];
    readonly label?: { readonly x: number; readonly y: number; readonly lines: readonly string[] };
  }[];
}

/** From left to right, as a screen is wide; close together, since the words are few. */
const WISHES = {
  'elk.direction': 'RIGHT',
  'elk.padding': '[top=4,left=4,bottom=4,right=4]',
  'elk.spacing.nodeNode': '20',
  'elk.spacing.edgeNode': '9',
  'elk.spacing.edgeEdge': '8',
  'elk.layered.spacing.nodeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeNodeBetweenLayers': '7',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '7',
} as const;

/** A chart for the web page, as JSON: its words are short, the whole reasons stand beside each arrow. */
export async function live(chart: Chart): Promise<string> {
  const { width, height, boxes, dots, arrows } = await layout(brief(chart), WISHES);
  const drawn: LiveChart = {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: boxes
      .filter(({ state }) => state.id !== '')
      .map(({ state, kind, x, y, width, height }) => ({
        ...{ id: state.id, key: state.key, kind },
        ...{ x, y, width, height },
      })),
    dots: dots.map(({ x, y, size }) => ({ x: x + size / 2, y: y + size / 2, r: size / 2 })),
    arrows: arrows.map(({ from, to, points, label }) => ({
      from,
      to,
      path: way(points),
      reasons: chart.transitions.filter(taken => taken.from === from && taken.to === to).map(reason),
      label: label && { x: label.x + 4, y: label.y + 13, lines: label.lines.map(({ text }) => text) },
    })),
  };
  return `${JSON.stringify(drawn, undefined, 1)}\n`;
}

/** Only what happens and where it leads; a word that several reasons share stands once. */
function brief(chart: Chart): Chart {
  const seen = new Set<string>();
  const transitions = chart.transitions
    .filter(({ to }) => to !== undefined)
    .map(transition => ({ ...transition, on: word(transition.on), guard: '' }))
    .filter(({ from, to, on }) => {
      const key = `${from} ${to} ${on}`;
      return !seen.has(key) && seen.add(key);
    });
  return { ...chart, transitions, states: chart.states.map(state => ({ ...state, invokes: [] })) };
}

/** `instance.stop` is told and `process.exited` is heard: on the chart of one process both go without saying. */
const word = (on: string): string => on.replace(/^(instance|process)\./, '');

const reason = ({ on, guard }: ChartTransition): string =>
  [on || 'at once', guard && `[${guard}]`].filter(Boolean).join(' ');
