import { expect, it, vi } from 'vitest';
import { parseStat, readUsage } from '../../src/process/usage.ts';
import { createUsages, STEP } from '../../src/web/usage.ts';
import { at, lone } from '../machines/fake.ts';
import { fakeDaemon } from '../rpc/fixture.ts';
import { obedient } from './fixture.ts';

it('reads a line of /proc whose command has spaces and parentheses', () => {
  const fields = Array.from({ length: 50 }, (_, index) => index + 3);
  expect(parseStat(`12 (a) b (c) ${fields.join(' ')}`, 4096)).toEqual({ cpu: 0.29, memory: 24 * 4096 });
});

it('finds what this very process uses, and nothing where no process is', () => {
  const used = readUsage(process.pid);
  expect(used?.cpu).toBeGreaterThan(0);
  expect(Math.abs((used?.memory ?? 0) - process.memoryUsage().rss)).toBeLessThan(64 * 1024 * 1024);
  expect(readUsage(2 ** 30)).toBeUndefined();
});

it('samples only while somebody asks', async () => {
  vi.useFakeTimers();
  try {
    const clock = { now: 0 };
    const daemon = fakeDaemon([lone('cat')], { now: () => at(clock.now) });
    obedient(daemon)();
    let reads = 0;
    const usages = createUsages(daemon.backend, () => {
      reads += 1;
      return { cpu: clock.now / 2000, memory: 4096 };
    });
    const pass = async () => {
      clock.now += STEP;
      await vi.advanceTimersByTimeAsync(STEP);
    };
    expect(reads).toBe(0);
    usages.now();
    await pass();
    expect(reads).toBe(2);
    expect(usages.now().get('cat:cat')).toEqual([50, 4096]);
    expect(usages.curve('cat:cat').cpu.slice(-2)).toEqual([0, 50]);
    for (let step = 0; step < 10; step += 1) await pass();
    const after = reads;
    for (let step = 0; step < 10; step += 1) await pass();
    expect(reads).toBe(after);
    usages.close();
  } finally {
    vi.useRealTimers();
  }
});
