import { describe, expect, it } from 'vitest';
import { missing } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { openSite, setStage, visit } from './browser.ts';

/** None of them runs: what is measured is the page. */
const CONFIG = `
[program:many]
command=/bin/cat
process_name=%(program_name)s_%(process_num)04d
numprocs=1000
autostart=false
`;

describe.skipIf(missing('chromium').length > 0)('a list of 1,000 processes', () => {
  const stage = setStage(() => openSite(CONFIG));

  it('has only the rows that are seen, reaches the last by scrolling and by filter, and is drawn anew at once', async () => {
    const { page, close } = await visit(stage.browser, stage.site.url);
    await page.getByText('0 of 1000 up').waitFor();
    expect(await page.locator('.rows .row').count()).toBeLessThan(60);
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await page.getByRole('link', { name: 'many_0999' }).waitFor();
    await page.evaluate('scrollTo(0, 0)');
    await page.getByLabel('Filter').fill('many_0777');
    await page.getByRole('link', { name: 'many_0777' }).waitFor();
    await page.getByLabel('Filter').fill('');
    await page.getByRole('link', { name: 'many_0000' }).waitFor();
    await page.getByLabel('Filter').press('Escape');
    const count = async () => Number(await page.evaluate(`performance.getEntriesByName('refresh').length`));
    for (let round = 0; round < 10; round += 1) {
      const before = await count();
      await page.keyboard.press('r');
      await until('a refresh', async () => (await count()) > before);
    }
    const times = (await page.evaluate(
      `performance.getEntriesByName('refresh').map(entry => entry.duration)`,
    )) as number[];
    const paint = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`);
    console.log(
      `1,000 rows: first paint after ${Math.round(Number(paint))} ms, refresh in ${times.map(Math.round).join(', ')} ms`,
    );
    // The figures are above: they are the machine's. What they rest on is that few rows are drawn.
    expect(await page.locator('.rows .row').count()).toBeLessThan(60);
    await close();
  });
});
