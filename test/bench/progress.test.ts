import { describe, expect, it } from 'vitest';
import { createProgress } from '../../bench/progress.ts';

describe('the progress of the bench', () => {
  it('tells the time that is gone and, by the guess, the time that is left', () => {
    let now = 0;
    const progress = createProgress(600, () => now);
    expect(String(progress)).toBe('0:00, some 10 min left');
    now = 65_000;
    progress.done(60);
    expect(String(progress)).toBe('1:05, some 10 min left');
  });

  it('corrects the guess by how wrong it was so far', () => {
    let now = 0;
    const progress = createProgress(1200, () => now);
    now = 1_200_000;
    progress.done(600);
    expect(String(progress)).toBe('20:00, some 19 min left');
  });

  it('has nothing left when all is done', () => {
    const progress = createProgress(60, () => 30_000);
    progress.done(60);
    expect(String(progress)).toBe('0:00, some 0 min left');
  });
});
