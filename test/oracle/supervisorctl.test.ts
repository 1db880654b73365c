import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask as askDaemon } from '../support/ask.ts';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { type Run, run } from '../support/run.ts';
import { until } from '../support/until.ts';
import { CONFIG, ROWS, type Row } from './commandlines.ts';
import { type ForkServer, startForkServer } from './forkserver.ts';

const bin = fileURLToPath(new URL('../../dist/supervisorctl.js', import.meta.url));

/** What Python's supervisorctl said to Python's supervisord, by row: what everything else must say, too. */
const expected = new Map<string, Run>();

const CASES = ROWS.map(
  ([line, row = {}], index) =>
    [`${index}: ${row.input ? JSON.stringify(row.input) : line}`, line, row] as const,
);

describe.skipIf(!has('supervisor', 'python3')).each([
  ["Python's", startOracle],
  ['our', startDaemon],
] as const)('with %s supervisord', (whose, start) => {
  let daemon: Daemon;
  let python: ForkServer;
  let preamble: string;

  beforeAll(async () => {
    daemon = await start(CONFIG);
    python = startForkServer();
    preamble = (await readFile(daemon.conf, 'utf8')).slice(0, -CONFIG.length);
    await written('loud');
    await askDaemon(daemon.socket, 'supervisor.sendProcessStdin', 'gone', '\n');
    await until('gone', async () => /EXITED/.test((await ask('status gone')).stdout));
  });

  afterAll(async () => {
    await python.stop();
    await daemon.stop();
  });

  const server = () => ['-s', `unix://${daemon.socket}`];
  const ask = (line: string) => python.run([...server(), ...line.split(' ')]);

  async function prepare({ before = [], written: name }: Row) {
    for (const line of before) await ask(line);
    if (name !== undefined) await written(name);
  }

  /** Resolves when the process that runs now has written all that it writes, into its logs. */
  async function written(name: NonNullable<Row['written']>) {
    const info = await askDaemon(daemon.socket, 'supervisor.getProcessInfo', name);
    const { pid, stdout_logfile, stderr_logfile } = info as unknown as Info;
    const ends = {
      loud: { stdout: `\n1000\n${1_000_000 + pid}\n`, stderr: `\n600\n${1_000_000 + pid}\n` },
      umlaut: { stdout: 'no end', stderr: '' },
    }[name];
    const isWritten = async () =>
      (await readFile(stdout_logfile, 'utf8')).endsWith(ends.stdout) &&
      (await readFile(stderr_logfile, 'utf8')).endsWith(ends.stderr);
    await until(`${name}: all of it`, isWritten);
  }

  async function configure(text: string) {
    await writeFile(daemon.conf, preamble + text);
    if (text === CONFIG) await ask('update');
  }

  it.each(CASES)('%s', async (title, line, row) => {
    const args = [...(row.at?.(daemon) ?? server()), ...(line === '' ? [] : line.split(' '))];
    if (row.config !== undefined) await configure(row.config);
    await prepare(row);
    const oracle = python.run(args, row.input);
    if (!row.together) await oracle;
    await prepare(row);
    const plain = (result: Run) => unplaced(line.startsWith('pid') ? withoutPids(result) : result, daemon);
    const own = plain(await run(process.execPath, [bin, ...args], { input: row.input ?? '' }));
    const theirs = plain(await oracle);
    if (row.config !== undefined) await configure(CONFIG);
    if (whose === "Python's") expected.set(title, theirs);
    const reference = expected.get(title) ?? theirs;
    const better = whose === 'our' ? row.better : undefined;
    compare(theirs, reference, better ?? (row.stdout instanceof RegExp ? 'same' : (row.stdout ?? 'same')));
    compare(own, reference, better ?? row.stdout ?? 'same');
  });

  it('says the same when a log was taken away', async () => {
    await rm(join(daemon.folder, 'supervisord.log'));
    const line = [...server(), 'maintail'];
    const own = await run(process.execPath, [bin, ...line]);
    compare(own, await python.run(line), 'same');
    expect(own.stdout).toBe('supervisord: ERROR (no log file)\n');
  });
});

/** Of a command that prints nothing but pids; those that are 0 stay. */
const withoutPids = (result: Run): Run => ({
  ...result,
  stdout: result.stdout.replace(/^[1-9]\d*$/gm, 'PID'),
});

interface Info {
  readonly pid: number;
  readonly stdout_logfile: string;
  readonly stderr_logfile: string;
}

/** Without the daemon's folder, which differs from daemon to daemon. */
function unplaced(result: Run, { folder }: Daemon): Run {
  const unplace = (text: string) => text.replaceAll(folder, 'FOLDER');
  return { code: result.code, stdout: unplace(result.stdout), stderr: unplace(result.stderr) };
}

function compare(own: Run, theirs: Run, how: NonNullable<Row['stdout']>) {
  const [mine, yours] = [mask(own.stdout), mask(theirs.stdout)];
  if (how instanceof RegExp) expect(own.stdout).toMatch(how);
  else if (how === 'lines') expect(sortedLines(mine)).toEqual(sortedLines(yours));
  else if (how === 'begins') expect(mine.slice(0, yours.length)).toBe(yours);
  else expect(mine).toBe(yours);
  expect(own.code).toBe(theirs.code);
  // What we add for people goes to stderr, after whatever Python says there.
  if (how === 'same') expect(own.stderr.slice(0, theirs.stderr.length)).toBe(theirs.stderr);
}

const sortedLines = (text: string): readonly string[] => text.split('\n').toSorted();

/** Takes away what differs between two moments: uptimes with their pids, times of day, and by what `loud` names its run. */
function mask(text: string): string {
  return text
    .replace(/pid \d+, uptime (\d+ days?, )?\d+:\d\d:\d\d/g, 'pid N, uptime T')
    .replace(/\b[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/g, 'TIME')
    .replace(/^\d{7}$/gm, 'RUN');
}
