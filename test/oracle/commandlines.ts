import type { Daemon } from '../support/daemon.ts';

const sleeper = 'command=sleep 1000\nstartsecs=0\n';
/** The scene of the command lines. */
export const CONFIG = `
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
command=head -n 1
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
startsecs=60
autostart=false
startretries=0
[program:failing]
command=false
startsecs=60
autostart=false
startretries=1000
[program:loud]
command=sh -c '(seq 1 1000; echo $((1000000 + $$))); (seq 1 600; echo $((1000000 + $$))) >&2; exec sleep 1000'
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
export interface Row {
  /** Command lines that make the scene anew before each of the two runs; by Python's supervisorctl. */
  readonly before?: readonly string[];
  /** Both at once: Python's daemon takes seconds for each. */
  readonly together?: true;
  /** A program that was started just before, whose output must be complete. */
  readonly written?: 'loud' | 'umlaut';
  /** What stdin holds. */
  readonly input?: string;
  /** How stdout must compare: the same; the same lines in any order; begun by Python's; or, where that is no use, this. */
  readonly stdout?: 'same' | 'lines' | 'begins' | RegExp;
  /** What our supervisord makes of it, where it is better than Python's on purpose. */
  readonly better?: RegExp;
  /** Another server than the shared one. */
  readonly at?: (daemon: Daemon) => readonly string[];
  /** The configuration that stands in the file meanwhile. */
  readonly config?: string;
}

const missing = { at: (daemon: Daemon) => ['-s', `unix://${daemon.folder}/none.sock`] };
const refused = { at: () => ['-s', 'http://127.0.0.1:1'] };
const calm = { before: ['stop failing'] };
/** Each runtime has its own words for it, and the resolver may have others the next time. */
const alien = { stdout: /^error: .*\n$/, better: /^error: .*\n$/ };
const changed = CONFIG.replace('[program:gone]', `[program:new]\n${sleeper}[program:newer]`)
  .replace(`[program:web]\n${sleeper}`, `[program:web]\n${sleeper}environment=A=1\n`)
  .replace('numprocs=2', 'numprocs=3')
  .replace('programs=left,right', 'programs=left');

const broken = `${CONFIG}[program:bad]\nautostart=perhaps\n`;
const whatAndWhere =
  /CANT_REREAD: not a valid boolean value: 'perhaps' in section 'program:bad'[\s\S]*expected true or false/;

/** Every row is run by Python's supervisorctl and by ours; stdout and exit status must be the same. */
export const ROWS: readonly (readonly [line: string, row?: Row])[] = [
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
  ['signal CONT all', calm],
  ['signal NOPE all', calm],
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
  ['tail loud', { before: ['restart loud'], written: 'loud' }],
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
  [
    'tail umlaut',
    {
      before: ['clear umlaut', 'restart umlaut'],
      written: 'umlaut',
      better: /^grüße\r\nno end\n$/,
    },
  ],
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
  ['reread', { config: broken, better: whatAndWhere }],
  ['update'],
  ['update nope'],
  ['update web'],
  ['update all'],
  ['update web nope'],
  ['update all nope'],
  ['update web nope', { config: changed, before: ['update web'] }],
  ['update', { config: broken, stdout: /^ERROR: CANT_REREAD: .*perhaps/, better: whatAndWhere }],
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
  ['open unix://', alien],
  ['open http://', alien],
  ['open http://no.such.host.invalid:1', alien],
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

  ['', { ...calm, input: 'version\nquit\n' }],
  ['', { ...calm, input: 'version\n' }],
  ['', { ...calm, input: 'version' }],
  ['', { ...calm, input: '' }],
  ['', { ...calm, input: 'foo\n\n\n  version  \nstart\nexit\nversion\n' }],
  ['', { ...calm, input: 'start nope\nstatus nope\n' }],
  ['', { ...calm, input: 'stat\nst\nEOF\nversion\n' }],
  ['', { ...calm, input: 'version;version\nVERSION\n!foo\n.x\nstatus#\nstart\tweb\n' }],
  ['', { ...calm, input: 'shutdown\nn\nreload\n\nreload\nno\nversion\n' }],
  ['', { ...calm, input: 'shutdown foo\nupdate nope\nfg\nadd\nremove nope\nquit foo\nversion\n' }],
  ['', { ...calm, input: 'open unix:///nope\nversion\nopen foo\n' }],
  ['', { ...calm, input: 'tail -20 loud\npid idle\nhelp nope\n' }],
  [
    '',
    {
      ...calm,
      input: 'version\nstatus\nreload\n',
      ...missing,
      stdout: /no such file\nsupervisor> .*no such file\nsupervisor> .*no such file\n/,
    },
  ],
];
