import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { fakeWorld, folderOf, load, plainOptions, processesOf, processOf, worldIn } from './world.ts';

const refusalOf = (text: string, files = {}): ConfigError => {
  try {
    load(text, files);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`was accepted:\n${text}`);
};

describe('the daemon', () => {
  it('has the defaults of Supervisor', () => {
    const folder = folderOf({ 'a.conf': '[supervisord]' });
    const world = fakeWorld({ cwd: folder, env: { TMPDIR: folder } });
    expect(loadConfiguration(plainOptions('a.conf'), world).settings).toEqual({
      logfile: `${folder}/supervisord.log`,
      logfile_maxbytes: 50 * 1024 * 1024,
      logfile_backups: 10,
      loglevel: 'info',
      pidfile: `${folder}/supervisord.pid`,
      umask: 0o22,
      nodaemon: false,
      silent: false,
      minfds: 1024,
      minprocs: 200,
      nocleanup: false,
      childlogdir: folder,
      user: undefined,
      directory: undefined,
      strip_ansi: false,
      environment: {},
      identifier: 'supervisor',
      restart_stopped_on_reload: false,
      strict: false,
    });
  });

  it('goes by the command line before the file, and the file before the defaults', () => {
    const folder = folderOf({
      'a.conf': '[supervisord]\nloglevel=warn\nidentifier=file\numask=077\nuser=root\n',
    });
    const overrides = { loglevel: 'debug', nodaemon: true, logfile: 'other.log' } as const;
    const options = { ...plainOptions('a.conf'), overrides, user: 'web' };
    expect(loadConfiguration(options, worldIn(folder)).settings).toMatchObject({
      loglevel: 'debug',
      nodaemon: true,
      logfile: `${folder}/other.log`,
      identifier: 'file',
      umask: 0o77,
      user: { uid: 33 },
    });
  });

  it('keeps syslog as the name of its log', () => {
    expect(load('[supervisord]\nlogfile=syslog').settings.logfile).toBe('syslog');
  });

  it.each([
    ['A="50%%%%"', '50%'],
    ['A="50%%"', '50%'],
    ['A="%%(here"', '%(here'],
  ])('reads %% in its environment as 4.2.5 and as newer ones do: %s', (written, expected) => {
    expect(load(`[supervisord]\nenvironment=${written}`).settings.environment).toEqual({ A: expected });
  });

  it('refuses a user that does not exist, in the file and on the command line', () => {
    expect(refusalOf('[supervisord]\nuser=nobody-here').message).toMatch(/^Invalid user name nobody-here\n/);
    const folder = folderOf({ 'a.conf': '[supervisord]' });
    const options = { ...plainOptions('a.conf'), user: '7777' };
    expect(() => loadConfiguration(options, worldIn(folder))).toThrow(/^Invalid user id 7777$/);
  });
});

describe('the file', () => {
  it('is searched for beside the program, here, then in /etc', () => {
    const folder = folderOf({
      'here/supervisord.conf': '[supervisord]',
      'etc/supervisord.conf': '[supervisord]',
    });
    const world = fakeWorld({ cwd: `${folder}/here`, program: `${folder}/bin/supervisord` });
    expect(loadConfiguration(plainOptions(), world).file).toBe(`${folder}/etc/supervisord.conf`);
    expect(loadConfiguration(plainOptions(), { ...world, program: undefined }).file).toBe(
      `${folder}/here/supervisord.conf`,
    );
  });

  it('that root did not name is warned about', () => {
    const folder = folderOf({ 'supervisord.conf': '[supervisord]' });
    const loaded = loadConfiguration(plainOptions(), fakeWorld({ cwd: folder, uid: 0 }));
    expect(loaded.warnings[0]?.message).toMatch(/^Supervisord is running as root and it is searching/);
  });

  it.each([
    ['nowhere.conf', 'could not find config file nowhere.conf'],
    ['/', 'could not read config file /'],
  ])('%s is refused', (file, complaint) => {
    expect(() => loadConfiguration(plainOptions(file), worldIn(folderOf({})))).toThrow(complaint);
  });
});

