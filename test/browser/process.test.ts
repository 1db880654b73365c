import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { missing } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { openSite, setStage, visit } from './browser.ts';

/** Writes what it is told on stdin, so that a test says what a log holds. */
const ECHO = `/bin/cat`;
const HOSTILE = '<img src=x onerror=document.title=1>';

const CONFIG = `
[program:echo]
command=${ECHO}
environment=DB_PASSWORD="hunter2"
stdout_logfile=%(here)s/echo.log
[program:turns]
command=${ECHO}
stdout_logfile=%(here)s/turns.log
stdout_logfile_maxbytes=2000
stdout_logfile_backups=3
[program:fails]
command=/bin/sh -c 'echo no >&2; exit 7'
startretries=20
autostart=false
[program:stubborn]
command=/bin/sh -c 'trap "" TERM; while :; do sleep 0.2; done'
startsecs=0
stopwaitsecs=4
killasgroup=true
[program:${HOSTILE.replaceAll(' ', '_')}]
command=${ECHO}
stdout_logfile=%(here)s/hostile.log
`;

describe.skipIf(missing('chromium').length > 0)('the page of a process', () => {
  const stage = setStage(() => openSite(CONFIG));

  const open = (name: string, options = {}) =>
    visit(stage.browser, `${stage.site.url}process.html?processname=${encodeURIComponent(name)}`, options);

  const tell = (name: string, text: string) => stage.site.call('supervisor.sendProcessStdin', name, text);

  /** Waits until a state of the chart is lit. */
  const lit = (page: Page, id: string) =>
    page.locator(`.box.active[data-state="${id}"]`).waitFor({ state: 'attached' });

  it('lights the state of its chart, follows transitions, and greys what cannot be done with the reason', async () => {
    const { page, complaints, close } = await open('echo');
    await lit(page, 'alive.running');
    await lit(page, 'alive');
    const start = page.getByRole('button', { name: 'Start, not possible: it runs' });
    expect(await start.isDisabled()).toBe(true);
    await page.getByText('Cannot start: it runs').waitFor();
    await page.getByText(/^Runs with pid \d+, for/).waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await lit(page, 'stopped');
    expect(await page.locator('.box.active[data-state="alive"]').count()).toBe(0);
    await page.getByText(/^Was stopped by an operator/).waitFor();
    await page.getByText('Cannot stop, restart or signal: it is stopped.').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await lit(page, 'alive.running');
    await page.getByRole('listitem').filter({ hasText: 'starting → running' }).first().waitFor();
    await page.getByRole('listitem').filter({ hasText: 'ended by SIGTERM, when stopped' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('animates the transitions that were taken', async () => {
    const { page, close } = await open('echo');
    await lit(page, 'alive.running');
    // Seen by an observer in the page: a glow is shorter than a look from outside may take.
    await page.evaluate(`
      window.glowed = [];
      new MutationObserver(changes => changes.forEach(({ target }) =>
        target.matches('.taken') && window.glowed.push(target.dataset.arrow)
      )).observe(document.querySelector('.chart'), { subtree: true, attributeFilter: ['class'] });
    `);
    await stage.site.call('supervisor.stopProcess', 'echo');
    await stage.site.call('supervisor.startProcess', 'echo');
    await until('the arrows', async () => {
      const glowed = (await page.evaluate('window.glowed')) as string[];
      return ['alive.running>alive.stopping.asked', 'alive.stopping>stopped', 'stopped>alive'].every(arrow =>
        glowed.includes(arrow),
      );
    });
    await close();
  });

  it('counts a back-off down and tells the try, the exit status and what was expected', async () => {
    const { page, close } = await open('fails');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await lit(page, 'backoff');
    const told = page.locator('.story').filter({
      hasText: /try of 21 failed, next in \d+\.\d s; exit status 7, not in exitcodes 0\./,
    });
    await told.waitFor();
    await page
      .locator('.countdown')
      .filter({ hasText: /^backoff \d+\.\d s$/ })
      .waitFor();
    const first = await told.textContent();
    await until('less time', async () => (await page.locator('.story').textContent()) !== first);
    await page.getByRole('tab', { name: 'stderr' }).click();
    await page.locator('.log').getByText('no').first().waitFor();
    await stage.site.call('supervisor.stopProcess', 'fails');
    await close();
  });

  it('counts stopwaitsecs down and then tells of the kill', async () => {
    const { page, close } = await open('stubborn');
    await lit(page, 'alive.running');
    // Looked for from before the click on: four seconds may pass quickly.
    const countdown = page
      .locator('.story')
      .filter({ hasText: /asked to stop by SIGTERM; is killed in [0-4]\.\d s/ })
      .waitFor();
    const asked = lit(page, 'alive.stopping.asked');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await Promise.all([countdown, asked]);
    await lit(page, 'stopped');
    await page.getByRole('listitem').filter({ hasText: 'ended by SIGKILL, when stopped' }).waitFor();
    await close();
  });

  it('shows the log as it grows, in its colours, with search, pause and wrap', async () => {
    const { page, close } = await open('echo');
    const log = page.locator('.log');
    await lit(page, 'alive.running');
    await tell('echo', '\x1b[31mred\x1b[0m one\n\x1b[38;2;1;2;3mtrue\x1b[0m two\nthree\n');
    await log.locator('.fg1', { hasText: 'red' }).waitFor();
    expect(await page.evaluate(`document.querySelector('.log span[style]').style.color`)).toBe(
      'rgb(1, 2, 3)',
    );
    await page.getByRole('button', { name: 'Pause' }).click();
    await tell('echo', 'while away\n');
    await page.getByRole('button', { name: 'Resume (1)' }).click();
    await log.getByText('while away').waitFor();
    await page.getByLabel('Search stdout').fill('two');
    await page.getByText('1 line', { exact: true }).waitFor();
    await log.locator('mark', { hasText: 'two' }).waitFor();
    await log.getByText('three').waitFor({ state: 'hidden' });
    await page.getByLabel('Search stdout').fill('');
    await log.getByText('three').waitFor();
    await page.getByRole('button', { name: 'Wrap' }).click();
    expect(await page.evaluate(`getComputedStyle(document.querySelector('.log')).whiteSpace`)).toBe('pre');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const path = await (await download).path();
    expect(await readFile(path)).toEqual(await readFile(join(stage.site.folder, 'echo.log')));
    await close();
  });

  it('follows the log across its rotation', async () => {
    const { page, close } = await open('turns');
    await lit(page, 'alive.running');
    for (let line = 1; line <= 60; line += 1) await tell('turns', `line ${line} ${'.'.repeat(100)}\n`);
    await page.locator('.log').getByText('line 60 ').waitFor();
    expect((await readFile(join(stage.site.folder, 'turns.log.1'), 'utf8')).length).toBeGreaterThan(0);
    const shown = (await page.locator('.log').textContent())?.match(/line \d+/g) ?? [];
    expect(shown).toEqual([...new Set(shown)]);
    expect(shown.slice(-40)).toEqual(Array.from({ length: 40 }, (_, index) => `line ${index + 21}`));
    await close();
  }, 90_000);

  it('masks the values of its environment', async () => {
    const { page, close } = await open('echo');
    await page.getByRole('row', { name: 'environment: DB_PASSWORD •••' }).waitFor();
    expect(await page.content()).not.toContain('hunter2');
    await close();
  });

  it('shows hostile names and output as text, and fits a phone', async () => {
    const name = HOSTILE.replaceAll(' ', '_');
    for (const path of ['', `process.html?processname=${encodeURIComponent(name)}`, 'daemon.html']) {
      const { page, complaints, close } = await visit(stage.browser, `${stage.site.url}${path}`, {
        viewport: { width: 360, height: 740 },
        hasTouch: true,
      });
      await page.getByText(name).first().waitFor();
      if (path.startsWith('process')) {
        await tell(name, `</pre><script>document.title=1</script>${HOSTILE}\x1b]0;title\x07\u202egnp.exe\n`);
        await page.locator('.log').getByText('<script>').waitFor();
        expect(await page.locator('.log').textContent()).not.toContain('\u202e');
      }
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.title()).not.toBe('1');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      expect(complaints).toEqual([]);
      await close();
    }
  });

  it('tells of a process that an update has removed', async () => {
    const { page, close } = await open('turns');
    await lit(page, 'alive.running');
    const text = await readFile(stage.site.conf, 'utf8');
    await writeFile(stage.site.conf, text.replace('[program:turns]', '[program:other]'));
    await stage.site.ctl('update');
    await page.getByText('Is no longer part of the configuration that runs.').waitFor();
    await writeFile(stage.site.conf, text);
    await close();
  });

  it('the page of the daemon shows what an update would change before it is confirmed', async () => {
    const { page, complaints, close } = await visit(stage.browser, `${stage.site.url}daemon.html`);
    await page.getByRole('button', { name: 'Update…' }).and(page.locator(':disabled')).waitFor();
    const text = await readFile(stage.site.conf, 'utf8');
    await writeFile(
      stage.site.conf,
      `${text.replace('stopwaitsecs=4', 'stopwaitsecs=1')}\n[program:fresh]\ncommand=/bin/cat\n`,
    );
    await page.getByRole('button', { name: 'Check configuration' }).click();
    const diff = page.getByRole('region', { name: 'What an update would change' });
    await diff.getByText('fresh').first().waitFor();
    await diff.getByText('stopwaitsecs: 4 → 1').waitFor();
    await page.getByRole('button', { name: 'Update…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Update' }).click();
    await page.getByText('Updated').waitFor();
    const tree = page.getByRole('tree', { name: 'Actors' });
    await tree.getByRole('link', { name: 'fresh' }).waitFor();
    await page.getByRole('region', { name: 'Events' }).getByText('group fresh: added').waitFor();
    await page.locator('.log').getByText("spawned: 'fresh' with pid").waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('the page of the daemon reloads it when that is confirmed, and a broken configuration changes nothing', async () => {
    const { page, close } = await visit(stage.browser, `${stage.site.url}daemon.html`);
    const text = await readFile(stage.site.conf, 'utf8');
    await writeFile(stage.site.conf, `${text}\n[program:broken]\nstartsecs=x\n`);
    const reload = async () => {
      await page.getByRole('button', { name: 'Reload…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Reload' }).click();
    };
    await reload();
    await page.locator('.toast.bad').filter({ hasText: 'CANT_REREAD' }).waitFor();
    await writeFile(stage.site.conf, text);
    await reload();
    await page.getByText('Reloading').waitFor();
    await page.getByRole('region', { name: 'Events' }).getByText('daemon: RUNNING').waitFor();
    await page.getByRole('tree', { name: 'Actors' }).getByText('running').nth(2).waitFor();
    await close();
  });
});
