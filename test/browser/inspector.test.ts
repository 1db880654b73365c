import { fileURLToPath } from 'node:url';
import type { StatelyInspectionEvent } from '@statelyai/inspect';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { openSite, setStage } from './browser.ts';

const CONFIG = `
[program:cat]
command=/bin/cat
startsecs=0
[program:<img>]
command=/bin/cat
autostart=false
`;

/**
 * What stands at stately.ai for this test, since tests have no internet: a page around the receiver that the package has
 * for Stately's own. It builds each machine from its definition, and notes what it is told.
 */
const RECEIVER = `
import { createBrowserReceiver } from '@statelyai/inspect';
import { createMachine } from 'xstate';
window.told = [];
createBrowserReceiver().subscribe(event => {
  window.told.push(event);
  if (event.type !== '@xstate.actor') return;
  const machine = createMachine(JSON.parse(event.definition));
  const resolved = event.snapshot.value === undefined ? '' : machine.resolveState(event.snapshot).value;
  document.querySelector('ul').append(Object.assign(document.createElement('li'), {
    textContent: event.name + ' is ' + machine.id + ' ' + JSON.stringify(resolved),
  }));
});`;

/** The receiver with all that it imports, as a page loads it. */
async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    ...{ bundle: true, write: false, format: 'iife', platform: 'browser' },
  });
  return outputFiles[0]?.text ?? '';
}

describe.skipIf(missing('chromium').length > 0)("the inspector's page", () => {
  // A frame of another site in the same process, so that what it asks for can be answered here.
  const stage = setStage(() => openSite(CONFIG), '--disable-site-isolation-trials');
  let page: Page;
  let complaints: string[];
  let asked: string[];

  beforeAll(async () => {
    const receiver = (await bundled(RECEIVER)).replaceAll('</script', '<\\/script');
    const answer = await stage.site.call('statevisor.inspect', true);
    const context = await stage.browser.newContext({ viewport: { width: 1280, height: 800 } });
    asked = [];
    complaints = [];
    // Before there is a page: what a frame asks for is answered here as well then.
    await context.route('**/*', route => {
      if (route.request().url().startsWith('http:')) return route.continue();
      asked.push(route.request().url());
      return route.fulfill({
        contentType: 'text/html',
        body: `<!DOCTYPE html><title>stands in for Stately's</title><ul></ul><script>${receiver}</script>`,
      });
    });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(String(answer));
    await page.locator('#tree button').nth(6).waitFor();
  });

  const actor = (name: string) => page.locator('#tree button', { hasText: name });

  it('shows each actor further to the right than the one that it is part of, down to a port of a listener', async () => {
    const lefts = await page
      .locator('#tree button')
      .first()
      .evaluate(button =>
        [0, 1, 2, 3, 4].map(depth => {
          const copy = button.cloneNode() as HTMLElement;
          copy.className = `depth-${depth}`;
          button.after(copy);
          const left = Number.parseFloat(getComputedStyle(copy).paddingLeft);
          copy.remove();
          return left;
        }),
      );
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
    expect(new Set(lefts).size).toBe(5);
  });

  it('lists the actors, names that look like markup as well', async () => {
    const names = await page.locator('#tree button span:first-child').allTextContents();
    expect(names).toEqual(['supervisor', 'herald', '<img>:<img>', '<img>', 'cat:cat', 'cat', 'process']);
    expect(await page.locator('#tree img').count()).toBe(0);
  });

  it('marks the state of the one that was chosen last, however long the chart is on its way', async () => {
    const late = await page.context().newPage();
    let arrive = () => {};
    const way = new Promise<void>(resolve => {
      arrive = resolve;
    });
    await late.route('**/instance.svg', async route => {
      await way;
      await route.continue();
    });
    await late.goto(String(await stage.site.call('statevisor.inspect', true)));
    await late.locator('#tree button').nth(6).waitFor();
    await late.locator('#tree .depth-2', { hasText: 'cat' }).click();
    await late.locator('#name', { hasText: /^cat$/ }).waitFor();
    arrive();
    await late.locator('#chart [data-state="alive.running"].now').waitFor();
    await late.close();
  });

  it('draws the chosen one with its state marked, which moves while one looks', async () => {
    await page.locator('#tree .depth-2', { hasText: 'cat' }).click();
    await page.locator('#chart [data-state="alive.running"].now').waitFor();
    await page.locator('#chart [data-state="alive"].now').waitFor();
    expect(await page.locator('#context').textContent()).toContain('"state": "RUNNING"');
    await stage.site.call('supervisor.stopProcess', 'cat');
    await page.locator('#chart [data-state="stopped"].now').waitFor();
    expect(await page.locator('#chart .now').count()).toBe(1);
    await page.locator('#events li', { hasText: 'cat: process.exited' }).waitFor();
  });

  it('asks no other site for anything, until somebody wants to see it in Stately’s', async () => {
    expect(asked).toEqual([]);
    await page.getByRole('button', { name: 'Stately Inspector' }).click();
    await page.frameLocator('#frame').locator('li').nth(5).waitFor();
    expect(asked).toEqual(['https://stately.ai/inspect']);
  });

  it('tells the package’s own receiver every actor, with a definition from which createMachine builds', async () => {
    const items = page.frameLocator('#frame').locator('li');
    expect(await items.allTextContents()).toEqual([
      'supervisor is supervisor "running"',
      // A port is no machine: it has a chart with its name alone.
      'herald is herald ""',
      '<img>:<img> is program "serving"',
      '<img> is instance "stopped"',
      'cat:cat is program "serving"',
      'cat is instance "stopped"',
    ]);
    await stage.site.call('supervisor.startProcess', 'cat');
    await items.filter({ hasText: /^process is process ""$/ }).waitFor();
  });

  it('goes on telling it each event and each snapshot, in the order in which they happened', async () => {
    await stage.site.call('supervisor.stopProcess', 'cat');
    const frame = page.frames().find(each => each.url().startsWith('https://stately.ai'));
    const states = async () => {
      const told = (await frame?.evaluate('window.told')) as readonly StatelyInspectionEvent[];
      const id = told.find(event => event.type === '@xstate.actor' && event.name === 'cat')?.sessionId;
      return told
        .filter(event => event.type === '@xstate.snapshot' && event.sessionId === id)
        .map(event => JSON.stringify((event as { snapshot: { value?: unknown } }).snapshot.value));
    };
    await until('the end', async () => (await states()).at(-1) === '"stopped"');
    const inOrder = [...new Set(await states())];
    expect(inOrder[0]).toBe('{"alive":{"starting":"spawning"}}');
    expect(inOrder.indexOf('{"alive":"running"}')).toBeGreaterThan(0);
    expect(inOrder.findIndex(state => state.includes('stopping'))).toBeGreaterThan(
      inOrder.indexOf('{"alive":"running"}'),
    );
  });

  it('shows its own charts again when that is enough', async () => {
    await page.getByRole('button', { name: 'Stately Inspector' }).click();
    await actor('cat:cat').waitFor();
    expect(await page.locator('#frame').getAttribute('src')).toBeNull();
  });

  it('has nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });
});
