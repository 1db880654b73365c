import type { Chart, ChartState, ChartTransition } from './chart.ts';

/** A chart as a Markdown page: what each state does on each event, then every transition with its guard and actions. */
export function table(chart: Chart): string {
  return [
    `# The ${chart.name} machine as a table`,
    'Generated from `machines/` by `npm run diagrams`: do not edit.',
    `![The ${chart.name} machine](../visualizations/diagrams/${chart.name}.svg)`,
    '## State and event',
    'Where an event leads from each state in which a process can rest, its parents’ answers included. `·` is: ignored.',
    rows(matrix(chart)),
    '## Every transition',
    'The first row of a state and event whose guard says yes is taken. *At once* is on entry, and again after each event.',
    rows([['State', 'On', 'If', 'Goes to', 'Does'], ...chart.transitions.map(transitionRow)]),
    '## What states do on entry',
    rows([
      ['State', 'Enters by', 'Runs'],
      ...chart.states
        .filter(({ entry, invokes }) => entry.length + invokes.length > 0)
        .map(({ id, entry, invokes }) => [code(id), list(entry), list(invokes)]),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** A column for each state in which the machine can rest, a row for each event. */
function matrix(chart: Chart): readonly (readonly string[])[] {
  const states = chart.states.filter(state => state.initial === undefined && !passes(chart, state));
  const events = [...new Set(chart.transitions.map(({ on }) => on))].filter(on => on !== '');
  return [
    ['', ...states.map(({ id }) => code(id.split('.').at(-1) ?? id))],
    ...events.map(on => [code(on), ...states.map(state => answer(chart, state, on))]),
  ];
}

/** A state that is left at once, whatever the guards say. */
const passes = (chart: Chart, { id }: ChartState): boolean =>
  chart.transitions.some(({ from, on, guard }) => from === id && on === '' && guard === '');

/** The first answer without a guard ends the search; until then parents are asked, too. */
function answer(chart: Chart, state: ChartState, on: string): string {
  const found: ChartTransition[] = [];
  let asked: ChartState | undefined = state;
  while (asked !== undefined && found.every(({ guard }) => guard !== '')) {
    const { id, parent }: ChartState = asked;
    found.push(...chart.transitions.filter(transition => transition.from === id && transition.on === on));
    asked = chart.states.find(candidate => candidate.id === parent);
  }
  return (
    found
      .map(({ to, guard }) =>
        [to === undefined ? 'stays' : code(to), guard && `if ${guard}`].join(' ').trim(),
      )
      .join(', ') || '·'
  );
}

const transitionRow = ({ from, on, guard, to, actions }: ChartTransition): readonly string[] => [
  code(from || 'anywhere'),
  on === '' ? '*at once*' : code(on),
  guard,
  to === undefined ? 'stays' : code(to),
  list(actions),
];

const rows = ([head = [], ...body]: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map(cells => `| ${cells.join(' | ')} |`).join('\n');

const list = (names: readonly string[]): string => names.map(code).join(', ');

const code = (text: string): string => `\`${text}\``;
