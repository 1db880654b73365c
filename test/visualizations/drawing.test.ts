import { describe, expect, it } from 'vitest';
import { chart } from '../../visualizations/chart.ts';
import { layout } from '../../visualizations/layout.ts';
import { mermaid } from '../../visualizations/mermaid.ts';
import { svg } from '../../visualizations/svg.ts';
import { table } from '../../visualizations/table.ts';
import { sampleMachine } from './sample.ts';

const drawn = chart(sampleMachine);

describe('mermaid source', () => {
  it('nests states, marks first and last ones, and labels arrows by event and guard', () => {
    expect(mermaid(drawn).split('\n')).toEqual(
      expect.arrayContaining([
        'stateDiagram-v2',
        '  state "busy (runs the motor)" as busy {',
        '    state "slow" as busy_slow',
        '    [*] --> busy_slow',
        '  [*] --> choosing',
        '  done --> [*]',
        '  choosing --> busy : [isReady and not isTired]',
        '  choosing --> idle',
        '  busy_slow --> busy_fast : after patience',
      ]),
    );
  });
});

describe('a layout', async () => {
  const placed = await layout(drawn);

  it('is the same each time', async () => {
    expect(await layout(drawn)).toEqual(placed);
  });

  it('puts each state into its parent', () => {
    const boxes = new Map(placed.boxes.map(box => [box.state.id, box]));
    for (const { state, x, y, width, height } of placed.boxes) {
      const parent = state.parent === undefined ? { x: 0, y: 0, ...placed } : boxes.get(state.parent);
      if (parent === undefined) throw new Error(`${state.id}: no parent`);
      expect(
        [x - parent.x, y - parent.y].every(gap => gap > 0),
        state.id,
      ).toBe(true);
      expect(x + width, state.id).toBeLessThan(parent.x + parent.width);
      expect(y + height, state.id).toBeLessThan(parent.y + parent.height);
    }
  });

  it('keeps states of one parent apart', () => {
    for (const a of placed.boxes) {
      for (const b of placed.boxes.filter(
        ({ state }) => state.parent === a.state.parent && state !== a.state,
      )) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.state.id} and ${b.state.id}`).toBe(true);
      }
    }
  });

  it('draws each arrow from the border of one state to the border of the other, with its label', () => {
    const boxes = new Map(placed.boxes.map(box => [box.state.id, box]));
    const arrow = placed.arrows.find(({ from, to }) => from === 'busy.slow' && to === 'busy.fast');
    for (const [id, point] of [
      ['busy.slow', arrow?.points[0]] as const,
      ['busy.fast', arrow?.points.at(-1)] as const,
    ]) {
      const { x, y, width, height } = boxes.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
      expect(point?.x).toBeGreaterThan(x);
      expect(point?.x).toBeLessThan(x + width);
      expect([y, y + height].map(Math.round)).toContain(Math.round(point?.y ?? 0));
    }
    expect(arrow?.label?.lines).toEqual([{ kind: 'on', text: 'after patience' }]);
  });
});

describe('a drawing', async () => {
  const text = svg(drawn.name, await layout(drawn));

  it('shows every state with its id, and what it does without leaving', () => {
    for (const { id } of drawn.states) expect(text).toContain(`data-state="${id}"`);
    expect(text).toContain('>runs motor<');
    expect(text).toContain('>poke / wave<');
  });

  it('needs nothing from anywhere else', () => {
    expect(text.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|<script/);
  });

  it('cannot be broken by a name', async () => {
    const [root, ...states] = drawn.states;
    if (root === undefined) throw new Error('no root');
    const hostile = { ...drawn, states: [{ ...root, key: '<b>"&' }, ...states] };
    expect(svg('<x>', await layout(hostile))).toContain('>&lt;b&gt;&quot;&amp;</text>');
  });
});

describe('a table', () => {
  const rows = table(drawn).split('\n');

  it('has a column for each state in which the machine can rest', () => {
    expect(rows).toContain('|  | `idle` | `slow` | `fast` | `done` |');
  });

  it('asks the parents where a state has no answer', () => {
    expect(rows).toContain('| `stop` | · | `done` | `done` | · |');
    expect(rows).toContain('| `poke` | · | stays | stays | · |');
  });

  it('lists the answers in order, with their guards', () => {
    expect(rows).toContain('| `go` | `busy` | · | `busy.slow` if isTired, `done` | · |');
  });
});
