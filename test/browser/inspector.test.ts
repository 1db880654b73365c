import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../support/needs.ts';
import { openSite, type Site } from './browser.ts';

const CONFIG = `
[program:cat]
command=/bin/cat
startsecs=0
[program:<img>]
command=/bin/cat
autostart=false
`;

/** What stands at stately.ai for this test: it says that it is there, and shows how many actors it was told of. */
const STATELY = `<!DOCTYPE html><title>stands in for Stately's</title><ul></ul><script>
addEventListener('message', ({ data }) => {
  if (data.type !== '@xstate.actor') return;
  JSON.parse(data.definition);
  document.querySelector('ul').append(Object.assign(document.createElement('li'), { textContent: data.name }));
});
parent.postMessage({ type: '@statelyai.connected' }, '*');
</script>`;

/** A frame of another site in the same process, so that what it asks for can be answered here. */
const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-site-isolation-trials'],
  });

describe.skipIf(missing('chromium').length > 0)("the inspector's page", () => {
  let browser: Browser;
  let site: Site;
  let page: Page;
  let complaints: string[];
  let asked: string[];

  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(), openSite(CONFIG)]);
    const answer = await site.call('statevisor.inspect', true);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    asked = [];
    complaints = [];
    // Before there is a page: what a frame asks for is answered here as well then.
    await context.route('**/*', route => {
      if (route.request().url().startsWith('http:')) return route.continue();
      asked.push(route.request().url());
      return route.fulfill({ contentType: 'text/html', body: STATELY });
    });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(String(answer));
    await page.locator('#tree button').nth(5).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  const actor = (name: string) => page.locator('#tree button', { hasText: name });

  it('lists the actors, names that look like markup as well', async () => {
    const names = await page.locator('#tree button span:first-child').allTextContents();
    expect(names).toEqual(['supervisor', '<img>:<img>', '<img>', 'cat:cat', 'cat', 'process']);
    expect(await page.locator('#tree img').count()).toBe(0);
  });

  it('draws the chosen one with its state marked, which moves while one looks', async () => {
    await page.locator('#tree .depth-2', { hasText: 'cat' }).click();
    await page.locator('#chart [data-state="alive.running"].now').waitFor();
    await page.locator('#chart [data-state="alive"].now').waitFor();
    expect(await page.locator('#context').textContent()).toContain('"state": "RUNNING"');
    await site.call('supervisor.stopProcess', 'cat');
    await page.locator('#chart [data-state="stopped"].now').waitFor();
    expect(await page.locator('#chart .now').count()).toBe(1);
    await page.locator('#events li', { hasText: 'cat: process.exited' }).waitFor();
  });

  it('asks no other site for anything, until somebody wants to see it in Stately’s', async () => {
    expect(asked).toEqual([]);
    await page.getByRole('button', { name: 'Stately Inspector' }).click();
    const frame = page.frameLocator('#frame');
    await frame.locator('li', { hasText: 'cat:cat' }).waitFor();
    expect(asked).toEqual(['https://stately.ai/inspect']);
    await page.getByRole('button', { name: 'Stately Inspector' }).click();
    await actor('cat:cat').waitFor();
  });

  it('has nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });
});
