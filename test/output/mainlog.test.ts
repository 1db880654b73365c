import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMainLog, type MainLogOptions } from '../../src/output/mainlog.ts';
import { fakeKernel, folder } from './outputs.ts';

const options = (path: string, over: Partial<MainLogOptions> = {}): MainLogOptions => ({
  logfile: { to: 'file', path },
  logfile_maxbytes: 0,
  logfile_backups: 10,
  loglevel: 'info',
  echo: false,
  kernel: fakeKernel(),
  ...over,
});

it("writes Supervisor's lines, in order, from its level on", async () => {
  const path = join(folder(), 'd.log');
  const { log, shows, flush, close } = createMainLog(options(path, { loglevel: 'trace' }));
  for (const level of ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather'] as const)
    log(level, `a ${level}`);
  await flush();
  const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}`;
  const words = [
    'CRIT a critical',
    'ERRO a error',
    'WARN a warn',
    'INFO a info',
    'DEBG a debug',
    'TRAC a trace',
  ];
  expect(readFileSync(path, 'utf8')).toMatch(
    new RegExp(`^${words.map(word => `${time} ${word}\n`).join('')}$`),
  );
  expect([shows('trace'), shows('blather')]).toEqual([true, false]);
  await close();
});

it('takes % and line ends as they are', async () => {
  const path = join(folder(), 'd.log');
  const { log, close } = createMainLog(options(path));
  log('info', '100% %s %d\nand more');
  await close();
  expect(readFileSync(path, 'utf8')).toMatch(/ INFO 100% %s %d\nand more\n$/);
});

it('rotates after the line that fills the file', async () => {
  const home = folder();
  const path = join(home, 'd.log');
  const { log, close } = createMainLog(options(path, { logfile_maxbytes: 100, logfile_backups: 2 }));
  // A line has 40 bytes: three fill a file.
  for (let line = 10; line < 20; line++) log('info', `line ${line}...`);
  await close();
  const lines = (name: string) => readFileSync(join(home, name), 'utf8').match(/line \d+/g);
  expect(readdirSync(home).sort()).toEqual(['d.log', 'd.log.1', 'd.log.2']);
  expect(lines('d.log.2')).toEqual(['line 13', 'line 14', 'line 15']);
  expect(lines('d.log.1')).toEqual(['line 16', 'line 17', 'line 18']);
  expect(lines('d.log')).toEqual(['line 19']);
});

it('begins a fresh file when it is cleared, and follows a moved one when it is reopened', async () => {
  const path = join(folder(), 'd.log');
  const main = createMainLog(options(path));
  main.log('info', 'one');
  await main.clear();
  expect(readFileSync(path, 'utf8')).toBe('');
  main.log('info', 'two');
  await main.flush();
  renameSync(path, `${path}.moved`);
  main.reopen();
  main.log('info', 'three');
  await main.close();
  expect(readFileSync(`${path}.moved`, 'utf8')).toMatch(/ two\n$/);
  expect(readFileSync(path, 'utf8')).toMatch(/^\S+ \S+ INFO three\n$/);
});

it("goes to the system's log where logfile is syslog", async () => {
  const kernel = fakeKernel();
  const { log, path, close } = createMainLog(options('', { logfile: { to: 'syslog' }, kernel }));
  log('warn', 'a word');
  await close();
  expect(kernel.messages).toEqual([expect.stringMatching(/^6 .* WARN a word$/)]);
  expect(path).toBeUndefined();
});
