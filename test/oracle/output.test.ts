import { beforeAll, describe, expect, it } from 'vitest';
import { startDaemon, startOracle } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { PLAIN_SCENARIOS, SCENARIOS } from './output/scenarios.ts';
import { type Outcome, perform } from './output/stage.ts';

const BATCHES = [
  { scenarios: SCENARIOS, settings: '', args: [] },
  { scenarios: PLAIN_SCENARIOS, settings: 'strip_ansi=true\nnocleanup=true', args: ['-s'] },
] as const;

describe.skipIf(!has('supervisor'))('what programs write', () => {
  let theirs: ReadonlyMap<string, Outcome>;
  let ours: ReadonlyMap<string, Outcome>;

  beforeAll(async () => {
    const all = async (start: typeof startDaemon) => {
      const played = BATCHES.map(({ scenarios, settings, args }) =>
        perform(start, scenarios, settings, { args, inFiles: true }),
      );
      return new Map((await Promise.all(played)).flatMap(outcomes => [...outcomes]));
    };
    [theirs, ours] = await Promise.all([all(startOracle), all(startDaemon)]);
  }, 180_000);

  it.each(
    BATCHES.flatMap(({ scenarios }) => scenarios).map(scenario => [scenario.sentence, scenario] as const),
  )('%s', (_, { name, better }) => {
    expect(theirs.get(name)).toBeDefined();
    expect(ours.get(name)).toEqual({ ...theirs.get(name), ...better });
  });
});
