import fc from 'fast-check';

/** Values as people write them, by what they are for; a few of each are wrong. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  command: [
    '/bin/cat',
    'cat -a "b c"',
    'sh -c "exit %(process_num)d"',
    '%(ENV_NAME)s',
    "echo 'a ; b'",
    'a %% b',
    'é ü',
  ],
  number: ['1', '0', '999', '-1', '+5', ' 7', '1_0', '1.5', 'x', '', '%(ENV_TEN)s', '0x1'],
  boolean: ['true', 'False', 'YES', 'on', '1', '0', 'maybe', 't', '', 'unexpected', '%(ENV_NAME)s'],
  size: ['0', '50MB', '1kb', '1 GB', '10M', '-1', '', '1.5MB', '%(ENV_TEN)sMB'],
  octal: ['022', '0', '0o77', '777', '999', '', '0x1'],
  signal: ['TERM', 'SIGHUP', 'usr1', '9', 'NOPE', '', 'INT TERM'],
  exitcodes: ['0', '0,2', '0, 2 , 3', '256', '0,', '', '1 2', '-1'],
  log: [
    'AUTO',
    'auto',
    'NONE',
    '/dev/null',
    '/dev/stdout',
    '%(here)s/x.log',
    'x.log',
    'OFF',
    'none',
    '',
    'syslog',
  ],
  name: [
    '%(program_name)s_%(process_num)02d',
    '%(program_name)s',
    '%(process_num)s',
    '%(group_name)s-%(process_num)d',
    'a:b',
    'a b',
    '%(program_name)s_%(process_num)3d',
  ],
  environment: [
    'A=1',
    'A="1",B=\'2\'',
    'A="a,b",B="c=d"',
    'A=1,\n  B=2,\n  C="3"',
    'A=%(ENV_TEN)s',
    'A="%(here)s/x"',
    'A',
    'A=',
    'A=1 B=2',
    'A="x"y',
    'A="it\'s"',
    'A=1,',
    '',
    'PATH="/x:%(ENV_PATH)s"',
    'A="é"',
    'A="50%%"',
    'A="a #b"',
    'A=a#b,B=c',
    'A="%(program_name)s"',
  ],
  text: [
    'x',
    'a b',
    '%(here)s',
    '%(nope)s',
    '50%',
    '%%',
    '%(host_node_name)s',
    '"quoted"',
    'é',
    '%(ENV_NAME)s',
    '%(ENV_NO)s',
  ],
  programs: ['x', 'x,y', 'x, y ,x', 'y\n ,x', 'nope', 'x,', ''],
  events: [
    'TICK_5',
    'tick_5, PROCESS_STATE',
    'PROCESS_STATE,TICK_60',
    'NOPE',
    'EVENT',
    '',
    'TICK_5\n  ,TICK_60',
  ],
  port: ['9001', '127.0.0.1:9001', '*:9001', ':9001', 'localhost:', 'x', '0', '65536', '[::1]:9001'],
  account: ['root', '0', 'nobody', 'nobody-here', '77777', ''],
  folder: ['/', '%(here)s', '~', '/no/such'],
};

type Options = Readonly<Record<string, keyof typeof VALUES>>;

const STREAM = (stream: string): Options => ({
  [`${stream}_logfile`]: 'log',
  [`${stream}_logfile_maxbytes`]: 'size',
  [`${stream}_logfile_backups`]: 'number',
  [`${stream}_capture_maxbytes`]: 'size',
  [`${stream}_events_enabled`]: 'boolean',
  [`${stream}_syslog`]: 'boolean',
});

const PROGRAM: Options = {
  process_name: 'name',
  numprocs_start: 'number',
  priority: 'number',
  autostart: 'boolean',
  autorestart: 'boolean',
  startsecs: 'number',
  startretries: 'number',
  exitcodes: 'exitcodes',
  stopsignal: 'signal',
  stopwaitsecs: 'number',
  stopasgroup: 'boolean',
  killasgroup: 'boolean',
  redirect_stderr: 'boolean',
  environment: 'environment',
  umask: 'octal',
  directory: 'text',
  serverurl: 'text',
  unknown: 'text',
  ...STREAM('stdout'),
  ...STREAM('stderr'),
};

/** What each kind of section cannot do without, and what it may have. */
const SECTIONS: readonly {
  readonly headers: readonly string[];
  readonly needs: string;
  readonly options: Options;
}[] = [
  {
    headers: ['program:x', 'program:y', 'program: x', 'program:a b', 'program:z é'],
    needs: 'command=/bin/cat',
    options: { command: 'command', ...PROGRAM },
  },
  {
    headers: ['program:n'],
    needs: 'command=cat\nnumprocs=2\nprocess_name=%(process_num)s',
    options: PROGRAM,
  },
  {
    headers: ['eventlistener:l', 'eventlistener:x'],
    needs: 'command=l\nevents=TICK_5',
    options: { events: 'events', buffer_size: 'number', ...PROGRAM },
  },
  {
    headers: ['fcgi-program:f', 'fcgi-program:y'],
    needs: 'command=f\nsocket=tcp://localhost:9002',
    options: PROGRAM,
  },
  {
    headers: ['group:g', 'group:x', 'group:g h'],
    needs: 'programs=x',
    options: { programs: 'programs', priority: 'number' },
  },
  {
    headers: ['supervisord'],
    needs: '',
    options: {
      nodaemon: 'boolean',
      silent: 'boolean',
      minfds: 'number',
      minprocs: 'number',
      logfile: 'log',
      logfile_maxbytes: 'size',
      logfile_backups: 'number',
      umask: 'octal',
      identifier: 'text',
      directory: 'folder',
      nocleanup: 'boolean',
      strip_ansi: 'boolean',
      environment: 'environment',
      user: 'account',
    },
  },
  {
    headers: ['inet_http_server', 'inet_http_server:more'],
    needs: 'port=9001',
    options: { port: 'port', username: 'text', password: 'text' },
  },
  {
    headers: ['unix_http_server', 'unix_http_server:more'],
    needs: 'file=%(here)s/s.sock',
    options: { chmod: 'octal', username: 'text', password: 'text' },
  },
  {
    headers: ['supervisorctl', 'SUPERVISORD', 'program', 'other'],
    needs: 'x=y',
    options: { file: 'text', y: 'text' },
  },
];

