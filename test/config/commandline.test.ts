import { describe, expect, it } from 'vitest';
import {
  parseSupervisorctlArguments,
  parseSupervisordArguments,
  supervisorctlHelp,
  supervisordHelp,
} from '../../src/config/commandline.ts';
import { refusal, UsageError } from '../../src/config/errors.ts';
import { SUPERVISORCTL_FLAGS, SUPERVISORD_FLAGS } from '../../src/config/flags.ts';
import { fakeWorld } from './world.ts';

const daemon = (...words: string[]) => parseSupervisordArguments(words, fakeWorld());
const client = (...words: string[]) => parseSupervisorctlArguments(words, fakeWorld());

describe("supervisord's command line", () => {
  it.each([
    [
      ['-nsktc', 'f'],
      { configuration: 'f' },
      { nodaemon: true, silent: true, nocleanup: true, strip_ansi: true },
    ],
    [
      ['-y7KB', '-z', '8', '-m077', '-e', 'DEBUG'],
      {},
      { logfile_maxbytes: 7168, logfile_backups: 8, umask: 0o77, loglevel: 'debug' },
    ],
    [
      ['-d', '/', '-q/', '-l', '/tmp/l', '-j', '/tmp/p'],
      {},
      { directory: '/', childlogdir: '/', logfile: '/tmp/l', pidfile: '/tmp/p' },
    ],
    [
      ['-a', '5', '--minprocs=6', '-i', 'me', '-u', 'web'],
      { user: 'web' },
      { minfds: 5, minprocs: 6, identifier: 'me' },
    ],
    [['--configu', 'f', '--nod', '--logfile=/x'], { configuration: 'f' }, { nodaemon: true, logfile: '/x' }],
    [['--ch', '/'], {}, { childlogdir: '/' }],
    [['--profile_options=calls,callers'], { profile_options: ['calls', 'callers'] }, {}],
    [['-i='], {}, { identifier: '=' }],
    [['-n', '--'], {}, { nodaemon: true }],
    [['--inspect', '-n'], { inspect: 'usual' }, { nodaemon: true }],
    [['--inspect=9100'], { inspect: { kind: 'inet', host: '127.0.0.1', port: 9100 } }, {}],
    [['--inspect=here:9100'], { inspect: { host: 'here', port: 9100 } }, {}],
    [['--inspect=*:9100'], { inspect: { host: undefined, port: 9100 } }, {}],
  ])('%j is read', (words, options, overrides) => {
    const request = daemon(...words);
    expect(request).toMatchObject({ kind: 'run', options });
    const given = request.kind === 'run' ? request.options.overrides : {};
    expect(JSON.parse(JSON.stringify(given))).toEqual(overrides);
  });

  it.each([
    [['-h'], { kind: 'help' }],
    [['-?', '-z', 'x'], { kind: 'help' }],
    [['-n', '--version'], { kind: 'version' }],
    [['--schema'], { kind: 'schema' }],
    [['-c', 'f', '--check'], { kind: 'check', json: false, options: { configuration: 'f' } }],
    [['--check', '--json'], { kind: 'check', json: true }],
  ])('%j asks for something else', (words, expected) => {
    expect(daemon(...words)).toMatchObject(expected);
  });

  it.each([
    [['-n', '-n'], "conflicting command line option '-n'"],
    [['--nodaemon', '-n'], "conflicting command line option '-n'"],
    [['-e', 'info', '--loglev', 'debug'], "conflicting command line option '--loglevel'"],
    [['-Z'], 'option -Z not recognized'],
    [['--foo'], 'option --foo not recognized'],
    [['--c'], 'option --c not a unique prefix'],
    [['--log=5'], 'option --log not a unique prefix'],
    [['--chec'], 'option --chec not recognized'],
    [['--inspec'], 'option --inspec not recognized'],
    [['--inspect', '9100'], "positional arguments are not supported: ['9100']"],
    [['--inspect=x:y'], "invalid value for --inspect 'x:y': invalid literal for int() with base 10: 'y'"],
    [['-c'], 'option -c requires argument'],
    [['--conf'], 'option --configuration requires argument'],
    [['--nod=5'], 'option --nodaemon must not have an argument'],
    [['-n', 'foo', "it's"], `positional arguments are not supported: ['foo', "it's"]`],
    [['-h', 'foo'], "positional arguments are not supported: ['foo']"],
    [['-v', 'foo', '-x'], "positional arguments are not supported: ['foo', '-x']"],
    [['-'], "positional arguments are not supported: ['-']"],
    [['-m', '999'], "invalid value for -m '999': 999 can not be converted to an octal type"],
    [
      ['--logfile_maxb', '9x'],
      "invalid value for --logfile_maxbytes '9x': invalid literal for int() with base 10: '9x'",
    ],
    [['-e', 'x'], "invalid value for -e 'x': bad logging level name 'x'"],
    [['-d', '/no/such'], "invalid value for -d '/no/such': /no/such is not an existing directory"],
    [['-h', '-Z'], 'option -Z not recognized'],
    [['-z', 'x', '-h'], "invalid value for -z 'x': invalid literal for int() with base 10: 'x'"],
    [['--json'], 'option --json is only for --check'],
  ])('%j is refused as by Supervisor', (words, complaint) => {
    expect(() => daemon(...words)).toThrow(new UsageError(complaint));
  });
});

describe("supervisorctl's command line", () => {
  it('is options, then an action', () => {
    expect(client('-c', 'f', '-s', 'unix:///x', '-u', 'u', '--pass=p', '-r', 'h', 'tail', '-f', 'x')).toEqual(
      {
        kind: 'run',
        options: {
          configuration: 'f',
          serverurl: 'unix:///x',
          username: 'u',
          password: 'p',
          history_file: 'h',
          interactive: false,
          args: ['tail', '-f', 'x'],
        },
      },
    );
  });

  it.each([[[]], [['-i', 'status']], [['--']]])('%j goes on with a prompt', words => {
    expect(client(...words)).toMatchObject({ options: { interactive: true } });
  });

  it.each([
    [['-s', 'foo'], "invalid value for -s 'foo': value 'foo' is not a URL"],
    [['-i', '-i'], "conflicting command line option '-i'"],
    [['--his'], 'option --history_file requires argument'],
    [['-v'], 'option -v not recognized'],
  ])('%j is refused as by Supervisor', (words, complaint) => {
    expect(() => client(...words)).toThrow(new UsageError(complaint));
  });

  it('may ask for help', () => {
    expect(client('-h', 'status')).toEqual({ kind: 'help' });
  });
});

describe('help', () => {
  it('tells every option', () => {
    for (const [text, flags] of [
      [supervisordHelp('/bin/supervisord'), SUPERVISORD_FLAGS],
      [supervisorctlHelp('/bin/supervisorctl'), SUPERVISORCTL_FLAGS],
    ] as const) {
      for (const flag of Object.values(flags))
        expect(text).toContain('long' in flag ? `--${flag.long}` : `-${flag.short} `);
    }
    expect(supervisordHelp('/bin/x')).toContain('Usage: /bin/x [options]');
  });
});

describe('a refusal', () => {
  it('is an Error: line and a hint, as scripts read it', () => {
    expect(refusal(new UsageError('no'), '/bin/x')).toBe('Error: no\nFor help, use /bin/x -h\n');
  });
});
