import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startOracle } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { type Run, run } from '../support/run.ts';
import { until } from '../support/until.ts';
import { type ForkServer, startForkServer } from './forkserver.ts';

const ours = fileURLToPath(new URL('../../dist/supervisorctl.js', import.meta.url));

const sleeper = 'command=sleep 1000\nstartsecs=0\n';
const CONFIG = `
[program:web]
${sleeper}
[program:job]
${sleeper}process_name=job_%(process_num)s
numprocs=2
[program:left]
${sleeper}
[program:right]
${sleeper}
[group:pair]
programs=left,right
[program:idle]
${sleeper}autostart=false
[program:gone]
command=sleep 0.3
startsecs=0
autorestart=false
[program:broken]
command=/no/such/command
autostart=false
startretries=0
[program:notexec]
command=/etc/passwd
autostart=false
startretries=0
[program:quick]
command=false
autostart=false
startretries=0
[program:failing]
command=false
autostart=false
startretries=1000
[program:loud]
command=sh -c 'seq 1 1000; seq 1 600 >&2; exec sleep 1000'
startsecs=0
[program:umlaut]
command=sh -c 'printf "gr\\303\\274\\303\\237e\\r\\nno end"; exec sleep 1000'
startsecs=0
[program:nolog]
${sleeper}stdout_logfile=NONE
stderr_logfile=NONE
[program:a_name_that_is_longer_than_thirty_letters]
${sleeper}autostart=false
`;

/** What a row may say beside its command line. */
interface Row {
  /** Command lines that make the scene anew before each of the two runs; by Python's supervisorctl. */
  readonly before?: readonly string[];
  /** Both at once: Python's daemon takes seconds for each. */
  readonly together?: true;
  /** What stdin holds. */
  readonly input?: string;
  /** How stdout must compare: the same; the same lines in any order; begun by Python's; or, where that is no use, this. */
  readonly stdout?: 'same' | 'lines' | 'begins' | RegExp;
  /** Another server than the shared one. */
  readonly at?: (daemon: Daemon) => readonly string[];
  /** The configuration that stands in the file meanwhile. */
  readonly config?: string;
}

const missing = { at: (daemon: Daemon) => ['-s', `unix://${daemon.folder}/none.sock`] };
const refused = { at: () => ['-s', 'http://127.0.0.1:1'] };
const alien = { stdout: /^error: .*\n$/ };
const changed = CONFIG.replace('[program:gone]', `[program:new]\n${sleeper}[program:newer]`)
  .replace(`[program:web]\n${sleeper}`, `[program:web]\n${sleeper}environment=A=1\n`)
  .replace('numprocs=2', 'numprocs=3')
  .replace('programs=left,right', 'programs=left');

