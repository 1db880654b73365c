import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Destination } from '../../src/output/destination.ts';
import { Lines } from '../../src/output/lines.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A terminal whose user has stopped it: it holds what it is given, until it goes on. */
function stalled() {
  const taken: string[] = [];
  let since = 0;
  let settle: (() => void) | undefined;
  const destination = {
    refusing: false,
    get holding() {
      return settle !== undefined;
    },
    get stillSince() {
      return settle === undefined ? performance.now() : since;
    },
    async write(bytes: Buffer) {
      taken.push(bytes.toString());
      since = performance.now();
      settle = () => {};
    },
    settled: () =>
      new Promise<void>(resolve => {
        settle = () => {
          settle = undefined;
          resolve();
        };
      }),
  } as Partial<Destination> as Destination;
  return { destination, taken, goOn: () => settle?.() };
}

it('waits no longer than a second for a reader that takes nothing', async () => {
  const { destination } = stalled();
  const lines = new Lines(destination);
  lines.push('one\n');
  let isDone = false;
  const flushed = lines.flush().then(() => {
    isDone = true;
  });
  await vi.advanceTimersByTimeAsync(900);
  expect(isDone).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  await flushed;
});

it('waits for a reader that is slow but takes what it is given', async () => {
  const { destination, taken, goOn } = stalled();
  const lines = new Lines(destination);
  lines.push('one\n');
  const flushed = lines.flush();
  await vi.advanceTimersByTimeAsync(0);
  lines.push('two\n');
  await vi.advanceTimersByTimeAsync(900);
  goOn();
  await vi.advanceTimersByTimeAsync(900);
  goOn();
  await flushed;
  expect(taken).toEqual(['one\n', 'two\n']);
});
