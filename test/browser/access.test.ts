import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { speaker, speakerCommand } from '../support/listener.ts';
import { missing } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { openSite, rowOf, setStage, visit } from './browser.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What the law of many countries asks for. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const CONFIG = `
[program:cat]
command=/bin/cat
startsecs=0
stdout_logfile=%(here)s/cat.log
[program:fails]
command=/bin/sh -c 'echo no >&2; exit 7'
startretries=50
[program:gone]
command=/bin/false
startretries=0
[program:done]
command=/bin/true
startsecs=0
autorestart=false
[program:down]
command=/bin/cat
autostart=false
[program:pair]
command=/bin/cat
startsecs=0
process_name=%(program_name)s_%(process_num)d
numprocs=2
[eventlistener:audit]
${speakerCommand('ok')}
events=TICK_60
`;

/** A colour of each kind in a log. */
const COLOURS = Array.from({ length: 16 }, (_, color) => {
  const code = color < 8 ? 30 + color : 82 + color;
  return `\x1b[${code}mcolour ${color}\x1b[0m \x1b[2mdim\x1b[0m \x1b[7minverse\x1b[0m`;
}).join('\n');

interface Look {
  readonly name: string;
  readonly path: string;
  readonly before?: (page: Page) => Promise<unknown>;
}

const LOOKS: readonly Look[] = [
  { name: 'the list', path: '', before: page => rowOf(page, 'cat:cat').waitFor() },
  {
    name: 'the list with some selected',
    path: '',
    before: async page => {
      await rowOf(page, 'cat:cat').waitFor();
      await page.getByLabel('Select all shown').evaluate(box => (box as { click?(): void }).click?.());
      await page.getByRole('button', { name: 'Clear log' }).waitFor();
    },
  },
  {
    name: 'the list where nothing matches',
    path: '',
    before: async page => {
      await page.getByLabel('Filter').fill('nobody');
      await page.getByText('Nothing matches').waitFor();
    },
  },
  {
    name: 'a process that runs, with colours in its log',
    path: 'process.html?processname=cat',
    before: async page => {
      await page.getByText('colour 15').waitFor();
      await page.getByLabel('Search stdout').fill('colour');
    },
  },
  {
    name: 'a process between two tries',
    path: 'process.html?processname=fails',
    before: page => page.locator('.countdown').first().waitFor({ state: 'attached' }),
  },
  {
    name: 'a process that was given up',
    path: 'process.html?processname=gone',
    before: page => page.locator('.story.FATAL').waitFor(),
  },
  {
    name: 'the daemon with what an update would change',
    path: 'daemon.html',
    before: async page => {
      await page.getByRole('treeitem').first().waitFor();
      await page.getByRole('button', { name: 'Check configuration' }).click();
      await page.locator('.diff').waitFor();
    },
  },
  {
    name: 'a question',
    path: 'daemon.html',
    before: async page => {
      await page.getByRole('button', { name: 'Reload…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'the end of a log', path: 'tail.html?processname=cat' },
  { name: 'no such process', path: 'process.html?processname=nix' },
  { name: 'an old address that asks', path: '?processname=cat&action=stop' },
];

const SCREENS: readonly (BrowserContextOptions & { readonly name: string })[] = [
  { name: 'light', colorScheme: 'light' },
  { name: 'dark', colorScheme: 'dark' },
  { name: 'light, phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { name: 'dark, phone', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
];

describe.skipIf(missing('chromium').length > 0)('everybody', () => {
  const stage = setStage(async () => openSite(CONFIG, '', { files: await speaker() }));

  beforeAll(async () => {
    await until(
      'colours',
      async () => (await stage.site.call('supervisor.sendProcessStdin', 'cat', `${COLOURS}\n`)) === true,
    );
    await writeFile(
      stage.site.conf,
      `${(await readFile(stage.site.conf, 'utf8')).replace('startretries=50', 'startretries=60')}\n[program:fresh]\ncommand=/bin/cat\n`,
    );
  });

  const open = (path: string, options: BrowserContextOptions = {}) =>
    // The policy of our pages lets no foreign script run, this one as well.
    visit(stage.browser, stage.site.url + path, { reducedMotion: 'reduce', bypassCSP: true, ...options });

  /** What is wrong with a page as it stands, in a line for each place. */
  const wrong = async (page: Page): Promise<readonly string[]> => {
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`,
    )) as AxeResults;
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
    );
  };

  it.each(LOOKS)(
    'can use $name: axe finds nothing against WCAG 2 A and AA, in light and dark, on a phone',
    async ({ path, before }) => {
      for (const { name, ...screen } of SCREENS) {
        const { page, close } = await open(path, screen);
        await before?.(page);
        expect(await wrong(page), name).toEqual([]);
        await close();
      }
    },
  );

  it('can read a page whose daemon is away', async () => {
    const own = await openSite(CONFIG, '', { files: await speaker() });
    try {
      const pages = await Promise.all(
        SCREENS.map(screen => visit(stage.browser, own.url, { bypassCSP: true, ...screen })),
      );
      for (const { page } of pages) await rowOf(page, 'cat:cat').getByText('running').waitFor();
      process.kill(own.pid, 'SIGKILL');
      for (const { page, close } of pages) {
        await page.getByRole('alert').waitFor();
        expect(await wrong(page)).toEqual([]);
        await close();
      }
    } finally {
      await own.stop();
    }
  });

  it('can use the inspector', async () => {
    const url = String(await stage.site.call('statevisor.inspect', true));
    for (const { name, ...screen } of SCREENS) {
      const { page, close } = await visit(stage.browser, url, { bypassCSP: true, ...screen });
      await page.locator('#tree button').nth(3).waitFor();
      await page.locator('#chart svg').waitFor();
      expect(await wrong(page), name).toEqual([]);
      await close();
    }
    await stage.site.call('statevisor.inspect', false);
  });

  it('can walk by keys from the list to a process, act, and read its chart and its log', async () => {
    const { page, complaints, close } = await open('');
    await rowOf(page, 'cat:cat').getByText('running').waitFor();
    /** What has the focus, and whether that is seen: an outline, of a width, not transparent. */
    const focus = async () => {
      const [name, width, style] = (await page.evaluate(`(() => {
        const at = document.activeElement;
        const { outlineWidth, outlineStyle } = getComputedStyle(at);
        return [at.getAttribute('aria-label') ?? at.dataset.key ?? at.textContent, parseFloat(outlineWidth), outlineStyle];
      })()`)) as [string, number, string];
      expect([name, width >= 2, style]).toEqual([name, true, 'solid']);
      return name;
    };
    const tabTo = async (wanted: string | RegExp) => {
      const names: string[] = [];
      for (let step = 0; step < 60; step += 1) {
        await page.keyboard.press('Tab');
        const name = await focus();
        if (typeof wanted === 'string' ? name === wanted : wanted.test(name)) return;
        names.push(name);
      }
      throw new Error(`${wanted} is not reached by Tab, only: ${names.join(' | ')}`);
    };
    await tabTo('Filter');
    await page.keyboard.type('cat');
    await page.keyboard.press('Escape');
    await tabTo('cat:cat');
    await page.keyboard.press('x');
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('Shift+Tab');
    while ((await focus()) !== 'Stop') await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await rowOf(page, 'cat:cat').getByText('stopped', { exact: true }).waitFor();
    await tabTo('cat:cat');
    await page.keyboard.press('Enter');
    await page.waitForURL(/process\.html/);
    await page.locator('.box.active[data-state="stopped"]').waitFor({ state: 'attached' });
    await tabTo('Start');
    await page.keyboard.press('Enter');
    await page.locator('.box.active[data-state="alive.running"]').waitFor({ state: 'attached' });
    await tabTo(/^Statechart of the process: it is in alive, running/);
    await tabTo('stdout');
    await tabTo('Search stdout');
    await page.keyboard.type('15');
    await page.getByText('1 line', { exact: true }).waitFor();
    await tabTo('Pause');
    await tabTo('Download');
    await tabTo('stdout');
    expect(complaints).toEqual([]);
    await close();
  });

  it('who asked for less motion sees none', async () => {
    const { page, close } = await open('process.html?processname=cat');
    await page.locator('.box.active[data-state="alive.running"]').waitFor({ state: 'attached' });
    await page.evaluate(
      `window.moved = []; for (const type of ['animationstart', 'transitionrun'])
        addEventListener(type, event => window.moved.push(event.animationName ?? event.propertyName), true);
      new MutationObserver(changes => changes.forEach(({ target }) => target.matches('.taken') && (window.taken = true)))
        .observe(document.querySelector('.chart'), { subtree: true, attributeFilter: ['class'] });`,
    );
    await stage.site.call('supervisor.stopProcess', 'cat');
    await until('the transition', () => page.evaluate('window.taken === true'));
    await page.locator('.box.active[data-state="stopped"]').waitFor({ state: 'attached' });
    expect(await page.evaluate('window.moved')).toEqual([]);
    await stage.site.call('supervisor.startProcess', 'cat');
    await close();
  });
});
