import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { openSite, rowOf, setStage, visit } from './browser.ts';

const CONFIG = `
[program:cat]
command=/bin/cat
[program:dog]
command=/bin/cat
autostart=false
[program:worker]
command=/bin/sh -c 'trap "echo hup" HUP; echo up; while :; do sleep 0.1; done'
process_name=%(program_name)s_%(process_num)d
numprocs=3
startsecs=0
stopasgroup=true
[program:loop]
command=/bin/sh -c 'sleep 1.1; exit 3'
stopasgroup=true
startsecs=0
autostart=false
autorestart=true
[program:fails]
command=/bin/false
autostart=false
startretries=1
[program:late]
command=/bin/cat
autostart=false
[group:pack]
programs=worker
`;

describe.skipIf(missing('chromium').length > 0)('the list of processes', () => {
  const stage = setStage(() => openSite(CONFIG));
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    ({ page, complaints } = await visit(stage.browser, stage.site.url));
    await rowOf(page, 'cat:cat').waitFor();
  });

  /** Waits for a state's word in a row. */
  const shows = (key: string, word: string) => rowOf(page, key).getByText(word, { exact: true }).waitFor();

  it('shows each process with its state, pid and uptime, in its group', async () => {
    await shows('cat:cat', 'running');
    await shows('dog:dog', 'stopped');
    await shows('pack:worker_2', 'running');
    await page.getByText('3 of 3 up').waitFor();
    const pid = Number(await rowOf(page, 'cat:cat').locator('.pid').textContent());
    const [info] = (await stage.site.call('supervisor.getAllProcessInfo')) as { pid: number }[];
    expect(pid).toBe(info?.pid);
  });

  it('samples processor and memory while somebody looks', async () => {
    await rowOf(page, 'cat:cat').locator('.memory b').filter({ hasText: /MiB/ }).waitFor();
    await rowOf(page, 'cat:cat').locator('.cpu b').filter({ hasText: /%/ }).waitFor();
  });

  it('starts and stops one by its buttons, and says what came of it', async () => {
    // What came of it is said for a few seconds.
    const said = page.getByText('dog: started').waitFor();
    await page.getByRole('button', { name: 'Start dog' }).click();
    await Promise.all([said, shows('dog:dog', 'running')]);
    await page.getByRole('button', { name: 'Stop dog' }).click();
    await shows('dog:dog', 'stopped');
    await rowOf(page, 'dog:dog').locator('.note').filter({ hasText: 'stopped' }).waitFor();
  });

  it('restarts one: another pid', async () => {
    const before = await rowOf(page, 'cat:cat').locator('.pid').textContent();
    const said = page.getByText('cat: restarted').waitFor();
    await page.getByRole('button', { name: 'Restart cat' }).click();
    await said;
    await until(
      'another pid',
      async () => (await rowOf(page, 'cat:cat').locator('.pid').textContent()) !== before,
    );
  });

  it('tells why a start failed', async () => {
    const said = page.getByText('fails: start: SPAWN_ERROR: fails').waitFor();
    await page.getByRole('button', { name: 'Start fails' }).click();
    await said;
    await shows('fails:fails', 'fatal');
  });

  it('acts on a selection made by keys: signal, clear, stop, start', async () => {
    await page.getByLabel('Filter').fill('worker');
    await page.keyboard.press('Escape');
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
    await page.getByText('2 selected').waitFor();
    expect(await rowOf(page, 'pack:worker_0').getAttribute('aria-selected')).toBe('true');
    await page.getByLabel('Send a signal').selectOption('HUP');
    await until('the signal', async () =>
      String(await stage.site.call('supervisor.readProcessStdoutLog', 'pack:worker_1', 0, 0)).includes('hup'),
    );
    await page.getByRole('button', { name: 'Clear log' }).click();
    await until(
      'an empty log',
      async () => (await stage.site.call('supervisor.readProcessStdoutLog', 'pack:worker_1', 0, 0)) === '',
    );
    await page
      .getByRole('group', { name: 'Selected processes' })
      .getByRole('button', { name: 'Stop', exact: true })
      .click();
    await shows('pack:worker_1', 'stopped');
    await shows('pack:worker_2', 'running');
    await page
      .getByRole('group', { name: 'Selected processes' })
      .getByRole('button', { name: 'Start', exact: true })
      .click();
    await shows('pack:worker_1', 'running');
    await page.keyboard.press('Escape');
  });

  it('asks before it stops a group, and stops it whole', async () => {
    await page.getByRole('button', { name: 'stop group pack' }).click();
    await page.getByRole('dialog').getByText('3 processes will be stopped').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await shows('pack:worker_0', 'running');
    await page.getByRole('button', { name: 'stop group pack' }).click();
    await page.getByRole('button', { name: 'Stop group pack' }).last().click();
    for (const number of [0, 1, 2]) await shows(`pack:worker_${number}`, 'stopped');
  });

  it('asks before it restarts all', async () => {
    await page.getByRole('button', { name: 'Restart all' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restart all processes' }).click();
    for (const number of [0, 1, 2]) await shows(`pack:worker_${number}`, 'running');
    await shows('late:late', 'running');
  });

  it('follows what others do, without a reload', async () => {
    await stage.site.ctl('stop', 'cat');
    await shows('cat:cat', 'stopped');
    await stage.site.ctl('start', 'cat');
    await shows('cat:cat', 'running');
  });

  it('shows a crash loop as it happens: new pids, and an exit more each time', async () => {
    const row = rowOf(page, 'loop:loop');
    if (await row.getByText('stopped').isVisible())
      await page.getByRole('button', { name: 'Start loop' }).click();
    const bad = row.locator('.exits .bad');
    await bad.nth(3).waitFor();
    await row.locator('.exits[title*="exit status 3, unexpected"]').waitFor();
    // Between an exit and the next start it does not run, and cannot be stopped.
    await until('a stop', async () => (await stage.site.ctl('stop', 'loop')).stdout === 'loop: stopped\n');
    await shows('loop:loop', 'stopped');
  });

  it('filters by words and by states, and sorts by a column', async () => {
    await page.getByLabel('Filter').fill('dog');
    await rowOf(page, 'cat:cat').waitFor({ state: 'detached' });
    await page.getByLabel('Filter').fill('');
    await page.getByRole('group', { name: 'Show only' }).getByText('fatal').click();
    await rowOf(page, 'cat:cat').waitFor({ state: 'detached' });
    await rowOf(page, 'fails:fails').waitFor();
    await page.getByRole('group', { name: 'Show only' }).getByText('fatal').click();
    await page.getByRole('columnheader', { name: 'State' }).getByRole('button').click();
    await page.locator('.rows .row').first().and(rowOf(page, 'fails:fails')).waitFor();
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  });

  it('opens a process by j and Enter', async () => {
    await page.getByLabel('Filter').fill('dog');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await rowOf(page, 'dog:dog').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/process\.html\?processname=dog$/);
    await page.goBack();
    await rowOf(page, 'cat:cat').waitFor();
  });

  it('takes up groups that an update adds', async () => {
    await writeFile(
      stage.site.conf,
      `${await readFile(stage.site.conf, 'utf8')}\n[program:fresh]\ncommand=/bin/cat\n`,
    );
    await stage.site.ctl('update');
    await shows('fresh:fresh', 'running');
  });

  it('goes on through a reload of the daemon', async () => {
    const pid = await rowOf(page, 'cat:cat').locator('.pid').textContent();
    await stage.site.ctl('reload');
    await until('another pid', async () => {
      const now = await rowOf(page, 'cat:cat').locator('.pid').textContent();
      return now !== '' && now !== pid;
    });
    await shows('cat:cat', 'running');
    await page.getByText('live', { exact: true }).waitFor();
  });

  it('has complained of nothing but refused starts', () => {
    expect(complaints.filter(text => !text.includes('409'))).toEqual([]);
  });
});
