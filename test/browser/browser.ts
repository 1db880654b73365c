import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type Daemon, type DaemonOptions, startDaemon } from '../support/daemon.ts';
import { freePort } from '../support/port.ts';

/** Debian's Chromium; it talks to nobody but the daemon. */
export const openBrowser = (...args: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ...args],
  });

/** A daemon with its pages on a port of the loopback. */
export interface Site extends Daemon {
  readonly url: string;
}

/** Starts a daemon whose pages can be visited; `server` are more options of its [inet_http_server]. */
export async function openSite(config: string, server = '', options: DaemonOptions = {}): Promise<Site> {
  const port = await freePort();
  const daemon = await startDaemon(
    `${config}\n[inet_http_server]\nport=127.0.0.1:${port}\n${server}\n`,
    options,
  );
  return { ...daemon, url: `http://127.0.0.1:${port}/` };
}

/** A browser and a site to visit. */
export interface Stage {
  readonly browser: Browser;
  readonly site: Site;
}

/** Gives the tests of a block a browser and a site: there before the first of them, gone after the last. */
export function setStage(open: () => Promise<Site>, ...args: readonly string[]): Stage {
  let stage: Stage | undefined;
  const set = (): Stage => {
    if (stage === undefined) throw new Error('the stage is set before the first test, not earlier');
    return stage;
  };
  beforeAll(async () => {
    const [browser, site] = await Promise.all([openBrowser(...args), open()]);
    stage = { browser, site };
  });
  afterAll(async () => {
    await stage?.browser.close();
    await stage?.site.stop();
  });
  return {
    get browser() {
      return set().browser;
    },
    get site() {
      return set().site;
    },
  };
}

/** A page of a browser that is closed again; what it complains of is kept. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly complaints: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** The row of a process in the list. */
export const rowOf = (page: Page, key: string) => page.locator(`.row[data-key="${key}"]`);
