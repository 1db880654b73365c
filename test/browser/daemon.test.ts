import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { speaker, speakerCommand } from '../support/listener.ts';
import { missing } from '../support/needs.ts';
import { openSite, setStage, visit } from './browser.ts';

const CONFIG = `
[program:cat]
command=/bin/cat
startsecs=0
[program:many]
command=/bin/cat
process_name=%(program_name)s_%(process_num)04d
numprocs=1000
autostart=false
[eventlistener:audit]
${speakerCommand('ok')}
startsecs=0
buffer_size=7
events=PROCESS_STATE
[eventlistener:deaf]
command=/bin/cat
startsecs=0
events=TICK_60
`;

describe.skipIf(missing('chromium').length > 0)('the tree of actors on the page of the daemon', () => {
  const stage = setStage(async () => openSite(CONFIG, '', { files: await speaker() }));
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    ({ page, complaints } = await visit(stage.browser, `${stage.site.url}daemon.html`));
    await page.getByRole('tree').waitFor();
  });

  const item = (words: string | RegExp) => page.getByRole('treeitem').filter({ hasText: words });

  it('has the root, programs, instances, pools and listeners, each with its state', async () => {
    await item(/^supervisor.*running/).waitFor();
    await item(/^instancecatrunningpid \d+/).waitFor();
    await item(/^poolaudit0 of 7 events wait, 1 of 1 listeners free/).waitFor();
    await item(/^listenerauditready/).waitFor();
    await item(/^listenerdeafacknowledged/).waitFor();
    await page.getByText('4 programs, 1003 instances, 2 pools, 2 listeners').waitFor();
  });

  it('follows what happens without a reload', async () => {
    await stage.site.call('supervisor.sendProcessStdin', 'deaf', 'babble\n');
    await item(/^listenerdeafunknown/).waitFor();
    await stage.site.call('supervisor.stopProcess', 'cat');
    await item(/^instancecatstopped/).waitFor();
    await stage.site.call('supervisor.startProcess', 'cat');
    await item(/^instancecatrunning/).waitFor();
  });

  it('opens 1,000 instances of which only those that are seen exist, and finds one by its name', async () => {
    await item(/^programmany/).click();
    await item('many_0000').waitFor();
    expect(await page.getByRole('treeitem').count()).toBeLessThan(60);
    await page.getByLabel('Filter actors').fill('many_0777');
    await item('many_0777').waitFor();
    expect(await page.getByRole('treeitem').count()).toBe(3);
    await page.getByLabel('Filter actors').fill('');
  });

  it('is walked by keys: down, up, open, close, the last, and into the page of a process', async () => {
    const chosen = () => page.locator('.actor.chosen').textContent();
    await page.getByRole('tree').focus();
    await page.keyboard.press('Home');
    expect(await chosen()).toContain('supervisor');
    await page.keyboard.press('End');
    await item('many_0999').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await item(/^programmany/).getAttribute('aria-expanded')).toBe('false');
    expect(await chosen()).toContain('many');
    await page.keyboard.press('Home');
    while (!(await chosen())?.startsWith('instancecat')) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await item(/^portprocess/).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/process\.html\?processname=cat/);
    expect(complaints).toEqual([]);
  });
});
