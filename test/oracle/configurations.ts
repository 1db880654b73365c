/** A configuration that both supervisords are given. */
export interface Row {
  /** What it is about. */
  readonly what: string;
  readonly text: string;
  /** More files of its folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** The command line, instead of `-n -c a.conf`. */
  readonly args?: readonly string[];
}

/** One that we read otherwise than Supervisor 4.2.5, and why. */
export interface DifferentRow extends Row {
  readonly why: string;
}

type Short = readonly [what: string, text: string, files?: Row['files']];

const rows = (...shorts: Short[]): Row[] => shorts.map(([what, text, files]) => ({ what, text, files }));
/** Rows of which each is one program with these lines. */
const programs = (...shorts: Short[]): Row[] =>
  rows(
    ...shorts.map(
      ([what, lines, files]): Short => [what, `[program:x]\ncommand=/bin/cat\n${lines}\n`, files],
    ),
  );
const daemon = (...shorts: Short[]): Row[] =>
  rows(...shorts.map(([what, lines, files]): Short => [what, `[supervisord]\n${lines}\n`, files]));
const listeners = (...shorts: Short[]): Row[] =>
  rows(...shorts.map(([what, lines]): Short => [what, `[eventlistener:l]\ncommand=/bin/cat\n${lines}\n`]));
const fcgi = (...shorts: Short[]): Row[] =>
  rows(...shorts.map(([what, lines]): Short => [what, `[fcgi-program:f]\ncommand=/bin/cat\n${lines}\n`]));
const started = (what: string, ...args: string[]): Row => ({ what, text: '[supervisord]\n', args });

const X = '[program:x]\ncommand=/bin/cat\n';
const Y = '[program:y]\ncommand=/bin/cat\n';
const SUPERVISORD = '[supervisord]\n';

