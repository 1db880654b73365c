import { describe, expect, it } from 'vitest';
import { most, shortage, thisMachine } from '../../bench/limits.ts';

const machine = { files: 1_000_000, processes: 32_000, memory: 24_000 };

describe('the size of the machine', () => {
  it('is enough for 10,000 programs where files, processes and memory are', () => {
    expect(shortage(10_000, machine)).toBeUndefined();
  });

  it.each([
    [{ files: 10_000 }, '10000 programs need 10100 open files, has 10000'],
    [{ processes: 4000 }, '10000 programs need 10500 processes, has 4000'],
    [{ memory: 1000 }, '10000 programs need 4000 MiB of memory, has 1000'],
  ])('is refused with what is short: %o', (less, text) => {
    expect(shortage(10_000, { ...machine, ...less })).toBe(text);
  });

  it('decides how many programs there are at most', () => {
    expect(most(10_000, machine)).toBe(10_000);
    expect(most(10_000, { ...machine, files: 10_000 })).toBe(9900);
    expect(most(10_000, { ...machine, memory: 0 })).toBe(0);
  });

  it('is read from the kernel', () => {
    const { files, processes, memory } = thisMachine();
    expect(files).toBeGreaterThan(100);
    expect(processes).toBeGreaterThan(100);
    expect(memory).toBeGreaterThan(10);
  });
});