/** Every row is run by Python's supervisorctl and by ours; stdout and exit status must be the same. */
const ROWS: readonly (readonly [line: string, row?: Row])[] = [
  ['status'],
  ['status web'],
  ['status web:web'],
  ['status web:'],
  ['status web gone'],
  ['status nope'],
  ['status web nope'],
  ['status nope web'],
  ['status gone nope'],
  ['status nope gone'],
  ['status job:'],
  ['status job:*'],
  ['status job:job_0'],
  ['status job:nope'],
  ['status job_0'],
  ['status nope:'],
  ['status nope:*'],
  ['status nope:x'],
  ['status nope: web'],
  ['status job:job_0 job:*'],
  ['status all'],
  ['status web all'],
  ['status idle'],
  ['status a_name_that_is_longer_than_thirty_letters web'],
  ['status quick', { before: ['start quick'] }],
  ['status broken', { before: ['start broken'] }],
  ['avail'],
  ['avail x'],
  ['pid', { before: [] }],
  ['pid web'],
  ['pid idle'],
  ['pid nope'],
  ['pid all'],
  ['pid web idle'],
  ['pid web nope idle'],
  ['pid job:*'],
  ['pid all web'],
  ['version'],
  ['version x'],

  ['start'],
  ['start web'],
  ['start web:web'],
  ['start web:', { before: ['stop web'] }],
  ['start idle', { before: ['stop idle'] }],
  ['start idle web', { before: ['stop idle'] }],
  ['start nope'],
  ['start nope:'],
  ['start nope:*'],
  ['start nope:x'],
  ['start job:nope'],
  ['start left'],
  ['start pair:left'],
  ['start pair:left', { before: ['stop pair:left'] }],
  ['start broken'],
  ['start notexec'],
  ['start quick'],
  ['start failing', { before: ['stop failing'] }],
  ['start job:'],
  ['start job:*', { before: ['stop job:'] }],
  ['start job:job_0 job:', { before: ['stop job:'] }],
  ['start web pair: nope idle', { before: ['stop web pair:* idle'] }],
  ['start broken quick web'],
  ['start gone', { before: ['stop gone'] }],
  ['start all', { before: ['stop all'], stdout: 'lines' }],
  ['stop'],
  ['stop web', { before: ['start web'] }],
  ['stop web:*', { before: ['start web'] }],
  ['stop web', { before: ['stop web'] }],
  ['stop nope'],
  ['stop nope:'],
  ['stop nope:x'],
  ['stop job:nope'],
  ['stop job:', { before: ['start job:*'], stdout: 'lines' }],
  ['stop job:', { before: ['stop job:*'] }],
  ['stop idle web', { before: ['stop idle', 'start web'] }],
  ['stop failing', { before: ['start failing'] }],
  ['stop web all', { before: ['start all'], stdout: 'lines' }],
  ['restart'],
  ['restart web', { before: ['start web'] }],
  ['restart idle gone', { before: ['stop idle gone'] }],
  ['restart nope'],
  ['restart nope:'],
  ['restart nope web', { before: ['start web'] }],
  ['restart job:', { before: ['start job:*'], stdout: 'lines' }],
  ['restart broken'],
  ['restart all', { before: ['start all'], stdout: 'lines' }],

  ['signal'],
  ['signal HUP'],
  ['signal CONT web', { before: ['start web'] }],
  ['signal 18 web', { before: ['start web'] }],
  ['signal cont web', { before: ['start web'] }],
  ['signal SIGCONT web', { before: ['start web'] }],
  ['signal NOPE web'],
  ['signal 999 web'],
  ['signal CONT nope'],
  ['signal CONT nope:'],
  ['signal CONT job:', { before: ['start job:*'] }],
  ['signal CONT idle', { before: ['stop idle'] }],
  ['signal CONT idle web nope', { before: ['stop idle', 'start web'] }],
  ['signal CONT all'],
  ['signal NOPE all'],
  ['signal NOPE job:', { before: ['start job:*'] }],
  ['clear'],
  ['clear web'],
  ['clear nope'],
  ['clear nope:'],
  ['clear job:'],
  ['clear job:*'],
  ['clear job:job_0'],
  ['clear nolog'],
  ['clear web nolog nope'],
  ['clear web all', { together: true }],

  ['tail'],
  ['tail loud', { before: ['restart loud'] }],
  ['tail -20 loud'],
  ['tail  -20   loud'],
  ['tail loud stderr'],
  ['tail -20 loud stderr'],
  ['tail -20 loud STDERR'],
  ['tail loud stdout'],
  ['tail loud foo'],
  ['tail -0 loud'],
  ['tail --5 loud'],
  ['tail -x loud'],
  ['tail -1.5 loud'],
  ['tail - loud'],
  ['tail 20 loud'],
  ['tail -20 -f loud'],
  ['tail -5'],
  ['tail -f'],
  ['tail -f loud foo'],
  ['tail -f nope'],
  ['tail -f nope:x stderr'],
  ['tail -f loud stderr foo x'],
  ['tail loud stderr foo'],
  ['tail -5 loud stderr foo'],
  ['tail nope'],
  ['tail nope:'],
  ['tail nope:x'],
  ['tail job:'],
  ['tail job:*'],
  ['tail all'],
  ['tail nolog'],
  ['tail broken'],
  ['tail -9999999 gone'],
  ['tail umlaut', { before: ['clear umlaut', 'restart umlaut'], stdout: /^grüße\r?\nno end\n$/ }],
  ['maintail -50', { stdout: /^.{49,}\n\n$/s }],
  ['maintail x'],
  ['maintail -x'],
  ['maintail -'],
  ['maintail 50'],
  ['maintail -f x'],
  ['maintail -50 x'],
  ['fg'],
  ['fg nope'],
  ['fg broken'],
  ['fg idle', { before: ['stop idle'] }],
  ['fg web job:'],
  ['fg job:'],
  ['fg all'],

  ['reread'],
  ['reread x'],
  ['reread', { config: changed }],
  ['reread', { config: `${CONFIG}[program:bad]\nautostart=perhaps\n` }],
  ['update'],
  ['update nope'],
  ['update web'],
  ['update all'],
  ['update web nope'],
  ['update all nope'],
  ['update web nope', { config: changed, before: ['update web'] }],
  [
    'update',
    { config: `${CONFIG}[program:bad]\nautostart=perhaps\n`, stdout: /^ERROR: CANT_REREAD: .*perhaps/ },
  ],
  ['add'],
  ['add web'],
  ['add nope'],
  ['add nope web'],
  ['add idle', { before: ['stop idle', 'remove idle'] }],
  ['add idle idle', { before: ['remove idle'] }],
  ['remove'],
  ['remove web', { before: ['start web'] }],
  ['remove nope'],
  ['remove idle', { before: ['add idle', 'stop idle'] }],
  ['remove idle gone', { before: ['add idle gone', 'stop idle gone'] }],
  ['add idle gone', { before: ['stop idle gone', 'remove idle gone'] }],

  ['help', { stdout: 'begins' }],
  ['?', { stdout: 'begins' }],
  ['? start', { stdout: 'begins' }],
  ['?start', { stdout: 'begins' }],
  ...'add avail clear exit fg maintail open pid quit reload remove reread restart shutdown signal start status stop tail update version help'
    .split(' ')
    .map(verb => [`help ${verb}`, { stdout: 'begins' }] as const),
  ['help nope'],
  ['help start stop'],
  ['help EOF'],
  ['foo'],
  ['foo bar'],
  ['!ls'],
  ['# hello'],
  ['VERSION'],
  ['version;version'],
  ['exit'],
  ['exit foo'],
  ['quit'],
  ['EOF'],
  ['open'],
  ['open foo'],
  ['open ftp://x'],
  ['open http://127.0.0.1:1'],
  ['open unix:///nope'],
  ['shutdown x'],
  ['reload x'],

  ...[
    'status',
    'status web',
    'start',
    'start web',
    'stop all',
    'restart web',
    'signal HUP web',
    'clear web',
    'pid',
    'pid web',
    'version',
    'tail web',
    'tail -f web',
    'maintail',
    'maintail -f',
    'fg web',
    'shutdown',
    'help nope',
    'add',
  ].flatMap(line => [[line, missing] as const, [line, refused] as const]),
  ...['reread', 'update', 'avail', 'add web', 'remove web', 'reload'].flatMap(line => [
    [line, { ...missing, stdout: /none\.sock no such file\n$/ }] as const,
    [line, { ...refused, stdout: /^http:\/\/127\.0\.0\.1:1 refused connection\n$/ }] as const,
  ]),
  ['status', { at: daemon => ['-s', `unix://${daemon.folder}`] }],
  ['version', { ...alien, at: () => ['-s', 'https://127.0.0.1:1'] }],
  ['version', { ...alien, at: () => ['-s', 'localhost:1'] }],
  ['version', { ...alien, at: () => ['-s', 'http://no.such.host.invalid:1'] }],

  ['', { input: 'version\nquit\n' }],
  ['', { input: 'version\n' }],
  ['', { input: 'version' }],
  ['', { input: '' }],
  ['', { input: 'foo\n\n\n  version  \nstart\nexit\nversion\n' }],
  ['', { input: 'start nope\nstatus nope\n' }],
  ['', { input: 'stat\nst\nEOF\nversion\n' }],
  ['', { input: 'version;version\nVERSION\n!foo\n.x\nstatus#\nstart\tweb\n' }],
  ['', { input: 'shutdown\nn\nreload\n\nreload\nno\nversion\n' }],
  ['', { input: 'shutdown foo\nupdate nope\nfg\nadd\nremove nope\nquit foo\nversion\n' }],
  ['', { input: 'open unix:///nope\nversion\nopen foo\n' }],
  ['', { input: 'tail -20 loud\npid idle\nhelp nope\n' }],
  [
    '',
    {
      input: 'version\nstatus\nreload\n',
      ...missing,
      stdout: /no such file\nsupervisor> .*no such file\nsupervisor> .*no such file\n/,
    },
  ],
];