/** What both refuse, in the same words. Each gets a [supervisord] where it has none, except for the first two. */
export const REFUSED: readonly Row[] = [
  ...rows(['no [supervisord]', X.replace('program', 'programme')], ['an empty file', '']),
  // The dialect
  ...rows(
    ['an option before any section', 'foo=bar\n[supervisord]'],
    ['a byte order mark', '\ufeff[supervisord]\n'],
    ['a line that is nothing', `${SUPERVISORD}logfile\n`],
    ['several lines that are nothing', `${SUPERVISORD}logfile\n${X}nonsense here\n`],
    ['an option without a name', `${SUPERVISORD}=x\n`],
    ['a section without a name', `${SUPERVISORD}[]\n`],
    ['an option that looks continued', `${X}startsecs=3\n  startretries=4\n`],
    ['a comment in quotes', `${X}environment=A="a #b",B=c\n`],
  ),
  // Programs
  ...rows(
    ['no command', '[program:x]\npriority=1\n'],
    ['a name with a space', '[program:x y]\ncommand=x\n'],
    ['a name with a colon', '[program:x:y]\ncommand=x\n'],
    ['a name with a slash', '[program:x/y]\ncommand=x\n'],
    ['the name of a group', `[group:a b]\nprograms=x\n${X}`],
    ['the name of a listener', '[eventlistener:x y]\ncommand=x\nevents=TICK_5\n'],
    ['the name of an fcgi-program', '[fcgi-program:a b]\ncommand=x\nsocket=tcp://a:1\n'],
    ['a program in quotes', `[program:x'y]\ncommand=/bin/cat\nautostart=maybe\n`],
  ),
  ...programs(
    ['a boolean', 'autostart=maybe'],
    ['a short boolean', 'autostart=t'],
    ['an empty boolean', 'autostart='],
    ['autorestart', 'autorestart=maybe'],
    ['startsecs', 'startsecs=soon'],
    ['a fraction', 'startsecs=1.5'],
    ['priority, which names no section', 'priority=high'],
    ['a signal', 'stopsignal=NOPE'],
    ['an empty signal', 'stopsignal='],
    ["a signal's number", 'stopsignal=999'],
    ["a negative signal's number", 'stopsignal=-1'],
    ['a number between signals', 'stopsignal=35'],
    ['SIG twice', 'stopsignal=SIGSIGTERM'],
    ['a size', 'stdout_logfile_maxbytes=9x'],
    ['a size with a letter alone', 'stdout_logfile_maxbytes=10M'],
    ['a unit alone', 'stdout_logfile_maxbytes=MB'],
    ['backups', 'stderr_logfile_backups=many'],
    ['a capture', 'stdout_capture_maxbytes=-'],
    ['exitcodes', 'exitcodes=9,x'],
    ['exitcodes out of range', 'exitcodes=256'],
    ['negative exitcodes', 'exitcodes=-1'],
    ['exitcodes with a gap', 'exitcodes=0,,1'],
    ['exitcodes on two lines', 'exitcodes=0\n 1'],
    ['umask', 'umask=999'],
    ['numprocs without a number in the name', 'numprocs=2'],
    ['numprocs with another name', 'numprocs=2\nprocess_name=x_%(process_numb)s'],
    ['numprocs', 'numprocs=x'],
    ['numprocs_start', 'numprocs_start=x'],
    ['a name with a colon', 'process_name=a:b'],
    ['a name with a space', 'process_name=a b'],
    ['stopasgroup without killasgroup', 'stopasgroup=true\nkillasgroup=false'],
    ['an environment without a value', 'environment=A'],
    ['an environment with an empty value', 'environment=A=,B=2'],
    ['an environment without commas', 'environment=A=1 B=2'],
    ['an environment that begins with a comma', 'environment=,A=1'],
    ['an environment with two commas', 'environment=A=1,,B=2'],
    ['an environment without its end', 'environment=A="1'],
    ['an environment with a letter that is none', 'environment=A=a@b,B=c'],
    ['text after a quoted value', 'environment=A="x"y,B=1'],
    ['events enabled', 'stdout_events_enabled=x'],
    ['syslog', 'stderr_syslog=x'],
    ['several at once', 'stopwaitsecs=a\nstartsecs=b\nautostart=c'],
  ),
  // Expansions
  ...programs(
    ['an unknown name', 'stdout_logfile=%(nothing)s'],
    ['an unknown variable', 'environment=A=%(ENV_NOTHING)s'],
    ['the first of two unknown names', 'directory=%(b)s%(a)s'],
    ['a name in capitals', 'directory=%(HERE)s'],
    ['an empty name', 'directory=%()s'],
    ['nested parentheses', 'directory=%((a)b)s'],
    ['a text as a number', 'directory=%(program_name)d'],
    ['a text as hexadecimal', 'directory=%(program_name)x'],
    ['a text as a fraction', 'directory=%(program_name)f'],
    ['a text as a letter', 'directory=%(here)c'],
    ['a percent sign at the end', 'directory=5%'],
    ['a letter that is no conversion', 'directory=+%H'],
    ['a name without its end', 'directory=%(here'],
    ['a name without a letter', 'directory=%(here)'],
    ['a width from nowhere', 'directory=%(process_num)*d'],
    ['a name and a percent sign', 'directory=%(here)%'],
    ['a number without a name', 'directory=%d'],
    ['a percent sign in an environment', 'environment=A="50%"'],
    ['process_num before it is known', 'serverurl=%(process_num)d'],
    ['numprocs before it is known', 'startsecs=%(numprocs)s'],
    ['process_name', 'process_name=%(nothing)s'],
    ['priority', 'priority=%(nothing)s'],
    ['a quote in what is expanded', `directory=it's %(nothing)s`],
    ['both quotes in what is expanded', `directory=it's "%(nothing)s"`],
    ['several lines', 'directory=a\n b %(nothing)s'],
  ),
  // Groups, listeners, FastCGI
  ...rows(
    ['an unknown program', '[group:g]\nprograms=a\n'],
    ['an unknown program after a known one', `[group:g]\nprograms=x,a\n${X}`],
    ['a comma at the end of programs', `[group:g]\nprograms=x,\n${X}`],
    ['programs on two lines', `[group:g]\nprograms=x\n y\n${X}${Y}`],
    ["a group's priority", `[group:g]\nprograms=x\npriority=q\n${X}`],
    ["a member's priority", `[group:g]\nprograms=x\n${X}priority=q\n`],
    ['an ambiguous name', `[group:g]\nprograms=x\n${X}[fcgi-program:x]\ncommand=x\nsocket=tcp://a:1\n`],
    ['a listener in a group', '[group:g]\nprograms=l\n[eventlistener:l]\ncommand=x\nevents=TICK_5\n'],
    ['an expansion in programs', '[group:g]\nprograms=%(nothing)s\n'],
  ),
  ...listeners(
    ['no events', ''],
    ['empty events', 'events='],
    ['an unknown event', 'events=TICK_5,NOPE'],
    ['a comma at the end of events', 'events=TICK_5,'],
    ['redirect_stderr', 'events=TICK_5\nredirect_stderr=true'],
    ['buffer_size 0', 'events=TICK_5\nbuffer_size=0'],
    ['buffer_size', 'events=TICK_5\nbuffer_size=x'],
    ['result_handler', 'events=TICK_5\nresult_handler=no:such'],
    ['its priority', 'events=TICK_5\npriority=x'],
  ),
  ...fcgi(
    ['no socket', ''],
    ['a socket of no kind', 'socket=foo'],
    ['a socket in capitals', 'socket=TCP://localhost:80'],
    ['no port', 'socket=tcp://localhost'],
    ['no host', 'socket=tcp://:80'],
    ['an IPv6 host', 'socket=tcp://[::1]:80'],
    ['a port out of range', 'socket=tcp://a:99999'],
    ['port 0', 'socket=tcp://a:0'],
    ['a relative path', 'socket=unix://a'],
    ['an owner of a port', 'socket=tcp://a:1\nsocket_owner=root'],
    ['a mode of a port', 'socket=tcp://a:1\nsocket_mode=0700'],
    ['an owner', 'socket=unix:///tmp/a\nsocket_owner=nobody-here'],
    ['a mode', 'socket=unix:///tmp/a\nsocket_mode=999'],
    ['a backlog', 'socket=unix:///tmp/a\nsocket_backlog=x'],
    ['backlog 0', 'socket=unix:///tmp/a\nsocket_backlog=0'],
  ),
  // Servers and plug-ins
  ...rows(
    ['a server without a port', '[inet_http_server]\n'],
    ['a port that is none', '[inet_http_server]\nport=x\n'],
    ['an empty port', '[inet_http_server]\nport=\n'],
    ['a host without a port', '[inet_http_server]\nport=a:\n'],
    ['a host with a port that is none', '[inet_http_server]\nport=a:x\n'],
    ['a port above the bound', '[inet_http_server]\nport=localhost:65536\n'],
    ['a port alone above the bound', '[inet_http_server]\nport=65536\n'],
    ['a port below the bound', '[inet_http_server]\nport=:0\n'],
    ['a username without a password', '[inet_http_server]\nport=1\nusername=u\n'],
    ['a password without a username', '[unix_http_server]\nfile=/tmp/a\npassword=p\n'],
    ['here in a password', '[inet_http_server]\nport=1\nusername=u\npassword=%(here)s\n'],
    ['a server without a file', '[unix_http_server]\n'],
    ['here in a mode', '[unix_http_server]\nfile=/tmp/a\nchmod=%(here)s\n'],
    ['a mode and half of the credentials', '[unix_http_server]\nfile=/tmp/a\nchmod=9\nusername=u\n'],
    ['chmod', '[unix_http_server]\nfile=/tmp/a\nchmod=0x1\n'],
    ['chown', '[unix_http_server]\nfile=/tmp/a\nchown=nobody-here\n'],
    ["chown's group", '[unix_http_server]\nfile=/tmp/a\nchown=root:nobody-here\n'],
    ['an empty chown', '[unix_http_server]\nfile=/tmp/a\nchown=\n'],
    ['a plug-in without a factory', '[rpcinterface:a]\n'],
    ['a plug-in that is not there', '[rpcinterface:a]\nsupervisor.rpcinterface_factory=no.such:thing\n'],
    [
      'here in a plug-in',
      '[rpcinterface:a]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\na=%(here)s\n',
    ],
  ),
  // The daemon
  ...daemon(
    ['loglevel', 'loglevel=warning'],
    ['logfile', 'logfile=/no/such/x'],
    ['logfile_maxbytes', 'logfile_maxbytes=1.5MB'],
    ['logfile_backups', 'logfile_backups=x'],
    ['pidfile', 'pidfile=/no/such/x'],
    ['umask', 'umask=9'],
    ['nodaemon', 'nodaemon=x'],
    ['silent', 'silent='],
    ['minfds', 'minfds='],
    ['minprocs', 'minprocs=x'],
    ['nocleanup', 'nocleanup=x'],
    ['childlogdir', 'childlogdir=/no/such'],
    ['an empty childlogdir', 'childlogdir='],
    ['user', 'user=nobody-here'],
    ['an empty user', 'user='],
    ['a user by number', 'user=77777'],
    ['directory', 'directory=/no/such'],
    ['strip_ansi', 'strip_ansi=foo'],
    ['environment', 'environment=foo'],
    ['host_node_name in an environment', 'environment=A=%(host_node_name)s'],
    ['an expansion of identifier', 'identifier=%(ENV_NOTHING)s'],
    ['its own environment in identifier', 'environment=G=1\nidentifier=%(ENV_G)s'],
    ['all at once', 'minfds=a\nminprocs=b\nloglevel=c\nuser=nobody-here\n[inet_http_server]\nport=x'],
    ['a user and a server', 'user=nobody-here\n[inet_http_server]\nport=x'],
    ['a plug-in before a program', '[rpcinterface:x]\n[program:y]\npriority=x'],
    ['a program before a server', '[inet_http_server]\nport=x\n[program:y]\npriority=q'],
    ['a group before a program', '[program:y]\npriority=1q\n[group:g]\npriority=2q'],
    ['a listener before FastCGI', '[fcgi-program:y]\npriority=1q\n[eventlistener:g]\npriority=2q'],
  ),
  // Files
  ...rows(
    ['[include] without files', '[include]\n'],
    ['an expansion in [include]', '[include]\nfiles=%(nothing)s\n'],
    ['an included file without a section', '[include]\nfiles=b.conf\n', { 'b.conf': 'foo\n' }],
    [
      'a value in a file included by a path with a dot',
      '[include]\nfiles=./b.conf\n',
      { 'b.conf': `${X}startsecs=x\n` },
    ],
    ['a value in an included file', '[include]\nfiles=b.conf\n', { 'b.conf': `${X}startsecs=x\n` }],
    [
      'a section that two files share',
      `${X}[include]\nfiles=b.conf\n`,
      { 'b.conf': '[program:x]\nstartsecs=x\n' },
    ],
    ['here written twice', '[supervisord]\nidentifier=%%(here)s\n[include]\nfiles=none\n'],
  ),
  // The command line
  started('-n twice', '-n', '-n'),
  started('a long and a short one', '--nodaemon', '-n'),
  started('an unknown letter', '-Z'),
  started('an unknown word', '--foo'),
  started('a beginning of several', '--log=x'),
  started('nothing after -c', '-c'),
  started('something after --nodaemon', '--nodaemon=5'),
  started('an argument', '-c', 'a.conf', 'foo', "it's"),
  started('-m', '-m', '999'),
  started('-y', '-y', '9x'),
  started('--logfile_backups by its beginning', '--logfile_b', 'x'),
  started('-e', '-e', 'x'),
  started('-j', '-j', '/no/such/x'),
  started('-d', '-d', '/no/such'),
  started('-u', '-c', 'a.conf', '-u', 'nobody-here'),
  started('-l with an expansion', '-l', '%(here)s/x'),
  started('a file that is not there', '-c', 'no.conf'),
  started('a folder', '-c', '/'),
  {
    what: 'the file before the command line',
    text: '[supervisord]\nnodaemon=x\n',
    args: ['-n', '-c', 'a.conf'],
  },
];

