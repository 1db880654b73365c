import { pbkdf2, randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LogFile, type LogFileOptions } from '../../src/output/logger.ts';
import { until } from '../support/until.ts';
import { folder } from './outputs.ts';

/** Files are compressed when this is over. */
const gzip = vi.hoisted(() => ({ gate: Promise.resolve() }));
vi.mock('../../src/output/rotate.ts', async original => {
  const real = await original<typeof import('../../src/output/rotate.ts')>();
  return { ...real, compress: (path: string) => gzip.gate.then(() => real.compress(path)) };
});

const open: LogFile[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const log of open.splice(0)) log.close();
});

function logIn(home: string, over: Partial<LogFileOptions> = {}) {
  const reports: string[] = [];
  const path = join(home, 'x.log');
  const log = new LogFile({
    path,
    maxbytes: 10,
    backups: 2,
    rotate: 'size',
    compress: 'none',
    report: (level, text) => reports.push(`${level} ${text}`),
    ...over,
  });
  open.push(log);
  log.open();
  const write = async (...texts: string[]) => {
    for (const text of texts) {
      await log.write(Buffer.from(text));
      await log.settled();
    }
  };
  const contents = () =>
    Object.fromEntries(
      readdirSync(home)
        .sort()
        .map(name => [name, readFileSync(join(home, name), 'utf8')]),
    );
  return { log, path, reports, write, contents };
}

