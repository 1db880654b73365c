import { readFile, writeFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { missing } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { openBrowser, openSite, rowOf, type Site, visit } from './browser.ts';

const CONFIG = `
[program:cat]
command=/bin/cat
startsecs=0
[program:dog]
command=/bin/cat
autostart=false
`;

/** Every page that is live, and what shows on it that it is. */
const PAGES = [
  { path: '', proof: '.row[data-key="cat:cat"] .state.RUNNING' },
  { path: 'process.html?processname=cat', proof: '.box.active[data-state="alive.running"]' },
  { path: 'daemon.html', proof: '[role=treeitem] .state.RUNNING' },
] as const;

describe.skipIf(missing('chromium').length > 0)('a page whose daemon', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  const site = async (server = ''): Promise<Site> => {
    const made = await openSite(CONFIG, server);
    onTestFinished(() => made.stop());
    return made;
  };

  const look = async (url: string, options = {}) => {
    const visited = await visit(browser, url, options);
    onTestFinished(() => visited.close());
    return visited.page;
  };

  /** Notes in the page when it first says that its daemon is away. */
  const noteLoss = (page: Page) =>
    page.evaluate(`new MutationObserver(() => {
      if (document.querySelector('.away')) window.lostAt ??= Date.now();
    }).observe(document.body, { childList: true, subtree: true })`);

  it.each(PAGES)(
    'is killed says so, keeps what it showed, and is right again by itself: /$path',
    async ({ path, proof }) => {
      const first = await site();
      const page = await look(first.url + path);
      await page.locator(proof).first().waitFor({ state: 'attached' });
      await noteLoss(page);
      // By the connection that broke, not by a question that nobody answers in time.
      await page.evaluate('AbortSignal.timeout = () => new AbortController().signal');
      const killedAt = Date.now();
      process.kill(first.pid, 'SIGKILL');
      await page.getByRole('alert').filter({ hasText: 'has not answered since' }).waitFor();
      const told = Number(await page.evaluate('window.lostAt')) - killedAt;
      console.log(`/${path}: says after ${told} ms that its daemon was killed`);
      await page.locator('#tools').getByText('no connection').waitFor();
      expect(await page.locator(proof).count()).toBeGreaterThan(0);
      const clocks = () => page.locator('main :is(.uptime, .story, .fact)').allInnerTexts();
      const shown = await clocks();
      await page.waitForTimeout(1500);
      // No clock of it goes on: neither uptime nor what is left of a timer.
      expect(await clocks()).toEqual(shown);
      const again = await startDaemon(
        (await readFile(first.conf, 'utf8')).replace('[program:dog]', '[program:fox]'),
        {
          within: 20_000,
        },
      );
      onTestFinished(() => again.stop());
      await page.getByText('live', { exact: true }).waitFor();
      expect(await page.locator('.away').count()).toBe(0);
      await page.locator(proof).first().waitFor({ state: 'attached' });
      if (path === '') {
        await rowOf(page, 'fox:fox').waitFor();
        expect(await rowOf(page, 'dog:dog').count()).toBe(0);
      }
      if (path === 'daemon.html') {
        await page.getByText(`pid ${again.pid},`).waitFor();
        await page.getByRole('treeitem').filter({ hasText: 'fox' }).first().waitFor();
        expect(await page.getByRole('treeitem').filter({ hasText: 'dog' }).count()).toBe(0);
      }
    },
  );

  it('hangs says so, and goes on when it does', async () => {
    const made = await site();
    const page = await look(made.url);
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
    process.kill(made.pid, 'SIGSTOP');
    try {
      await page.locator('#tools').getByText('no connection').waitFor();
      await rowOf(page, 'cat:cat').getByRole('button', { name: 'Stop cat' }).waitFor();
    } finally {
      process.kill(made.pid, 'SIGCONT');
    }
    await page.getByText('live', { exact: true }).waitFor();
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
  });

  it('was replaced by another version says so, and is of that version when it is reloaded', async () => {
    const made = await site();
    const page = await look(made.url);
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
    await page.route('**/web/release', route => route.fulfill({ json: { script: 'assets/app-other.js' } }));
    process.kill(made.pid, 'SIGKILL');
    await page.getByRole('alert').filter({ hasText: 'has not answered since' }).waitFor();
    const again = await startDaemon(await readFile(made.conf, 'utf8'), { within: 20_000 });
    onTestFinished(() => again.stop());
    await page.getByRole('alert').filter({ hasText: 'replaced by another version' }).waitFor();
    await page.unroute('**/web/release');
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
    expect(await page.locator('.away').count()).toBe(0);
  });

  it('reloads follows it there and back', async () => {
    const made = await site();
    const page = await look(made.url);
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
    await writeFile(made.conf, `${await readFile(made.conf, 'utf8')}\n[program:fresh]\ncommand=/bin/cat\n`);
    await made.ctl('reload');
    await rowOf(page, 'fresh:fresh').getByText('running').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
  });

  it('has got another password says that, asks for none by itself, and offers to sign in', async () => {
    const made = await site('username=user\npassword=old');
    const page = await look(made.url, { httpCredentials: { username: 'user', password: 'old' } });
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
    await writeFile(made.conf, (await readFile(made.conf, 'utf8')).replace('password=old', 'password=new'));
    await made.ctl('reload');
    await page.getByRole('alert').filter({ hasText: 'no longer accepts this sign-in' }).waitFor();
    await page.getByRole('button', { name: 'Sign in again' }).waitFor();
    expect(await rowOf(page, 'cat:cat').count()).toBe(1);
    const asked: string[] = [];
    page.on('request', request => asked.push(request.url()));
    await page.waitForTimeout(5000);
    expect(asked).toEqual([]);
    await page.context().setHTTPCredentials({ username: 'user', password: 'new' });
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByText('live', { exact: true }).waitFor();
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
  });

  it('is away refuses an action in plain words', async () => {
    const made = await site();
    const page = await look(made.url);
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
    process.kill(made.pid, 'SIGKILL');
    await page.locator('#tools').getByText('no connection').waitFor();
    await rowOf(page, 'dog:dog').getByRole('button', { name: 'Start dog' }).click();
    await page.locator('.toast.bad').filter({ hasText: 'dog: start: the daemon does not answer' }).waitFor();
    await until('the end of the daemon', () => made.ended.then(() => true));
  });
});
