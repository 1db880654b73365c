import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openWorkshop } from '../../bench/workshop.ts';

describe('the workshop of the bench', () => {
  it('ends, when it is closed, all that was started in it and not ended yet, each once', async () => {
    const shop = openWorkshop(true);
    const ended: string[] = [];
    const first = shop.keep(async () => void ended.push('first'));
    shop.keep(async () => void ended.push('second'));
    await first();
    await first();
    await shop.close();
    expect(ended).toEqual(['first', 'second']);
    expect([shop.isClosed, existsSync(shop.folder)]).toEqual([true, false]);
  });
});
