import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asciiOf, drawing, outline, possibilities, widthOf } from '../../src/ctl/chart.ts';
import type { Chart } from '../../src/ctl/protocol.ts';

const diagrams = new URL('../../visualizations/diagrams/', import.meta.url);

const CHART: Chart = {
  lines: [
    '╭─ alive ────╮',
    '│ ╭────────╮ │',
    '│ │running │ ├─╮',
    '│ ╰───┬────╯ │ │',
    '╰─────┼──────╯ │',
    '      ▼        │',
    '  ╭──────╮     │',
    '  │exited│◀────╯',
    '  ╰──────╯',
  ],
  states: [
    { id: 'alive', x: 0, y: 0, width: 14, height: 5 },
    { id: 'alive.running', x: 2, y: 1, width: 10, height: 3 },
    { id: 'exited', x: 2, y: 6, width: 8, height: 3 },
  ],
  transitions: [
    { from: '', to: '', on: 'hold', guard: '' },
    { from: 'alive', to: 'exited', on: 'lost', guard: '' },
    { from: 'alive.running', to: 'exited', on: 'process.exited', guard: '' },
    { from: 'exited', to: 'alive', on: '', guard: 'isWantedUp' },
  ],
  now: ['alive', 'alive.running'],
};

describe('a chart in the terminal', () => {
  it('marks the states that it is in by heavy lines, and leaves the rest as it is', () => {
    expect(drawing(CHART, { coloured: false })).toEqual([
      '┏━ alive ━━━━┓',
      '┃ ┏━━━━━━━━┓ ┃',
      '┃ ┃running ┃ ┠─╮',
      '┃ ┗━━━┯━━━━┛ ┃ │',
      '┗━━━━━┿━━━━━━┛ │',
      '      ▼        │',
      '  ╭──────╮     │',
      '  │exited│◀────╯',
      '  ╰──────╯',
    ]);
  });

  it('in colours has the same letters, and ends each line in no colour', () => {
    const lines = drawing(CHART, { coloured: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them.
    expect(lines.map(line => line.replaceAll(/\x1b\[[\d;]*m/g, ''))).toEqual(
      drawing(CHART, { coloured: false }),
    );
    expect(lines[2]).toContain('\x1b[1;32m┃ ┃running ┃ ┠\x1b[0m');
    expect(lines[7]).toContain('exited');
    expect(lines[7]).not.toContain('\x1b[1;32m');
    for (const line of lines.filter(each => each.includes('\x1b')))
      expect(line.endsWith('\x1b[0m')).toBe(true);
  });

  it('is an outline of its states where the drawing has no room', () => {
    expect(widthOf(CHART)).toBe(16);
    expect(outline(CHART, { coloured: false })).toEqual(['▶ alive', '▶   running', '  exited']);
    expect(outline(CHART, { coloured: true })).toEqual([
      '\x1b[1;32m▶ alive\x1b[0m',
      '\x1b[1;32m▶   running\x1b[0m',
      '  exited',
    ]);
  });

  it('has letters that every terminal knows where there is no more than ASCII', () => {
    expect(drawing(CHART, { coloured: false }).map(asciiOf)).toEqual([
      '## alive #####',
      '# ########## #',
      '# #running # #-+',
      '# ########## # |',
      '############## |',
      '      v        |',
      '  +------+     |',
      '  |exited|<----+',
      '  +------+',
    ]);
    expect(possibilities(CHART).map(asciiOf)[0]).toBe('  process.exited  -> exited');
    const drawn = readdirSync(diagrams).filter(name => name.endsWith('.terminal.json'));
    expect(drawn.length).toBeGreaterThan(0);
    for (const name of drawn) {
      const chart = JSON.parse(readFileSync(new URL(name, diagrams), 'utf8'));
      const lines = [...drawing({ ...chart, now: ['running'] }, { coloured: false }), ...chart.lines];
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is where ASCII begins
      for (const line of lines.map(asciiOf)) expect(line).toMatch(/^[\x00-\x7f]*$/);
    }
  });

  it('lists what may happen, the innermost state first', () => {
    expect(possibilities(CHART)).toEqual([
      '  process.exited  → exited',
      '  lost            → exited',
      '  hold            stays',
    ]);
    expect(possibilities({ ...CHART, now: ['exited'] })).toEqual([
      '  at once [isWantedUp]  → alive',
      '  hold                  stays',
    ]);
  });
});
