import { beforeAll, describe, expect, it } from 'vitest';
import { has } from '../support/needs.ts';
import { SCENARIOS } from './life/scenarios.ts';
import { type Account, compare } from './life/stage.ts';

describe.skipIf(!has('supervisor'))("a process shows as with Python's supervisord that it", () => {
  let oracle: ReadonlyMap<string, Account>;
  let ours: ReadonlyMap<string, Account>;
  beforeAll(async () => {
    ({ oracle, ours } = await compare(SCENARIOS));
  }, 120_000);

  it.each(SCENARIOS)('$sentence ($name)', ({ name, better }) => {
    const expected = oracle.get(name);
    expect(expected?.infos).not.toEqual([]);
    expect(ours.get(name)).toEqual({ ...expected, order: { ...expected?.order, ...better } });
  });
});
