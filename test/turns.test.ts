import { expect, it } from 'vitest';
import { createTurns } from '../src/turns.ts';

it('runs each act when those before it are over, whatever came of them', async () => {
  const inTurn = createTurns();
  const told: string[] = [];
  const act = (name: string, fails = false) =>
    inTurn(async () => {
      told.push(`${name} begins`);
      await new Promise(setImmediate);
      told.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const [first, second] = await Promise.allSettled([act('first', true), act('second')]);
  expect(first).toMatchObject({ status: 'rejected', reason: { message: 'first' } });
  expect(second).toEqual({ status: 'fulfilled', value: 'second' });
  expect(told).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});