describe('[include]', () => {
  it('reads each pattern in sorted order, relative to the file, and nothing that those include', () => {
    const { notes, warnings, groups } = load(
      '[include]\nfiles = conf.d/*.conf\n other.conf nothing.*\n[program:a]\ncommand=/bin/cat',
      {
        'conf.d/b.conf': '[program:b]\ncommand=%(here)s/run\n[include]\nfiles=c.conf',
        'conf.d/a.conf': '[program:a]\nstartsecs=7',
        'conf.d/c.conf.off': '[program:off]',
        'conf.d/.hidden.conf': '[program:hidden]',
        'other.conf': '[program:o]\ncommand=x',
      },
    );
    expect(notes.map(note => note.replace(/".*\/(?=[^/]+\/|other)/, '"'))).toEqual([
      'Included extra file "conf.d/a.conf" during parsing',
      'Included extra file "conf.d/b.conf" during parsing',
      'Included extra file "other.conf" during parsing',
    ]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^No file matches via include ".*\/nothing\.\*"$/),
    ]);
    expect(groups.map(({ name }) => name)).toEqual(['a', 'b', 'o']);
    const [a, b] = processesOf({ groups });
    expect(a?.startsecs).toBe(7);
    expect(b?.command).toMatch(/\/conf\.d\/run$/);
  });

  it('says of an error in which file and line it stands', () => {
    const { message } = refusalOf('[include]\nfiles=b.conf', {
      'b.conf': '\n[program:b]\ncommand=x\nstartsecs=soon',
    });
    const [first, second] = message.split('\n');
    expect(first).toMatch(/^invalid literal .*: 'soon' in section 'program:b' \(file: '.*\/b\.conf'\)$/);
    expect(second).toMatch(/^ {2}at .*\/b\.conf:4, \[program:b\] startsecs$/);
  });
});

describe('a process', () => {
  it('has the defaults of Supervisor', () => {
    const stream = {
      logfile: [{ to: 'auto' }],
      logfile_maxbytes: 50 * 1024 * 1024,
      logfile_backups: 10,
      capture_maxbytes: 0,
      events_enabled: false,
      syslog: false,
      overflow: 'block',
      format: 'raw',
      rotate: 'size',
      compress: 'none',
    };
    expect(processOf('')).toEqual({
      name: 'x',
      group: 'x',
      program: 'x',
      command: '/bin/cat',
      argv: ['/bin/cat'],
      directory: undefined,
      umask: undefined,
      priority: 999,
      autostart: true,
      autorestart: 'unexpected',
      startsecs: 1,
      startretries: 3,
      exitcodes: [0],
      stopsignal: 'SIGTERM',
      stopwaitsecs: 10,
      stopasgroup: false,
      killasgroup: false,
      user: undefined,
      redirect_stderr: false,
      stdout: stream,
      stderr: stream,
      environment: {},
      serverurl: undefined,
      serverurl_auto: true,
      login_environment: false,
      forks: false,
      pidfile: undefined,
      kill_tree: false,
      speaks: false,
      fault: undefined,
    });
  });

  it('knows its names, its number and its environment', () => {
    const [first, second] = processesOf(
      load(`[supervisord]
environment=G=global,O=global
[program:x]
command=/bin/%(program_name)s %(group_name)s %(process_num)d/%(numprocs)d %(ENV_G)s%(ENV_O)s%(ENV_P)s %(host_node_name)s
process_name=%(program_name)s_%(process_num)02d
numprocs=2
numprocs_start=5
environment=O="own",P="%(process_num)s"
[group:g]
programs=x`),
    );
    expect(first).toMatchObject({
      name: 'x_05',
      group: 'g',
      command: '/bin/x g 5/2 globalown5 host',
      environment: { G: 'global', O: 'own', P: '5' },
    });
    expect(second?.name).toBe('x_06');
  });

  it('stops its group where killasgroup is not set, and not where it is', () => {
    expect(processOf('stopasgroup=true')).toMatchObject({ stopasgroup: true, killasgroup: true });
    expect(processOf('killasgroup=true')).toMatchObject({ stopasgroup: false, killasgroup: true });
  });

  it('has no stderr log where that is redirected, and is warned of a file for it', () => {
    const loaded = load(
      '[program:x]\ncommand=x\nredirect_stderr=true\nstderr_logfile=/tmp/e\nstdout_logfile=syslog',
    );
    expect(processesOf(loaded)[0]).toMatchObject({
      stdout: { logfile: [{ to: 'none' }], syslog: true },
      stderr: { logfile: [{ to: 'none' }], syslog: false },
    });
    expect(loaded.warnings.map(({ message, place }) => [message.slice(0, 40), place?.line])).toEqual([
      ['For [program:x], stdout_logfile=syslog b', 5],
      ['For [program:x], redirect_stderr=true bu', 4],
    ]);
  });

  it('waits no longer than a timer can, with a warning', () => {
    const loaded = load('[program:x]\ncommand=x\nstopwaitsecs=9999999999');
    expect(processesOf(loaded)[0]?.stopwaitsecs).toBe(2147483);
    expect(loaded.warnings).toMatchObject([
      { option: 'stopwaitsecs', expected: 'at most 2147483 seconds', place: { line: 3 } },
    ]);
  });

  it.each([
    ['user=nobody-here', 'Invalid user name nobody-here'],
    [
      'stdout_logfile=/no/such/x.log',
      'The directory named as part of the path /no/such/x.log does not exist',
    ],
    [
      'stderr_logfile=/no/such/x.log',
      'The directory named as part of the path /no/such/x.log does not exist',
    ],
  ])('with %s is at fault, and the others run; strict refuses the whole', (line, fault) => {
    const text = `[program:x]\ncommand=x\n${line}\n[program:y]\ncommand=y\n`;
    const loaded = load(text);
    expect(processesOf(loaded).map(process => process.fault)).toEqual([fault, undefined]);
    expect(loaded.warnings).toMatchObject([{ message: `${fault} in section 'program:x' (file: 'a.conf')` }]);
    expect(refusalOf(`${text}[supervisord]\nstrict=true`).message).toContain(
      `${fault} in section 'program:x'`,
    );
  });

  it('whose command has no end is at fault, as in Supervisor', () => {
    expect(processOf('command="/bin/cat').fault).toBe(
      `can't parse command '"/bin/cat': No closing quotation`,
    );
  });

  it('follows ours where Supervisor has no such option', () => {
    const lines =
      'kill_tree=1\nforks=1\npidfile=/run/%(program_name)s.pid\nstdout_rotate=daily\nstderr_format=JSON\nstdout_overflow=drop';
    expect(processOf(lines)).toMatchObject({
      kill_tree: true,
      forks: true,
      pidfile: '/run/x.pid',
      stdout: { rotate: 'daily', overflow: 'drop', format: 'raw' },
      stderr: { rotate: 'size', overflow: 'block', format: 'json' },
    });
  });
});

