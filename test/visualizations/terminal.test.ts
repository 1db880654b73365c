import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canvas } from '../../visualizations/canvas.ts';
import { chart } from '../../visualizations/chart.ts';
import { machines } from '../../visualizations/export.ts';
import type { TextChart } from '../../visualizations/terminal.ts';

describe('lines that meet', () => {
  it('become corners, branches and crossings', () => {
    const paper = canvas();
    paper.box(0, 0, 5, 3);
    paper.path([
      { x: 2, y: 2 },
      { x: 2, y: 4 },
      { x: 6, y: 4 },
    ]);
    paper.path([
      { x: 2, y: 1 },
      { x: 8, y: 1 },
    ]);
    paper.write(8, 1, '▶');
    expect(paper.lines()).toEqual(['╭───╮', '│ ──┼───▶', '╰─┬─╯', '  │', '  ╰────']);
  });
});

describe.each(['instance', 'supervisor'])('the %s in characters', name => {
  const drawn: TextChart = JSON.parse(
    readFileSync(new URL(`../../visualizations/diagrams/${name}.terminal.json`, import.meta.url), 'utf8'),
  );

  it('fits in a terminal of 80 columns', () => {
    expect(Math.max(...drawn.lines.map(line => line.length))).toBeLessThanOrEqual(80);
  });

  it('has a box for each state, with its name in it', async () => {
    const machine = (await machines()).find(({ id }) => id === name);
    if (machine === undefined) throw new Error(`${name}: no such machine`);
    const states = chart(machine).states.filter(({ id }) => id !== '');
    expect(drawn.states.map(({ id }) => id)).toEqual(states.map(({ id }) => id));
    for (const { id, x, y, width, height } of drawn.states) {
      const rows = drawn.lines.slice(y, y + height).map(row => row.slice(x, x + width));
      expect(rows[0], id).toMatch(/^╭.*╮$/);
      expect(rows.at(-1), id).toMatch(/^╰.*╯$/);
      expect(rows.join('\n')).toContain(id.split('.').at(-1));
    }
  });

  it('has an arrow for each pair of states, and one from each dot', () => {
    const ways = drawn.transitions.filter(({ from, to }) => to !== '' && to !== from);
    const pairs = new Set(ways.map(({ from, to }) => `${from} ${to}`));
    const letters = drawn.lines.join('');
    const heads = [...letters].filter(letter => '▼▲▶◀'.includes(letter)).length;
    // Two arrows may come in at one place.
    expect(heads).toBeGreaterThan(pairs.size * 0.8);
    expect(heads).toBeLessThanOrEqual(pairs.size + [...letters].filter(letter => letter === '●').length);
  });
});