describe('rotation by size', () => {
  it('comes after the write that reaches maxbytes, and keeps as many files as backups says', async () => {
    const { write, contents } = logIn(folder());
    await write('aaaa', 'bbbb');
    expect(contents()).toEqual({ 'x.log': 'aaaabbbb' });
    await write('cccc', 'dddddddddd', 'eeeeeeeeeeee', 'f');
    expect(contents()).toEqual({ 'x.log': 'f', 'x.log.1': 'eeeeeeeeeeee', 'x.log.2': 'dddddddddd' });
  });

  it('empties the file where backups is 0', async () => {
    const { write, contents } = logIn(folder(), { backups: 0 });
    await write('0123456789', 'x');
    expect(contents()).toEqual({ 'x.log': 'x' });
  });

  it('never comes where maxbytes is 0', async () => {
    const { write, contents } = logIn(folder(), { maxbytes: 0 });
    await write('x'.repeat(1000));
    expect(contents()).toEqual({ 'x.log': 'x'.repeat(1000) });
  });

  it('counts what was in the file before', async () => {
    const home = folder();
    writeFileSync(join(home, 'x.log'), '012345678');
    const { write, contents } = logIn(home);
    await write('9');
    expect(contents()).toEqual({ 'x.log': '', 'x.log.1': '0123456789' });
  });

  it('cuts a large piece into files that are at most 64 KiB too long', async () => {
    const home = folder();
    const { write } = logIn(home, { maxbytes: 100_000, backups: 9 });
    await write('x'.repeat(500_000));
    const sizes = readdirSync(home).map(name => readFileSync(join(home, name)).length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(500_000);
    expect(Math.max(...sizes)).toBeLessThan(100_000 + 64 * 1024);
  });

  it('does not come too early after logrotate has copied and truncated the file', async () => {
    const { path, write, contents } = logIn(folder());
    await write('01234567');
    truncateSync(path);
    await write('89');
    expect(contents()).toEqual({ 'x.log': '89' });
  });

  it('counts what is written while the file is opened anew', async () => {
    const { log, write, contents } = logIn(folder());
    await write('0');
    // The write waits behind these: Node has four threads for both.
    const work = Array.from({ length: 4 }, () => promisify(pbkdf2)('', '', 100_000, 64, 'sha512'));
    const written = write('123456789');
    await Promise.resolve();
    log.reopen();
    await Promise.all([written, ...work]);
    expect(contents()).toEqual({ 'x.log': '', 'x.log.1': '0123456789' });
  });

  it('that fails is reported once, and the file grows on', async () => {
    const home = folder();
    mkdirSync(join(home, 'x.log.1'));
    const { path, write, reports } = logIn(home, { backups: 1 });
    await write('0123456789', 'abc', 'def');
    expect(readFileSync(path, 'utf8')).toBe('0123456789abcdef');
    expect(reports).toEqual([`error ${path}: cannot be rotated: EISDIR`]);
  });
});

it('rotates on demand what is not empty, between two writes, or says why it cannot', async () => {
  const { log, write, contents } = logIn(folder(), { maxbytes: 0 });
  const writing = write('a'.repeat(100_000), 'b');
  await log.rotate();
  await writing;
  await log.rotate();
  await log.rotate();
  const whole = Object.values(contents()).reverse().join('');
  expect(whole).toBe(`${'a'.repeat(100_000)}b`);
  expect(contents()['x.log']).toBe('');
  const refusing = logIn(folder(), { backups: 1 });
  mkdirSync(`${refusing.path}.1`);
  await refusing.write('c');
  await expect(refusing.log.rotate()).rejects.toThrow('EISDIR');
});

it('rotates on demand, whatever the size', async () => {
  const { log, write, contents } = logIn(folder());
  await write('a');
  await log.rotate();
  await write('b');
  expect(contents()).toEqual({ 'x.log': 'b', 'x.log.1': 'a' });
});

it.each([
  ['daily', new Date(2026, 10, 22, 23, 59), new Date(2026, 10, 23, 0, 1), true],
  ['daily', new Date(2026, 10, 22, 1, 0), new Date(2026, 10, 22, 23, 0), false],
  ['hourly', new Date(2026, 10, 22, 1, 59), new Date(2026, 10, 22, 2, 0), true],
  ['hourly', new Date(2026, 10, 22, 1, 0), new Date(2026, 10, 22, 1, 59), false],
] as const)('with rotate=%s, between %s and %s: %s', async (rotate, before, after, isRotated) => {
  vi.useFakeTimers({ toFake: ['Date'], now: before });
  const { write, contents } = logIn(folder(), { maxbytes: 0, rotate });
  await write('a');
  vi.setSystemTime(after);
  await write('b');
  expect(contents()).toEqual(isRotated ? { 'x.log': 'b', 'x.log.1': 'a' } : { 'x.log': 'ab' });
});

it('rotates a file of yesterday that an earlier daemon left', async () => {
  const home = folder();
  const path = join(home, 'x.log');
  writeFileSync(path, 'a');
  // A day with a change of the clock may have 25 hours.
  const yesterday = new Date(Date.now() - 36 * 3600_000);
  utimesSync(path, yesterday, yesterday);
  const { write, contents } = logIn(home, { maxbytes: 0, rotate: 'daily' });
  await write('b');
  expect(contents()).toEqual({ 'x.log': 'b', 'x.log.1': 'a' });
});

it('compresses rotated files, and moves the compressed ones on', async () => {
  const home = folder();
  const { write } = logIn(home, { compress: 'gzip' });
  await write('0123456789', 'abcdefghij', 'ABCDEFGHIJ', 'x');
  const files = () => readdirSync(home).sort().join(' ');
  await until('the last gzip', () => files() === 'x.log x.log.1.gz x.log.2.gz');
  const unzipped = (name: string) => gunzipSync(readFileSync(join(home, name))).toString();
  expect([unzipped('x.log.1.gz'), unzipped('x.log.2.gz')]).toEqual(['ABCDEFGHIJ', 'abcdefghij']);
});

it('takes what comes while the last file is compressed, until the next one is full', async () => {
  const home = folder();
  const size = 200_000;
  const { log } = logIn(home, { compress: 'gzip', maxbytes: size, backups: 10 });
  let goOn = () => {};
  gzip.gate = new Promise(resolve => {
    goOn = resolve;
  });
  await log.write(randomBytes(size));
  await log.write(Buffer.from('taken'));
  await log.write(Buffer.alloc(size - 'taken'.length));
  expect([log.holding, readdirSync(home).includes('x.log.1')]).toEqual([false, true]);
  await log.write(Buffer.from('kept'));
  expect([log.holding, log.refusing]).toEqual([true, false]);
  goOn();
  await log.settled();
  await log.rotate();
  const sizes = readdirSync(home).map(name => {
    const content = readFileSync(join(home, name));
    return name.endsWith('.gz') ? gunzipSync(content).length : content.length;
  });
  expect(sizes.toSorted((a, b) => a - b)).toEqual([0, 'kept'.length, size, size]);
});

it('begins a fresh file when it is cleared, also while a write is on its way', async () => {
  const { log, write, contents } = logIn(folder(), { maxbytes: 0 });
  const writing = write('x'.repeat(1000));
  log.clear();
  await writing;
  await write('new');
  expect(contents()).toEqual({ 'x.log': 'new' });
});

it('never removes or rotates what is no file on a disk', async () => {
  const log = new LogFile({
    path: '/dev/null',
    maxbytes: 1,
    backups: 1,
    rotate: 'size',
    compress: 'none',
    report: () => expect.unreachable(),
  });
  open.push(log);
  log.clear();
  await log.write(Buffer.from('abc'));
  await log.rotate();
  expect(readdirSync('/dev')).not.toContain('null.1');
});

it('appends to a descriptor that the daemon was given, and leaves it open', async () => {
  const path = join(folder(), 'given');
  const given = openSync(path, 'w');
  const log = new LogFile({
    path: `/dev/fd/${given}`,
    maxbytes: 1,
    backups: 1,
    rotate: 'size',
    compress: 'none',
    report: () => expect.unreachable(),
  });
  log.open();
  await log.write(Buffer.from('ours '));
  log.clear();
  log.reopen();
  await log.rotate();
  writeSync(given, 'and theirs');
  log.close();
  closeSync(given);
  expect(readFileSync(path, 'utf8')).toBe('ours and theirs');
});
