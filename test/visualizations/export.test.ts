import { describe, expect, it } from 'vitest';
import { machines, stale } from '../../visualizations/export.ts';

describe('the drawings and tables in the tree', () => {
  it('are of every machine', async () => {
    expect((await machines()).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['instance', 'program', 'supervisor']),
    );
  });

  it('are what the machines say now (else: npm run diagrams)', async () => {
    expect(await stale()).toEqual([]);
  }, 120_000);
});
