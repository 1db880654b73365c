import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createQueue } from '../../src/process/queue.ts';

describe('the queue', () => {
  it('works in order, and never before the next turn', async () => {
    const done: number[] = [];
    const queue = createQueue(1000, () => 0);
    for (const i of [1, 2, 3]) queue.enter(() => done.push(i));
    expect(done).toEqual([]);
    await turn();
    expect(done).toEqual([1, 2, 3]);
  });

  it('gives others a turn when its budget is spent, but does one task at least', async () => {
    let clock = 0;
    const done: number[] = [];
    const queue = createQueue(4, () => clock);
    for (const i of [1, 2, 3, 4, 5, 6]) {
      queue.enter(() => {
        done.push(i);
        clock += i === 6 ? 100 : 2;
      });
    }
    const seen: number[] = [];
    while (done.length < 6) {
      await turn();
      seen.push(done.length);
    }
    expect(seen).toEqual([2, 4, 6]);
  });

  it('forgets who leaves, also one that waits twice', async () => {
    const done: string[] = [];
    const queue = createQueue(1000, () => 0);
    const task = () => void done.push('task');
    const leave = queue.enter(task);
    queue.enter(task);
    leave();
    leave();
    await turn();
    expect(done).toEqual(['task']);
  });

  it('goes on after everybody left', async () => {
    const done: string[] = [];
    const queue = createQueue(1000, () => 0);
    queue.enter(() => void done.push('gone'))();
    queue.enter(() => void done.push('here'));
    await turn();
    queue.enter(() => void done.push('later'));
    await turn();
    expect(done).toEqual(['here', 'later']);
  });

  it('lets a task enter another', async () => {
    const done: string[] = [];
    const queue = createQueue(0, () => 0);
    queue.enter(() => queue.enter(() => void done.push('inner')));
    await turn();
    await turn();
    expect(done).toEqual(['inner']);
  });
});
