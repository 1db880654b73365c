import type { Chart, ChartState, ChartTransition } from './chart.ts';

/** A chart as a mermaid state diagram. What a state does without leaving it is not drawn: the tables list it. */
export function mermaid(chart: Chart): string {
  const [root] = chart.states;
  if (root === undefined) throw new TypeError(`${chart.name}: has no states`);
  return `${['stateDiagram-v2', ...inside(chart, root, 1), ...arrows(chart)].join('\n')}\n`;
}

/** The states in a state, with the mark of the first one. */
const inside = (chart: Chart, parent: ChartState, depth: number): readonly string[] => {
  const indent = '  '.repeat(depth);
  const children = chart.states.filter(state => state.parent === parent.id);
  return [
    ...children.flatMap(state => [
      ...(isCompound(chart, state)
        ? [
            `${indent}state "${title(state)}" as ${idOf(state.id)} {`,
            ...inside(chart, state, depth + 1),
            `${indent}}`,
          ]
        : [`${indent}state "${title(state)}" as ${idOf(state.id)}`]),
      ...(state.isFinal ? [`${indent}${idOf(state.id)} --> [*]`] : []),
    ]),
    ...(parent.initial === undefined ? [] : [`${indent}[*] --> ${idOf(parent.initial)}`]),
  ];
};

const isCompound = (chart: Chart, state: ChartState): boolean =>
  chart.states.some(({ parent }) => parent === state.id);

const title = ({ key, invokes }: ChartState): string =>
  invokes.length === 0 ? key : `${key} (runs the ${invokes.join(', ')})`;

/** One arrow for each pair of states, with a line for each reason to take it. */
const arrows = (chart: Chart): readonly string[] => {
  const labels = new Map<string, string[]>();
  for (const transition of chart.transitions) {
    if (transition.to === undefined) continue;
    const pair = `  ${idOf(transition.from)} --> ${idOf(transition.to)}`;
    labels.set(pair, [...(labels.get(pair) ?? []), label(transition)]);
  }
  return [...labels].map(([pair, lines]) => {
    const text = lines.filter(line => line !== '').join('<br/>');
    return text === '' ? pair : `${pair} : ${text}`;
  });
};

const label = ({ on, guard }: ChartTransition): string =>
  [on, guard && `[${guard}]`].filter(part => part !== '').join(' ');

const idOf = (id: string): string => id.replaceAll('.', '_');