describe('a group', () => {
  it('comes by priority, then by name; its programs as they are listed', () => {
    const { groups } = load(
      ['z', 'a', 'q1', 'q2'].map(name => `[program:${name}]\ncommand=x\n`).join('') +
        '[program:m]\ncommand=x\npriority=5\n[group:k]\nprograms=q2,q1\n[eventlistener:l]\ncommand=x\nevents=tick_5',
    );
    expect(groups.map(({ name, priority }) => [name, priority])).toEqual([
      ['l', -1],
      ['m', 5],
      ['a', 999],
      ['k', 999],
      ['z', 999],
    ]);
    expect(groups[3]?.programs.map(({ name }) => name)).toEqual(['q2', 'q1']);
    expect(groups[0]?.programs[0]).toMatchObject({
      kind: 'eventlistener',
      listener: { events: ['TICK_5'], buffer_size: 10 },
    });
  });

  it('sorts the processes of a program by name', () => {
    const names = processesOf(load('[program:x]\ncommand=x\nnumprocs=11\nprocess_name=%(process_num)d')).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['0', '1', '10', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('may share a program with another', () => {
    const { groups } = load('[program:x]\ncommand=x\n[group:a]\nprograms=x\n[group:b]\nprograms=x');
    expect(groups.map(({ name, programs }) => [name, programs[0]?.processes[0]?.group])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('keeps the socket of an fcgi-program', () => {
    const { groups } = load(
      '[fcgi-program:x]\ncommand=x\nsocket=unix://%(here)s/%(program_name)s.sock\nsocket_owner=web:staff\nsocket_mode=0660\n[group:g]\nprograms=x',
    );
    expect(groups[0]?.programs[0]?.fcgi).toMatchObject({
      socket: expect.stringMatching(/^unix:\/\/\/.*\/x\.sock$/),
      socket_owner: { uid: 33, gid: 50 },
      socket_mode: 0o660,
    });
  });

  it('of a name that is taken is ignored, with a warning', () => {
    const { groups, warnings } = load(
      '[group:x]\nprograms=y\n[program:x]\ncommand=x\n[program:y]\ncommand=y',
    );
    expect(groups.map(({ name, programs }) => [name, programs[0]?.name])).toEqual([['x', 'y']]);
    expect(warnings).toMatchObject([
      { message: expect.stringContaining('two groups named x'), place: { line: 3 } },
    ]);
  });

  it('of two processes of one name runs the last, with a warning', () => {
    const loaded = load(
      '[program:x]\ncommand=x\n[program:y]\ncommand=y\nprocess_name=x\n[group:g]\nprograms=x,y',
    );
    expect(processesOf(loaded).map(({ command }) => command)).toEqual(['y']);
    expect(loaded.warnings).toMatchObject([{ message: expect.stringContaining('two processes named x') }]);
  });
});

describe('the servers', () => {
  it('are those of every section of their kinds, ports first', () => {
    const { servers } = load(
      '[unix_http_server]\nfile=a.sock\nchown=web\n[inet_http_server:b]\nport=*:9001\nusername=u\npassword={SHA}x\n[inet_http_server]\nport=Host:9002',
    );
    expect(servers).toEqual([
      {
        section: 'inet_http_server:b',
        address: { kind: 'inet', host: undefined, port: 9001 },
        credentials: { username: 'u', password: '{SHA}x' },
      },
      {
        section: 'inet_http_server',
        address: { kind: 'inet', host: 'host', port: 9002 },
        credentials: undefined,
      },
      {
        section: 'unix_http_server',
        address: {
          kind: 'unix',
          path: expect.stringMatching(/^\/.*\/a\.sock$/),
          mode: 0o700,
          owner: { uid: 33, gid: -1 },
        },
        credentials: undefined,
      },
    ]);
  });

  it.each([
    ['[unix_http_server:a]\nfile=/a\n[unix_http_server:b]\nfile=/b\n[inet_http_server]\nport=1', 'unix:///a'],
    ['[inet_http_server:a]\nport=h:1\n[inet_http_server:b]\nport=*:2', 'http://localhost:2'],
    ['[inet_http_server]\nport=127.0.0.1:1', 'http://127.0.0.1:1'],
    ['', undefined],
  ])('are what serverurl=AUTO takes its URL from (%#)', (sections, url) => {
    expect(processOf('', sections).serverurl).toBe(url);
    expect(processOf('serverurl=mine', sections)).toMatchObject({ serverurl: 'mine', serverurl_auto: false });
  });
});

describe('a plug-in', () => {
  it('is a file beside the configuration, and gets its options', () => {
    const { rpcinterfaces } = load(
      '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n[rpcinterface:mine]\nsupervisor.rpcinterface_factory=./mine.mjs\nsize=%(ENV_TEN)s',
      { 'mine.mjs': '' },
    );
    expect(rpcinterfaces).toEqual([
      { name: 'supervisor', module: undefined, options: {} },
      { name: 'mine', module: expect.stringMatching(/\/mine\.mjs$/), options: { size: '10' } },
    ]);
  });
});

describe('a webhook', () => {
  it('has a URL and events', () => {
    const { webhooks } = load('[webhook:a]\nurl=http://h/x\nevents=process_state,TICK_60');
    expect(webhooks).toEqual([
      {
        name: 'a',
        url: 'http://h/x',
        events: ['PROCESS_STATE', 'TICK_60'],
        secret: undefined,
        buffer_size: 100,
        timeout: 10,
        retries: 3,
      },
    ]);
    expect(refusalOf('[webhook:a]\nurl=x\nevents=TICK').message).toMatch(/^value 'x' is not a URL\n/);
    expect(refusalOf('[webhook:a]\nurl=http://h\nevents=NO').message).toMatch(
      /^Unknown event type NO in \[webhook:a\]/,
    );
  });
});

describe('an unknown name', () => {
  it.each([
    [
      '[program:x]\ncommand=x\nstartsec=1',
      'Unknown option startsec in section [program:x] is ignored',
      'startsecs',
      3,
    ],
    [
      '[supervisord]\nloglvel=info',
      'Unknown option loglvel in section [supervisord] is ignored',
      'loglevel',
      2,
    ],
    ['[progam:x]', 'Unknown section [progam:x] is ignored', '[program:x]', 1],
    ['[something-else]', 'Unknown section [something-else] is ignored', undefined, 1],
  ])('%j is warned of, with the nearest known one', (text, message, nearest, line) => {
    const { warnings } = load(text);
    expect(warnings).toMatchObject([{ severity: 'warning', message, place: { file: 'a.conf', line } }]);
    expect(warnings[0]?.nearest).toBe(nearest);
  });
});

describe('a secret', () => {
  it('is in no report', () => {
    const { finding } = refusalOf('[inet_http_server]\nport=1\nusername=u\npassword=%(hush');
    expect(finding).toMatchObject({ option: 'password', value: undefined });
  });
});
