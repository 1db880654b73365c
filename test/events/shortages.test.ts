import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Shortage, SupervisorNotice } from '../../machines/events.ts';
import { createShortages } from '../../src/events/shortages.ts';
import { entered, of } from '../support/notices.ts';

const failed = (name: string, shortage?: Shortage): SupervisorNotice => ({
  type: 'instance.spawnerr',
  ...of(name),
  spawnerr: 'no',
  ...(shortage && { shortage }),
});
const spawned = (name: string): SupervisorNotice => ({ type: 'instance.spawned', ...of(name), pid: 7 });
const failing = { from: 'BACKOFF', pid: 0, tries: 1, spawnerr: 'no' } as const;

describe('a shortage of the machine', () => {
  let told: string[];
  let silences: (notice: SupervisorNotice) => boolean;
  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    ({ silences } = createShortages(
      ({ level, text }) => told.push(`${level} ${text}`),
      () => performance.now(),
    ));
  });
  afterEach(() => vi.useRealTimers());

  it('is told by the first spawn that fails of it; the line of each later one is left out', () => {
    expect(silences(failed('a', 'processes'))).toBe(false);
    expect(silences(failed('b', 'processes'))).toBe(true);
    expect(silences(failed('a', 'processes'))).toBe(true);
    // Another shortage is another story.
    expect(silences(failed('a', 'memory'))).toBe(false);
  });

  it('leaves every other failure its line', () => {
    expect(silences(failed('a'))).toBe(false);
    expect(silences(failed('a'))).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });

  it('is summed up soon, and then ever more rarely, for as long as it lasts', () => {
    for (let second = 0; second < 100; second += 1) {
      for (const name of ['a', 'b', 'c', 'd', 'e']) silences(failed(name, 'descriptors'));
      vi.advanceTimersByTime(1000);
    }
    const line = (tries: number, time: number) =>
      `warn ${tries} tries to spawn a, b, c and 2 more have failed in ${time} s: no descriptors are left; they go on`;
    expect(told).toEqual([line(5, 1), line(55, 11), line(155, 31), line(355, 71)]);
  });

  it('is over when all that waited are spawned, and it stays so', () => {
    silences(failed('a', 'processes'));
    silences(failed('b', 'processes'));
    vi.advanceTimersByTime(2000);
    silences(spawned('a'));
    vi.advanceTimersByTime(8000);
    silences(entered('b', { ...failing, to: 'STARTING' }));
    expect(told).toHaveLength(1);
    silences(spawned('b'));
    vi.advanceTimersByTime(1000);
    expect(told.slice(1)).toEqual(['info processes are spawned again, after 2 failed tries in 1 s']);
    expect(silences(failed('a', 'processes'))).toBe(false);
  });

  it('that comes and goes is one', () => {
    silences(failed('a', 'processes'));
    for (let time = 0; time < 9; time += 1) {
      silences(spawned('a'));
      vi.advanceTimersByTime(1000);
      expect(silences(failed('a', 'processes'))).toBe(true);
    }
    expect(told).toEqual([
      'warn 2 tries to spawn a have failed in 2 s: the limit of processes is reached; they go on',
    ]);
  });

  it('ends without a word when nobody waits for its end', () => {
    silences(failed('a', 'processes'));
    silences(entered('a', { ...failing, to: 'STOPPED' }));
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
    expect(silences(failed('a', 'processes'))).toBe(false);
  });
});
