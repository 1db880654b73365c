import { describe, expect, it } from 'vitest';
import { curve } from '../../bench/curve.ts';
import { resultOf, type Samples } from '../../bench/row.ts';

const grown = (key: string, samples: Samples) =>
  resultOf('growth', { key, title: key, unit: 'ms', better: 'less' }, samples);

describe('the picture of the growth', () => {
  it('is not drawn where no growth was measured', () => {
    expect(curve([grown('respawn', { ours: [1] })])).toBeUndefined();
  });

  it('has a panel for each cost that was measured, with its unit, and a line for each supervisor', () => {
    const picture = curve([
      grown('grow-rss-100', { ours: [60], python: [32] }),
      grown('grow-rss-1000', { ours: [80], python: [46] }),
      grown('grow-rss-10000', { ours: [300] }),
    ]);
    expect(picture?.match(/class="title"/g)).toHaveLength(1);
    expect(picture).toContain('memory (RSS), MiB');
    const lines = [...(picture ?? '').matchAll(/class="line (\w+)" points="([^"]*)"/g)];
    expect(lines.map(([, who, points]) => [who, points?.split(' ').length])).toEqual([
      ['python', 2],
      ['ours', 3],
    ]);
  });

  it('writes the last value at the end of a line, and leaves out what a logarithm has not', () => {
    const picture = curve([grown('grow-idle-100', { ours: [0] }), grown('grow-idle-1000', { ours: [5] })]);
    expect(picture).toContain('>5.00</text>');
    expect(picture?.match(/class="dot ours"/g)).toHaveLength(2);
    expect(picture).not.toContain('NaN');
  });
});
