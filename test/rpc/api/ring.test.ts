import { describe, expect, it } from 'vitest';
import { Ring } from '../../../src/rpc/api/ring.ts';

describe('a ring', () => {
  it('numbers what is added from 1, and forgets the oldest when it is full', () => {
    const ring = new Ring<string>(3);
    expect([ring.first, ring.last]).toEqual([1, 0]);
    for (const item of ['a', 'b', 'c', 'd']) ring.add(item, 0);
    expect([ring.first, ring.last]).toEqual([2, 4]);
    expect([0, 1, 2, 3, 4, 5].map(seq => ring.get(seq)?.item)).toEqual([
      undefined,
      undefined,
      'b',
      'c',
      'd',
      undefined,
    ]);
  });

  it('calls back at each addition until it is told not to', () => {
    const ring = new Ring<string>(3);
    let calls = 0;
    const stop = ring.watch(() => {
      calls += 1;
    });
    ring.add('a', 0);
    stop();
    ring.add('b', 0);
    expect(calls).toBe(1);
  });
});
