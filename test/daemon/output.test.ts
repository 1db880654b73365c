import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { has, may } from '../support/needs.ts';
import { until } from '../support/until.ts';

const program = (name: string, ...options: readonly string[]) =>
  [
    `[program:${name}]`,
    'autostart=false',
    'autorestart=false',
    'startsecs=0',
    `stdout_logfile=%(here)s/${name}.log`,
    `stderr_logfile=%(here)s/${name}.err`,
    ...options,
    '',
  ].join('\n');

/** Numbered lines: 6,600,000 bytes, more than a pipe and our memory hold. */
const FLOOD = 'command=seq -f %%010g 1 600000';
const flood = Array.from({ length: 600_000 }, (_, i) => `${String(i + 1).padStart(10, '0')}\n`).join('');
/** More than a FIFO holds. */
const BACKLOG = 300_000;
const small = ['stdout_logfile_maxbytes=10', 'stdout_logfile_backups=3'];
const lines = `command=sh -c 'printf "eins\\nzwei €"'`;

let daemon: Daemon;
/** A disk of its own, too small for a flood. */
let disk: string | undefined;
/** A disk that takes nothing: nobody reads this FIFO. */
let stalled: number;
/** A disk that is slow: this FIFO is read now and then. */
let slow: number;

const read = (name: string) => readFile(join(daemon.folder, name), 'utf8');
/** The lines of the main log that have these words; a test rotates it. */
const mainLog = async (words: string): Promise<readonly string[]> => {
  const older = () => read('supervisord.log.1').catch(() => '');
  const [before, now] = [await older(), await daemon.log()];
  // Rotated between the two: neither has all.
  if ((await older()) !== before) return mainLog(words);
  return (before + now).split('\n').filter(line => line.includes(words));
};
const ended = (name: string) =>
  until(`${name}: EXITED`, async () => (await daemon.ctl('status', name)).stdout.includes('EXITED'), {
    within: 60_000,
    every: 200,
  });
/** Runs a program to its end. */
const play = async (name: string) => {
  expect((await daemon.ctl('start', name)).stdout).toBe(`${name}: started\n`);
  await ended(name);
};

const fifo = (name: string): number => {
  const path = join(daemon.folder, name);
  execFileSync('mkfifo', [path]);
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
};

