import type { Chart, ChartTransition } from './chart.ts';
import type { LiveChart } from './drawn.ts';
import { layout } from './layout.ts';
import { way } from './svg.ts';

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
