// Takes the pictures of docs/screenshots: `node --import ./scripts/typescript.mjs scripts/screenshots.ts`, after a build.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openBrowser, openSite, visit } from '../test/browser/browser.ts';
import { speaker, speakerCommand } from '../test/support/listener.ts';
import { withPalette } from './palette.ts';

const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));

const WEB = `
let order = 4100;
const wait = () => setTimeout(serve, 200 + 500 * Math.random());
function serve() {
  const until = Date.now() + 15 + 90 * Math.random() * Math.random();
  while (Date.now() < until);
  const late = Math.random() < 0.12;
  console.log('\\x1b[32mGET\\x1b[0m /orders/' + ++order + ' \\x1b[1m200\\x1b[0m ' + Math.round(4 + 30 * Math.random()) + ' ms');
  if (late) console.log('\\x1b[33mWARN\\x1b[0m slow query, 312 ms: \\x1b[36mselect\\x1b[0m * from orders where id = ' + order);
  wait();
}
wait();
`;

const CONFIG = `
[supervisord]
identifier=shop-eu-1
[program:web]
command=node %(here)s/web.js
process_name=%(program_name)s_%(process_num)02d
numprocs=4
environment=DATABASE_URL="postgres://shop:secret@db/shop",SESSION_KEY="secret"
[program:worker]
command=node %(here)s/web.js
process_name=%(program_name)s_%(process_num)02d
numprocs=3
[group:shop]
programs=web,worker
[program:cache]
command=/bin/sh -c 'echo "ready to accept connections"; exec sleep 3600'
[program:search-index]
command=/bin/sh -c 'echo "connect to search:9200: connection refused" >&2; exit 7'
startretries=30
[program:mailer]
command=/bin/sh -c 'echo "sending"; sleep 9; echo "smtp: timeout" >&2; exit 2'
stopasgroup=true
[program:migrate]
command=/bin/sh -c 'echo "17 migrations applied"; sleep 2'
autorestart=false
stopasgroup=true
[program:reports]
command=/bin/sh -c 'echo "no licence" >&2; exit 1'
startretries=0
[eventlistener:audit]
${speakerCommand('ok', 'audit')}
events=PROCESS_STATE
buffer_size=20
[program:debug-shell]
command=/bin/cat
autostart=false
`;

/** The pictures: a page, its size, and what is done before it is taken. */
const PICTURES: readonly {
  readonly name: string;
  readonly path: string;
  readonly size: readonly [width: number, height: number];
  readonly before?: (page: Page) => Promise<unknown>;
}[] = [
  { name: 'list', path: '', size: [1280, 640] },
  {
    name: 'process',
    path: 'process.html?processname=search-index',
    size: [1280, 860],
    // Just after a try has failed: the way there still glows.
    before: async page => {
      await page.getByRole('tab', { name: 'stderr' }).click();
      await page.locator('.arrow.taken').first().waitFor({ state: 'attached', timeout: 30_000 });
      await page.waitForTimeout(700);
    },
  },
  { name: 'output', path: 'process.html?processname=shop:web_00', size: [1280, 860] },
  {
    name: 'daemon',
    path: 'daemon.html',
    size: [1280, 900],
    before: page => page.getByRole('button', { name: 'Check configuration' }).click(),
  },
  {
    name: 'inspector',
    path: 'inspector',
    size: [1280, 860],
    before: page => page.locator('#tree .depth-2', { hasText: 'mailer' }).click(),
  },
  { name: 'phone-list', path: '', size: [360, 720] },
  { name: 'phone-process', path: 'process.html?processname=search-index', size: [360, 720] },
];

/** Only the pictures whose names begin so. */
const [only = ''] = process.argv.slice(2);

const [browser, site] = await Promise.all([openBrowser(), openSite(CONFIG, '', { files: await speaker() })]);
try {
  await writeFile(`${site.folder}/web.js`, WEB);
  await site.ctl('restart', 'shop:*');
  await mkdir(folder, { recursive: true });
  // Somebody looks for a while, so that the curves have something to show.
  const looking = await visit(browser, site.url);
  await looking.page.waitForTimeout(75_000);
  const text = await readFile(site.conf, 'utf8');
  await writeFile(
    site.conf,
    `${text.replace('startretries=30', 'startretries=40')}\n[program:exporter]\ncommand=/bin/cat\n`,
  );
  // The inspector has an address of its own.
  const inspector = String(await site.call('statevisor.inspect', true));
  for (const { name, path, size, before } of PICTURES.filter(picture => picture.name.startsWith(only))) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const [width, height] = size;
      const { page, close } = await visit(browser, path === 'inspector' ? inspector : `${site.url}${path}`, {
        viewport: { width, height },
        colorScheme,
      });
      await page.waitForTimeout(5000);
      await before?.(page);
      await page.waitForTimeout(300);
      await writeFile(`${folder}${name}-${colorScheme}.png`, withPalette(await page.screenshot()));
      await close();
    }
  }
} finally {
  await browser.close();
  await site.stop();
}
