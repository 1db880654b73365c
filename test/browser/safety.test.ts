import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { openBrowser, openSite, type Site, visit } from './browser.ts';

const CONFIG = `
[program:cat]
command=/bin/cat
stdout_logfile=%(here)s/cat.log
`;

/** A page of another site, which does what it can with a visitor's browser. */
async function evilSite(target: string): Promise<Server> {
  const page = `<!DOCTYPE html><title>evil</title>
<form method="post" action="${target}"><input name="processname" value="cat"><input name="action" value="stop"><button>form</button></form>
<form method="post" action="${target}RPC2" enctype="text/plain"><input name="<methodCall><methodName>supervisor.stopAllProcesses</methodName><params></params></methodCall><!--" value="-->"><button>rpc</button></form>
<a href="${target}?processname=cat&amp;action=stop">link</a>
<img src="${target}?processname=cat&amp;action=stop" alt="">`;
  const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe.skipIf(missing('chromium').length > 0)('a browser', () => {
  let browser: Browser;
  let site: Site;
  let locked: Site;
  let evil: Server;

  beforeAll(async () => {
    [browser, site, locked] = await Promise.all([
      openBrowser(),
      openSite(CONFIG),
      openSite(CONFIG, 'username=user\npassword=pass'),
    ]);
    evil = await evilSite(site.url);
    await until('a running program', async () => (await stateOf()) === 'RUNNING');
  });
  afterAll(async () => {
    evil?.close();
    await browser?.close();
    await Promise.all([site?.stop(), locked?.stop()]);
  });

  const stateOf = async (): Promise<unknown> => {
    const info = (await site.call('supervisor.getProcessInfo', 'cat')) as { statename: string };
    return info.statename;
  };

  it('without JavaScript lists, stops, starts, tails and shows a process by plain links and forms', async () => {
    const { page, close } = await visit(browser, site.url, { javaScriptEnabled: false });
    await page.getByRole('row', { name: /running cat pid \d+, uptime/ }).waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Process cat stopped').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Process cat started').waitFor();
    await site.call('supervisor.sendProcessStdin', 'cat', '<b>hello</b>\n');
    await page.getByRole('link', { name: 'Tail', exact: true }).click();
    await page.getByText('<b>hello</b>').waitFor();
    await page.getByRole('link', { name: 'cat' }).click();
    await page.getByRole('heading', { name: 'cat running' }).waitFor();
    await page.getByRole('button', { name: 'Clear log' }).click();
    await page.getByText('Log for cat cleared').waitFor();
    await page.getByRole('link', { name: 'Refresh' }).click();
    await page.getByText('Page refreshed at').waitFor();
    await close();
  });

  it('that is led here from another site acts by no link, image, form or forged call', async () => {
    const { port } = evil.address() as AddressInfo;
    for (const name of ['link', 'form', 'rpc']) {
      // "localhost" is another site than "127.0.0.1".
      const { page, close } = await visit(browser, `http://localhost:${port}/`);
      await page.getByText(name, { exact: true }).click();
      await page.waitForURL(url => url.host === new URL(site.url).host);
      expect(await page.content(), name).toContain('403');
      await close();
    }
    expect(await stateOf()).toBe('RUNNING');
  });

  it('with an old link typed or kept as a bookmark is asked before it acts', async () => {
    const { page, close } = await visit(browser, `${site.url}?processname=cat&action=stop`);
    await page.getByRole('heading', { name: 'Stop cat?' }).waitFor();
    expect(await stateOf()).toBe('RUNNING');
    await page.getByRole('button', { name: 'Stop cat' }).click();
    await page.getByText('Process cat stopped').waitFor();
    expect(await stateOf()).toBe('STOPPED');
    await site.call('supervisor.startProcess', 'cat');
    await close();
  });

  it('needs the password for each page, each asset and each stream', async () => {
    for (const path of [
      '',
      'process.html?processname=cat',
      'web/log?stream=main',
      'api/v1/events',
      'assets/app.js',
    ]) {
      const response = await fetch(locked.url + path);
      expect(response.status, path).toBe(401);
      await response.body?.cancel();
    }
    const { page, complaints, close } = await visit(browser, `${locked.url}process.html?processname=cat`, {
      httpCredentials: { username: 'user', password: 'pass' },
    });
    await page.locator('.box.active[data-state="alive.running"]').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.locator('.box.active[data-state="stopped"]').waitFor({ state: 'attached' });
    expect(complaints).toEqual([]);
    await close();
  });

  it('may keep the assets for good, and gets them small', async () => {
    const html = await (await fetch(site.url)).text();
    const assets = [...html.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(
      ([, path]) => `${site.url}${path}`,
    );
    expect(assets.length).toBe(4);
    let total = 0;
    for (const asset of assets) {
      const response = await fetch(asset, { headers: { 'accept-encoding': 'gzip' } });
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(response.headers.get('content-encoding')).toBe('gzip');
      total += Number(response.headers.get('content-length'));
    }
    expect(total).toBeLessThan(150_000);
    expect((await fetch(`${site.url}stylesheets/supervisor.css`)).headers.get('content-type')).toContain(
      'text/css',
    );
    expect((await fetch(`${site.url}assets/../manifest.json`)).status).toBe(404);
    expect((await fetch(`${site.url}assets/manifest.json`)).status).toBe(404);
  });
});
