import { describe, expect, it } from 'vitest';
import { missing } from '../support/needs.ts';
import { openSite, rowOf, setStage, visit } from './browser.ts';

/** Names that markup, links, terminals and readers from right to left could take for more than a name. */
const NAMES = [
  '<svg><script>document.title=1',
  '\'"><script>document.title=1',
  '<b>bold',
  '&lt;b&gt;amp',
  'exe.\u202egpj',
  'x'.repeat(180),
] as const;

const MEGABYTE = 1_000_000;

const CONFIG = `
${NAMES.map(name => `[program:${name}]\ncommand=/bin/cat\nautostart=false\n`).join('')}
[program:long]
command=/bin/sh -c 'read _; head -c ${100 * MEGABYTE} /dev/zero | tr "\\\\0" x; echo; echo after it; exec cat'
startsecs=0
[program:terminal]
command=/bin/cat
startsecs=0
stdout_logfile=%(here)s/terminal.log
[group:<b>group]
programs=terminal
`;

/** What each line looks like that a program writes: nothing of it acts, hides, or turns what follows. */
const LINES: readonly (readonly [written: string, shown: string])[] = [
  ['\x1b]8;;javascript:document.title=1\x07click\x1b]8;;\x07 me', 'click me'],
  ['\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\', 'here'],
  ['\x1b]0;a title of its own\x07text', 'text'],
  ['\x1b[2J\x1b[Hcleared\x1b[1A', 'cleared'],
  ['<img src=x onerror=document.title=1>', '<img src=x onerror=document.title=1>'],
  ['</pre><script>document.title=1</script>', '</pre><script>document.title=1</script>'],
  ['abc\u202edef', 'abc\ufffddef'],
  ['bell\x07', 'bell\ufffd'],
];

describe.skipIf(missing('chromium').length > 0)('a page', () => {
  const stage = setStage(() => openSite(CONFIG));

  it('shows hostile names as the text that they are, in the list, the tree, the titles and the words', async () => {
    for (const path of ['', 'daemon.html']) {
      const { page, complaints, close } = await visit(stage.browser, stage.site.url + path);
      const title = await page.title();
      const find =
        path === ''
          ? (name: string) => rowOf(page, CSS(`${name}:${name}`))
          : (name: string) => page.getByRole('treeitem').filter({ hasText: name }).first();
      for (const name of NAMES) await find(name).waitFor();
      expect(await page.locator('main :is(img, script, b > b)').count()).toBe(0);
      expect(await page.title()).toBe(title);
      // A name of 300 letters makes nothing wider than the window.
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      await close();
    }
    // One page for each would take its time: the one with most signs, and the longest.
    for (const name of [NAMES[1], NAMES[5]]) {
      const { page, complaints, close } = await visit(
        stage.browser,
        `${stage.site.url}process.html?processname=${encodeURIComponent(name)}`,
      );
      await page.getByRole('heading', { name, exact: true }).waitFor();
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page.getByText(/^Runs with pid/).waitFor();
      expect(await page.title()).toContain(name);
      expect(await page.locator('main :is(img, script)').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      await close();
    }
  });

  it.each(LINES)('shows the line %j as %j', async (written, shown) => {
    const name = '<b>group:terminal';
    const end = `end of ${LINES.findIndex(([line]) => line === written)}`;
    const { page, close } = await visit(
      stage.browser,
      `${stage.site.url}process.html?processname=${encodeURIComponent(name)}`,
    );
    await page.getByText(/^Runs with pid/).waitFor();
    const title = await page.title();
    await stage.site.call('supervisor.sendProcessStdin', name, `${written}\n${end}\n`);
    await page.locator('.log').getByText(end, { exact: true }).waitFor();
    const lines = (await page.locator('.log div:not([hidden])').allTextContents()).map(line =>
      line.trimEnd(),
    );
    expect(lines[lines.indexOf(end) - 1]).toBe(shown);
    expect(await page.locator('.log :is(a, img, script)').count()).toBe(0);
    expect(await page.title()).toBe(title);
    await close();
  });

  it('lives through a line of 100 MB, of which it keeps the end, and shows what comes after', async () => {
    const { page, complaints, close } = await visit(
      stage.browser,
      `${stage.site.url}process.html?processname=long`,
    );
    await page.getByText(/^Runs with pid/).waitFor();
    await stage.site.call('supervisor.sendProcessStdin', 'long', '\n');
    await page.locator('.log').getByText('after it').waitFor({ timeout: 60_000 });
    const kept = Number(await page.evaluate(`document.querySelector('.log').textContent.length`));
    expect(kept).toBeLessThan(MEGABYTE);
    await stage.site.call('supervisor.sendProcessStdin', 'long', 'still here\n');
    await page.locator('.log').getByText('still here').waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 120_000);
});

/** A text within the quotes of a selector. */
const CSS = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
