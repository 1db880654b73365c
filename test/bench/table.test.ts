import { describe, expect, it } from 'vitest';
import { type Row, resultOf } from '../../bench/row.ts';
import { advantage, median, percentile } from '../../bench/statistics.ts';
import { digits, markdown } from '../../bench/table.ts';

const row: Row = { key: 'k', title: 'a figure', unit: 'ms', better: 'less', goal: 2, bound: 10 };

describe('the statistics of the bench', () => {
  it('take the middle sample, or the mean of the middle two', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('take percentiles by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.99)).toBeNaN();
  });

  it('say how many times better ours is, whichever way is good', () => {
    expect(advantage(10, 40, 'less')).toBe(4);
    expect(advantage(10, 40, 'more')).toBe(0.25);
  });
});

describe('a row of the bench', () => {
  it.each([
    ['both are reached', [5], [20], true],
    ['the goal is missed', [9], [10], false],
    ['the bound is missed', [11], [40], false],
  ])('is judged by goal and bound: %s', (_, ours, python, met) => {
    expect(resultOf('e', row, { ours, python }).met).toBe(met);
  });

  it('is judged by the bound alone where only ours was measured, and not at all without ours', () => {
    expect(resultOf('e', row, { ours: [5] })).toMatchObject({ ratio: undefined, met: true });
    expect(resultOf('e', row, { python: [5] }).met).toBeUndefined();
  });

  it('is judged by its p99 where it says so', () => {
    const samples = { ours: [1, 1, 1, 30], python: [20, 20, 20, 20] };
    expect(resultOf('e', { ...row, bound: undefined, judged: 'p99' }, samples).met).toBe(false);
    expect(resultOf('e', { ...row, bound: undefined }, samples).met).toBe(true);
  });
});

describe('the table of the bench', () => {
  it('has medians, the worst of few samples, ratio and verdict', () => {
    const text = markdown([resultOf('e', row, { ours: [4, 4, 4, 5], python: [1000] })]);
    expect(text.split('\n').at(2)).toBe(
      '| a figure | ms | 1,000 | 4.00 (worst 5.00) |  | 250 | 2 x, at most 10.0 | met |',
    );
  });

  it('has p99 where there are samples enough for it', () => {
    const many = [...Array.from({ length: 198 }, () => 4), 5, 9];
    expect(markdown([resultOf('e', row, { ours: many })])).toContain('| 4.00 (4.00) |');
    expect(markdown([resultOf('e', row, { ours: [...many, 9] })])).toContain('| 4.00 (5.00) |');
  });

  it('has a column for pm2 where it was measured, and says where ours is behind it', () => {
    const behind = resultOf('e', row, { ours: [6], python: [20], pm2: [5] });
    expect(markdown([behind]).split('\n').at(0)).toContain("| Debian's | ours | pm2 | bare |");
    expect(markdown([behind]).split('\n').at(2)).toContain("| met, **behind pm2's** |");
    const nothing = resultOf('e', row, { ours: [1], pm2: [0] });
    expect(nothing.ahead).toBe(false);
    const ahead = resultOf('e', row, { ours: [4], python: [20], pm2: [5] });
    expect([ahead.ahead, markdown([ahead])]).toEqual([true, expect.not.stringContaining('behind')]);
  });

  it.each([
    [1234.5, '1,235'],
    [123.4, '123'],
    [12.34, '12.3'],
    [1.234, '1.23'],
    [Number.NaN, '-'],
  ])('writes %d as %s', (value, text) => {
    expect(digits(value)).toBe(text);
  });
});