describe.skipIf(!has('supervisor', 'python3'))("beside Python's supervisorctl", () => {
  let daemon: Daemon;
  let python: ForkServer;

  beforeAll(async () => {
    daemon = await startOracle(CONFIG);
    python = startForkServer();
    await until('loud', async () => /1000\n/.test((await daemon.python('tail', 'loud')).stdout));
    await until('gone', async () => /EXITED/.test((await daemon.python('status', 'gone')).stdout));
  });

  afterAll(async () => {
    await python.stop();
    await daemon.stop();
  });

  const server = () => ['-s', `unix://${daemon.socket}`];

  it.each(
    ROWS.map(
      ([line, row = {}], index) =>
        [`${index}: ${row.input ? JSON.stringify(row.input) : line}`, line, row] as const,
    ),
  )('%s', async (_, line, row) => {
    const args = [...(row.at?.(daemon) ?? server()), ...(line === '' ? [] : line.split(' '))];
    if (row.config !== undefined) await configure(row.config);
    await prepare(row);
    const oracle = python.run(args, row.input);
    if (!row.together) await oracle;
    await prepare(row);
    const own = await run(process.execPath, [ours, ...args], { input: row.input ?? '' });
    const theirs = await oracle;
    if (row.config !== undefined) await configure(CONFIG);
    compare(own, theirs, row.stdout ?? 'same');
  });

  async function prepare({ before = [] }: Row) {
    for (const line of before) await python.run([...server(), ...line.split(' ')]);
  }

  let preamble: string | undefined;

  async function configure(text: string) {
    preamble ??= (await readFile(daemon.conf, 'utf8')).slice(0, -CONFIG.length);
    await writeFile(daemon.conf, preamble + text);
    await python.run([...server(), text === CONFIG ? 'update' : 'pid']);
  }

  it('says the same when a log was taken away', async () => {
    await rm(join(daemon.folder, 'supervisord.log'));
    const line = [...server(), 'maintail'];
    compare(await run(process.execPath, [ours, ...line]), await python.run(line), 'same');
  });
});

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

/** Without the one process that may or may not have ended by then. */
function sortedLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter(line => !line.startsWith('gone:'))
    .toSorted();
}

/** Takes away what differs between two moments: pids, uptimes and times of day. */
function mask(text: string): string {
  return text
    .replace(/pid \d+, uptime (\d+ days?, )?\d+:\d\d:\d\d/g, 'pid N, uptime T')
    .replace(/\b[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/g, 'TIME')
    .replace(/^\d{2,7}$/gm, number => (Number(number) > 1000 ? 'PID' : number));
}