/** What runs in a row that looks at its children: it writes what it is and has into a file of its name. */
const PROBE = 'command=/bin/sh %(here)s/probe.sh\nautostart=true\nautorestart=false\nstartsecs=0\n';
/** Rows of which each is one program that looks at itself. */
const probes = (...shorts: Short[]): Row[] =>
  rows(...shorts.map(([what, lines, files]): Short => [what, `[program:x]\n${PROBE}${lines}\n`, files]));

/** What both accept, and mean the same by. Each gets servers, logs and autostart=false where it does not say otherwise. */
export const ACCEPTED: readonly Row[] = [
  ...rows(
    ['nothing', ''],
    ['programs by priority and name', `${X}${Y}[program:m]\ncommand=m\npriority=5\n`],
    ['text after a header', '[program:x] and more\ncommand=/bin/cat\n'],
    ['a header with two brackets', '[program:x]] and more\ncommand=/bin/cat\n'],
    ['blanks in a header', '[program: x ]\ncommand=/bin/cat\n'],
    ['a program without a name', '[program:]\ncommand=/bin/cat\n'],
    ['other letters in names', '[program:a.b-c_d@é,*]\ncommand=/bin/cat ä\n'],
    ['a section twice', `${X}startsecs=3\n${X}command=/bin/dog\n`],
    ['unknown sections and options', `[foo]\na=b\n[Program:y]\n${X}foo=%(nothing)s\n`],
    ['a process twice in a group', `${X}${Y}[group:g]\nprograms=x,y\n`],
    ['one program in two groups', `${X}[group:g]\nprograms=x\n[group:h]\nprograms=x\n`],
    ['a group without programs', '[group:g]\n'],
    ['a group with empty programs', '[group:g]\nprograms=\n'],
    ['the order of programs', `${X}${Y}[group:g]\nprograms = y , x\npriority=%(ENV_TEN)s\n`],
    ["a group's name in a program", '[program:x]\ncommand=/bin/cat %(group_name)s\n[group:g]\nprograms=x\n'],
    [
      'a listener',
      '[eventlistener:l]\ncommand=/bin/cat\nevents=TICK_5, process_state ,\n TICK_60\nbuffer_size=3\n',
    ],
    [
      'several listeners',
      '[eventlistener:l]\ncommand=/bin/cat\nevents=EVENT\nnumprocs=2\nprocess_name=l%(process_num)s\n',
    ],
    [
      'an fcgi-program',
      '[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix://%(here)s/%(program_name)s.sock\nsocket_mode=0770\n',
    ],
    [
      'variables of the daemon',
      `[supervisord]\nenvironment=G=5\n${X}startsecs=%(ENV_G)s\npriority=%(ENV_G)s\n`,
    ],
    [
      'included files',
      `[include]\nfiles=d/*.conf\n other.conf\n${X}`,
      {
        'd/b.conf': '[program:b]\ncommand=%(here)s/b\n[include]\nfiles=c.conf\n',
        'd/a.conf': '[program:x]\nstartsecs=9\n',
        'other.conf': '[group:g]\nprograms=x\n',
      },
    ],
    [
      'included patterns',
      '[include]\nfiles=[b].conf ?.cfg d/**/e.conf .h* nothing\n',
      {
        'b.conf': '[program:b]\ncommand=b\n',
        'c.cfg': '[program:c]\ncommand=c\n',
        'd/d/e.conf': '[program:e]\ncommand=e\n',
        'd/d/d/e.conf': '[program:never]\ncommand=e\n',
        '.hidden': '[program:h]\ncommand=h\n',
      },
    ],
    ['a folder that is included', '[include]\nfiles=d\n', { 'd/b.conf': '[program:b]\ncommand=b\n' }],
  ),
  ...programs(
    ['a comment after ;', 'startsecs=5 ; a comment'],
    ['a comment after #', 'startsecs=5\t# a comment'],
    ['a ; or # in a word', 'command=/bin/cat a;b#c'],
    ['the first of two kinds of comment', 'command=/bin/cat a;b ;c #d'],
    ['a continued value', 'command=/bin/cat\n -a\n ; a comment\n # another\n \n -b\n\n'],
    ['a colon and capitals', 'STARTSECS : 2\nstartRetries = 5'],
    ['indented options', '  startsecs=3\n  startretries=4'],
    ['an option twice', 'startsecs=3\nstartsecs=4'],
    ['lines that end as on other systems', 'startsecs=3\r\nstartretries=4\r\n'],
    ['quotes', `command="/bin/cat" 'a b' "c\\"d"`],
    ['booleans', 'stopasgroup=YES\nredirect_stderr=On\nstdout_events_enabled=1'],
    ['autorestart', 'autorestart=Unexpected'],
    ['autorestart as a boolean', 'autorestart=off'],
    ['signals by name', 'stopsignal=usr1'],
    ['signals with SIG', 'stopsignal=SIGHUP'],
    ['signals by number', 'stopsignal=9'],
    ['signals by another name', 'stopsignal=CLD'],
    ['sizes', 'stdout_logfile_maxbytes=10kb\nstderr_logfile_maxbytes=1 MB\nstdout_capture_maxbytes=1GB'],
    ['numbers', 'startsecs=+5\nstartretries=1_0\nstopwaitsecs=007'],
    ['negative numbers', 'startsecs=-5\nstartretries=-1\nstdout_logfile_backups=-1'],
    ['exitcodes', 'exitcodes= 0 , 2,255'],
    ['no exitcodes', 'exitcodes='],
    ['killasgroup alone', 'killasgroup=true'],
    ['stopasgroup alone', 'stopasgroup=true'],
    ['user by name', 'user=daemon'],
    ['user by number', 'user=1'],
    ['directory', 'directory=%(here)s/%(program_name)s'],
    ['a relative directory', 'directory=~/x'],
    ['logs', 'stdout_logfile=NONE\nstderr_logfile=%(here)s/%(program_name)s.err'],
    ['an AUTO log and none', 'stdout_logfile=auto\nstderr_logfile=off'],
    ['a relative log', 'stdout_logfile=x.log'],
    ['syslog', 'stdout_logfile=syslog\nstderr_syslog=true'],
    [
      'stderr redirected',
      'redirect_stderr=true\nstderr_logfile=%(here)s/x.err\nstdout_logfile=%(here)s/x.out',
    ],
    ['serverurl', 'serverurl=http://elsewhere'],
    ['serverurl AUTO', 'serverurl=auto'],
    ['an empty serverurl', 'serverurl='],
    ['numprocs', 'numprocs=3\nnumprocs_start=9\nprocess_name=%(program_name)s_%(process_num)02d'],
    ['numprocs in another order than by number', 'numprocs=11\nprocess_name=%(process_num)d'],
    ['numprocs 0', 'numprocs=0'],
    ['numprocs from a variable', 'numprocs=%(ENV_TWO)s\nprocess_name=%(process_num)s'],
    ['process_name from its own variable', 'environment=P="a%(process_num)s"\nprocess_name=%(ENV_P)s'],
    [
      'conversions',
      'command=/bin/cat %(process_num)5d|%(process_num)-5d|%(process_num)+d|%(process_num)x|%(process_num)#o|%(here).3s|%(program_name)r|%(process_num).2f|%(process_num)e|%%\nnumprocs_start=200',
    ],
    [
      'variables from everywhere',
      'startsecs=%(ENV_TEN)s\nstopwaitsecs=%(ENV_TEN)s\nexitcodes=%(ENV_TEN)s\nstdout_logfile_backups=%(ENV_TEN)s\nautorestart=%(ENV_YES)s',
    ],
    ['%% in a name', 'process_name=a%%b'],
  ),
  ...probes(
    ['its environment', `environment=A="a,b",B='c d',C=%(process_num)d,D="x%%y",E=a/b:c,F=""`],
    ['an environment on several lines', 'environment=A="1",\n B="2",\n\n C=3'],
    ['an environment with a comma at the end', 'environment=A=1,'],
    ['a variable twice', 'environment=A=1,A=2'],
    ['separators that are no commas', 'environment=A=1;B=2'],
    ['a comment in an environment', 'environment=A=1#2,B=3'],
    ['a # in a quoted value', 'environment=A="1#2",B=3'],
    ['quotes in quotes', `environment=A='it"s',B="'x'"`],
    ['a backslash before a quote', 'environment=A="a\\",B="c"'],
    ['PATH', 'environment=PATH="%(ENV_PATH)s:/extra"'],
    ['a variable named with a dash', 'environment=A-B=1'],
    ['an empty environment', 'environment='],
    ['an environment in UTF-8', 'environment=A="é😀"'],
    ['its umask', 'umask=077'],
    ['umask 0', 'umask=0'],
    ['its folder', 'directory=/usr'],
    ['serverurl', 'serverurl=http://elsewhere'],
  ),
  ...rows(
    [
      'variables of the daemon and its own',
      `[supervisord]\nenvironment=G="1",O=2\n[program:x]\n${PROBE}environment=O="%(ENV_O)s%(ENV_G)s"\n`,
    ],
    [
      '%% of the daemon, written as 4.2.5 wants it',
      `[supervisord]\nenvironment=G="50%%%%"\n[program:x]\n${PROBE}`,
    ],
    ['the limits of the daemon', `[supervisord]\nminfds=500\nminprocs=150\n[program:x]\n${PROBE}`],
    [
      'a group and a number',
      `[program:x]\n${PROBE}process_name=%(process_num)s\nnumprocs=2\n[group:g]\nprograms=x\n`,
    ],
  ),
  ...daemon(
    ['identifier', 'identifier=a b %(ENV_TEN)s'],
    ['an empty identifier', 'identifier='],
    ['levels and switches', 'loglevel=DEBUG\nnocleanup=yes\nstrip_ansi=on\nsilent=1'],
    ['levels below debug', 'loglevel=blather'],
    ['sizes', 'logfile_maxbytes=1KB\nlogfile_backups=0'],
    ['umask in another way', 'umask=0o77'],
    ['folders', 'directory=/\nchildlogdir=%(here)s'],
    ['a folder of logs with a slash at its end', 'childlogdir=%(here)s/\n[program:x]\ncommand=/bin/cat'],
  ),
  ...rows(['a server of another name', '[unix_http_server:other]\nfile=%(here)s/other.sock\n']),
  {
    what: 'the command line before the file',
    text: '[supervisord]\nidentifier=file\nloglevel=error\n',
    args: ['-nc', 'a.conf', '-i', 'line', '-edebug', '--minp=100'],
  },
  { what: 'the file in the current folder', text: '', args: ['-n'] },
];

