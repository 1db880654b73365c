import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTroubles } from '../../src/process/troubles.ts';

describe('a trouble', () => {
  let told: string[];
  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
  });
  afterEach(() => vi.useRealTimers());
  const troubles = () => createTroubles(text => told.push(text), 1000);

  it('is told at once, and its repetitions once a period, by their number', () => {
    const tell = troubles();
    for (let time = 0; time < 50; time++) tell('a: no');
    tell('b: no');
    expect(told).toEqual(['a: no', 'b: no']);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual(['a: no', 'b: no', 'a: no (49 times more)']);
    tell('a: no');
    expect(told).toHaveLength(3);
    vi.advanceTimersByTime(1000);
    expect(told.at(-1)).toBe('a: no (1 times more)');
  });

  it('is new again when it was quiet for a period', () => {
    const tell = troubles();
    tell('a: no');
    vi.advanceTimersByTime(1000);
    tell('a: no');
    expect(told).toEqual(['a: no', 'a: no']);
  });
});