beforeAll(async () => {
  if (may('SYS_ADMIN')) {
    disk = mkdtempSync(join(tmpdir(), 'statevisor-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'statevisor', disk]);
  }
  const config = [
    program('prefixed', lines, 'stdout_format=prefix'),
    program('json', lines, 'stdout_format=json'),
    program('logfmt', lines, 'stdout_format=logfmt'),
    program('daily', 'command=echo today', 'stdout_rotate=daily', 'stdout_logfile_maxbytes=0'),
    program(
      'gzipped',
      'command=sh -c "printf 0123456789; sleep 0.5; printf x"',
      ...small,
      'stdout_compress=gzip',
    ),
    program('plain', 'command=sh -c "echo out; echo err >&2"'),
    program('flooding', FLOOD, 'stdout_overflow=drop', 'stdout_logfile=%(here)s/stalled'),
    program(
      'waiting',
      FLOOD,
      ...(disk ? [`stdout_logfile=${disk}/waiting.log`, 'stdout_logfile_maxbytes=0'] : []),
    ),
    program(
      'slowly',
      `command=sh -c 'head -c ${BACKLOG} /dev/zero; echo > "$0"' %(here)s/over`,
      'stdout_logfile=%(here)s/slow',
    ),
    program('euros', `command=sh -c 'printf "€€€"'`),
  ].join('');
  daemon = await startDaemon(config, { files: { 'daily.log': 'yesterday\n' } });
  [stalled, slow] = [fifo('stalled'), fifo('slow')];
});

afterAll(async () => {
  for (const fd of [stalled, slow]) closeSync(fd);
  await daemon.stop();
  if (disk === undefined) return;
  execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

describe.concurrent('a daemon', () => {
  it('puts time and name before each line with stdout_format=prefix', async () => {
    await play('prefixed');
    const stamp = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}`;
    expect(await read('prefixed.log')).toMatch(
      new RegExp(`^${stamp} prefixed eins\n${stamp} prefixed zwei €\n$`),
    );
  });

  it('makes a record of each line with stdout_format=json', async () => {
    await play('json');
    const records = (await read('json.log'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const origin = { group: 'json', name: 'json', channel: 'stdout', pid: expect.any(Number) };
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(records).toEqual([
      { time, ...origin, message: 'eins' },
      { time, ...origin, message: 'zwei €', partial: true },
    ]);
  });

  it('or with stdout_format=logfmt', async () => {
    await play('logfmt');
    expect(await read('logfmt.log')).toMatch(
      /^time=\S+ group=logfmt name=logfmt channel=stdout pid=\d+ msg=eins\ntime=.* msg="zwei €" partial=true\n$/,
    );
  });

  it('begins a new file each day with stdout_rotate=daily', async () => {
    // A day with a change of the clock may have 25 hours.
    const yesterday = new Date(Date.now() - 36 * 3600_000);
    await utimes(join(daemon.folder, 'daily.log'), yesterday, yesterday);
    await play('daily');
    expect([await read('daily.log'), await read('daily.log.1')]).toEqual(['today\n', 'yesterday\n']);
  });

  it('compresses rotated files with stdout_compress=gzip', async () => {
    await play('gzipped');
    const unpacked = await until('the gzip', async () =>
      gunzipSync(await readFile(join(daemon.folder, 'gzipped.log.1.gz'))).toString(),
    );
    expect(unpacked + (await read('gzipped.log'))).toBe('0123456789x');
  });

  it('rotates on demand: what is not empty, and its own log', async () => {
    await play('plain');
    const { code, stdout } = await daemon.ctl('rotate', 'plain', 'main', 'nobody');
    expect([stdout, code]).toEqual([
      'supervisord: rotated\nplain: rotated\nnobody: ERROR (no such process)\n',
      1,
    ]);
    expect((await daemon.ctl('rotate', 'plain')).code).toBe(0);
    const files = (await readdir(daemon.folder)).filter(name => /^(plain|supervisord\.log)/.test(name));
    expect(files.sort()).toEqual([
      'plain.err',
      'plain.err.1',
      'plain.log',
      'plain.log.1',
      'supervisord.log',
      'supervisord.log.1',
    ]);
    expect([await read('plain.log'), await read('plain.log.1'), await read('plain.err.1')]).toEqual([
      '',
      'out\n',
      'err\n',
    ]);
  });

  it('counts what is dropped with stdout_overflow=drop, and the program does not wait', async () => {
    await play('flooding');
    const [status] = JSON.parse((await daemon.ctl('status', '--json', 'flooding')).stdout);
    expect(status.stdout_dropped).toBeGreaterThan(0);
    expect(status.stderr_dropped).toBe(0);
    const told = () => mainLog(`${daemon.folder}/stalled: `);
    await until('the line', async () => (await told()).length > 0);
    expect(await told()).toEqual([
      expect.stringMatching(/ WARN .*\/stalled: \d+ bytes of output were dropped$/),
    ]);
    readSync(stalled, Buffer.alloc(10));
  });

  it.skipIf(!may('SYS_ADMIN'))(
    'waits for a full disk, tells of it once, and goes on when there is room',
    async () => {
      await daemon.ctl('start', 'waiting');
      const trouble = `${disk}/waiting.log: cannot be written: ENOSPC; trying again each second`;
      await until('trouble', async () => (await mainLog(trouble)).length > 0);
      expect((await daemon.ctl('status', 'waiting')).stdout).toContain('RUNNING');
      execFileSync('mount', ['-o', 'remount,size=16m', disk ?? '']);
      await ended('waiting');
      const path = join(disk ?? '', 'waiting.log');
      await until('the whole flood', async () => (await readFile(path)).length >= flood.length);
      expect((await readFile(path, 'utf8')) === flood).toBe(true);
      expect(await mainLog(trouble)).toHaveLength(1);
      const again = () => mainLog('waiting.log: is written again');
      await until('the line', async () => (await again()).length > 0);
      expect(await again()).toHaveLength(1);
    },
  );

  it('tells of an end when all output before it is in the log, however slow the disk', async () => {
    await daemon.ctl('start', 'slowly');
    await until('the end', () => read('over'));
    // Real time: longer than a daemon would wait that goes by the clock.
    await sleep(2500);
    const status = async () => (await daemon.ctl('status', 'slowly')).stdout;
    expect(await status()).toContain('RUNNING');
    const piece = Buffer.alloc(16 * 1024);
    let size = 0;
    while (size < BACKLOG) {
      try {
        size += readSync(slow, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await sleep(20);
      }
      // What is left fits the FIFO.
      if (size < BACKLOG - 100_000) expect(await status()).toContain('RUNNING');
    }
    await ended('slowly');
    expect(await mainLog('slowly: ')).toEqual([]);
  });

  it('cuts no character when it shows the end of a log', async () => {
    await play('euros');
    expect((await daemon.ctl('tail', '-4', 'euros')).stdout).toBe('€\n');
  });
});

describe.skipIf(!has('supervisor'))("Python's supervisord", () => {
  it('cannot rotate on demand, and supervisorctl says so', async () => {
    const oracle = await startOracle(program('plain', 'command=true'));
    try {
      const { code, stdout } = await oracle.ctl('rotate', 'plain');
      expect([stdout, code]).toEqual([
        `rotate: ERROR (unix://${oracle.socket} is not Statevisor's supervisord)\n`,
        3,
      ]);
    } finally {
      await oracle.stop();
    }
  });
});
