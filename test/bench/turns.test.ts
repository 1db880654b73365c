import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../bench/row.ts';
import { type Plan, roundsOf, takeTurns } from '../../bench/turns.ts';
import type { Workshop } from '../../bench/workshop.ts';

const shop: Workshop = {
  folder: '/nowhere',
  child: '/nowhere/child',
  quick: true,
  isClosed: false,
  ear: () => {
    throw new Error('nobody speaks');
  },
  keep: end => end,
  end: async () => {},
  close: async () => {},
};

const plan: Plan = { quick: true, ours: false, pm2: false, limit: 10_000 };

const experiment = (more: Partial<Experiment> = {}): Experiment => ({
  name: 'e',
  rows: [{ key: 'k', title: 'a figure', unit: 'ms', better: 'less' }],
  rounds: { full: 3, quick: 2 },
  seconds: { full: 1, quick: 1 },
  measure: async ({ who }) => ({ k: [who === 'ours' ? 1 : 4] }),
  ...more,
});

/** The turns as they were told, and what came of them. */
async function take(one: Experiment, planned = plan, place = shop) {
  const turns: string[] = [];
  const outcome = await takeTurns(one, place, planned, (who, round) => turns.push(`${who} ${round}`));
  return { turns, ...outcome };
}

describe('the turns of an experiment', () => {
  it('alternate, and their samples are pooled', async () => {
    const { turns, results, failures } = await take(experiment());
    expect(turns).toEqual(['python 1', 'ours 1', 'python 2', 'ours 2']);
    expect(results[0]).toMatchObject({ ratio: 4, figures: { ours: { samples: 2 }, python: { samples: 2 } } });
    expect(failures).toEqual([]);
  });

  it('are as many as the command line says, else as the experiment does, and one at least', () => {
    const rounds = { full: 3, quick: 0 };
    expect(roundsOf({ rounds }, { ...plan, rounds: 7 })).toBe(7);
    expect(roundsOf({ rounds }, { ...plan, quick: false })).toBe(3);
    expect(roundsOf({ rounds }, plan)).toBe(1);
  });

  it("are given to pm2 only where it is asked for, and to nobody but ours with 'ours'", async () => {
    const one = experiment({ pm2: async () => ({ k: [2] }), limit: async () => ({ k: [0.5] }) });
    expect((await take(one)).turns).not.toContain('pm2 1');
    const { results } = await take(one, { ...plan, pm2: true });
    expect(results[0]?.figures).toMatchObject({ pm2: { median: 2 }, limit: { median: 0.5 } });
    expect((await take(one, { ...plan, ours: true })).turns).toEqual(['ours 1', 'ours 2']);
  });

  it('end for whoever breaks, with the reason, and go on for the others', async () => {
    const { turns, results, failures } = await take(
      experiment({
        measure: async ({ who }) => {
          if (who === 'python') throw new Error('connection closed');
          return { k: [1] };
        },
      }),
    );
    expect(turns).toEqual(['python 1', 'ours 1', 'ours 2']);
    expect(failures).toEqual([{ experiment: 'e', who: 'python', message: 'connection closed' }]);
    expect(results[0]?.figures).toEqual({ ours: { median: 1, p99: 1, samples: 2 } });
  });

  it('end when they take too long, and so does what was started in them', async () => {
    const ended: string[] = [];
    const { failures } = await take(
      experiment({ subjects: ['ours'], measure: () => new Promise(() => {}) }),
      { ...plan, limit: 10 },
      { ...shop, end: async () => void ended.push('all') },
    );
    expect(failures).toEqual([{ experiment: 'e', who: 'ours', message: 'took longer than 0.01 s' }]);
    expect(ended).toEqual(['all']);
  });

  it('are not taken on a machine that is too small', async () => {
    const { turns, results, refusal } = await take(experiment({ refusal: () => 'needs more' }));
    expect([turns, results, refusal]).toEqual([[], [], 'needs more']);
  });

  it('are not taken in a workshop that was closed', async () => {
    const { turns, results } = await take(experiment(), plan, { ...shop, isClosed: true });
    expect([turns, results]).toEqual([[], []]);
  });
});