/** How an option is written: between its name and its value, and after it. */
const separator = fc.constantFrom('=', '=', '=', ' = ', ': ', ':', '\t=\t', ' =');
const ending = fc.constantFrom(
  ...[
    '',
    '',
    '',
    '',
    ' ; a comment',
    ';no comment',
    ' #a comment',
    '#no comment',
    '  ',
    '\t; tab',
    '\n; line',
    '\n\n',
    '\n  ; within',
    '\n \n',
    '\n  more',
    '\n\tand more',
    '\u00a0',
  ],
);
const casing = fc.constantFrom(
  (name: string) => name,
  (name: string) => name,
  (name: string) => name.toUpperCase(),
  (name: string) => ` ${name}`,
);

const line = (options: Options) =>
  fc
    .constantFrom(...Object.entries(options))
    .chain(([name, kind]) =>
      fc
        .tuple(casing, separator, fc.constantFrom(...(VALUES[kind] ?? [])), ending)
        .map(([written, between, value, end]) => `${written(name)}${between}${value}${end}`),
    );

const frame = fc.constantFrom(
  (name: string) => `[${name}]`,
  (name: string) => `[${name}]`,
  (name: string) => `[${name}]`,
  (name: string) => `[${name}] ; a comment`,
  (name: string) => `[${name}] and more`,
  (name: string) => `  [${name}]`,
  (name: string) => `[${name}]]`,
  (name: string) => `[ ${name} ]`,
);

const section = fc
  .constantFrom(...SECTIONS, ...SECTIONS.slice(0, 3))
  .chain(({ headers, needs, options }) =>
    fc
      .tuple(frame, fc.constantFrom(...headers), fc.array(line(options), { maxLength: 4 }))
      .map(([framed, header, lines]) => [framed(header), needs, ...lines].join('\n')),
  );

const junk = fc.constantFrom(
  '',
  '',
  '',
  '',
  '',
  '',
  '# comment',
  '; comment',
  'junk',
  'rem = x',
  '   ',
  '=x',
  '\ufeff',
  '\f',
  '[',
  '[]',
);
const eol = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r');

/** The text of a file: sections, some of them twice, among oddities. */
export const fileText = fc
  .tuple(fc.array(fc.tuple(junk, section), { maxLength: 4 }), eol, fc.boolean())
  .map(([sections, end, complete]) =>
    [complete ? '[supervisord]' : '', ...sections.flat(), ''].join('\n').replaceAll('\n', end),
  );

/** What [include] may name, beside a.conf, b.conf and c.ini. */
const includes = fc.constantFrom(
  ...[
    'b.conf',
    'c.ini b.conf',
    '*.conf',
    './b.conf\n  ./*.ini',
    '%(here)s/?.ini',
    '[bc].*',
    'b.conf b.conf',
    'none*.conf',
    '*',
  ],
);

/** The files of a folder, of which a.conf may include the others. */
export const folderOfFiles = fc
  .tuple(fileText, includes, fileText, fileText)
  .map(([main, files, second, third]) => ({
    'a.conf': `[include]\nfiles=${files}\n${main}`,
    'b.conf': second,
    'c.ini': third,
  }));
