import { expect, it, vi } from 'vitest';
import { createUsages, STEP } from '../../src/web/usage.ts';
import { at, lone } from '../machines/fake.ts';
import { fakeDaemon } from '../rpc/fixture.ts';
import { obedient } from './fixture.ts';

it('samples only while somebody asks', async () => {
  vi.useFakeTimers();
  try {
    const clock = { now: 0 };
    const daemon = fakeDaemon([lone('cat')], { now: () => at(clock.now) });
    obedient(daemon)();
    let reads = 0;
    const usages = createUsages(
      daemon.backend,
      async pids => {
        reads += 1;
        return new Map([...pids].map(pid => [pid, { cpu: clock.now / 2000, memory: 4096 }]));
      },
      cause => expect.unreachable(cause.message),
    );
    const pass = async () => {
      clock.now += STEP;
      await vi.advanceTimersByTimeAsync(STEP);
    };
    expect(reads).toBe(0);
    usages.now();
    await vi.advanceTimersByTimeAsync(0);
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

it('tells of a pass that fails, and goes on with the next', async () => {
  vi.useFakeTimers();
  try {
    const told: string[] = [];
    const daemon = fakeDaemon([lone('cat')], { now: () => at(0) });
    const read = async () => {
      throw new Error('EMFILE');
    };
    const usages = createUsages(daemon.backend, read, ({ message }) => told.push(message));
    usages.now();
    await vi.advanceTimersByTimeAsync(STEP);
    expect(told).toEqual(['EMFILE', 'EMFILE']);
    usages.close();
  } finally {
    vi.useRealTimers();
  }
});