/** What we accept and Supervisor 4.2.5 does not, or what we mean otherwise. */
export const DIFFERENT: readonly DifferentRow[] = [
  {
    why: 'its [rpcinterface:supervisor] is handed what stands there, and fails',
    what: '[DEFAULT]',
    text: `[DEFAULT]\nstartsecs=5\n${X}`,
  },
  {
    why: 'its processes go FATAL, the others run',
    what: 'a user that is missing',
    text: `${X}user=nobody-here\n`,
  },
  {
    why: 'its processes go FATAL, the others run',
    what: 'a log folder that is missing',
    text: `${X}stdout_logfile=/no/such/x.log\n`,
  },
  {
    why: 'newer releases accept it',
    what: '%% in the environment of the daemon',
    text: '[supervisord]\nenvironment=A="50%%"\n',
  },
  {
    why: 'newer releases accept it',
    what: 'escaped quotes in an environment',
    text: `${X}environment=A="q=\\"r\\""\n`,
  },
];

/** What we refuse where Supervisor 4.2.5 does not. */
export const STRICTER: readonly DifferentRow[] = [
  {
    why: 'signal 0 asks for nothing, so that a stop would always last until KILL',
    what: 'stopsignal 0',
    text: `${X}stopsignal=0\n`,
  },
];
