import { describe, expect, it } from 'vitest';
import { axis } from '../../bench/scale.ts';

describe('a logarithmic axis', () => {
  it('ends in the round numbers around its values', () => {
    expect(axis([31, 140], 0, 100).ticks).toEqual([20, 50, 100, 200]);
    expect(axis([100, 10_000], 0, 100).ticks).toEqual([100, 200, 500, 1000, 2000, 5000, 10_000]);
  });

  it('has the powers of ten and its ends alone where there would be many numbers', () => {
    expect(axis([100, 10_000], 0, 100, 4).ticks).toEqual([100, 1000, 10_000]);
    expect(axis([3, 45_000], 0, 100).ticks).toEqual([2, 10, 100, 1000, 10_000, 50_000]);
  });

  it('gives each power of ten the same length, also upwards', () => {
    const { at } = axis([1, 10_000], 200, 0);
    expect([1, 10, 100, 10_000].map(at)).toEqual([200, 150, 100, 0]);
  });

  it('has a length where all values are the same', () => {
    expect(axis([100, 100], 0, 10).ticks).toEqual([100, 200]);
  });
});
