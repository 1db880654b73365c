import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, statusLines, table } from '../../src/ctl/format.ts';
import { isPattern, meant, namespec, target } from '../../src/ctl/names.ts';
import { readDuration, readOptions } from '../../src/ctl/options.ts';
import { words } from '../../src/ctl/problem.ts';
import { process } from './fake.ts';

describe('status lines', () => {
  it('are 33 columns for names, 10 for states', () => {
    expect(
      statusLines([process('web'), process('job:a', { statename: 'STOPPED', description: 'Not started' })]),
    ).toEqual([
      'web                              RUNNING   pid 7, uptime 0:00:05',
      'job:a                            STOPPED   Not started',
    ]);
  });

  it('are wider when a shown name is', () => {
    const [line] = statusLines([process('x'.repeat(40))]);
    expect(line).toBe(`${'x'.repeat(40)}   RUNNING   pid 7, uptime 0:00:05`);
  });

  it('count an emoji as one letter, as Python does', () => {
    const [line] = statusLines([process('🚀'.repeat(3))]);
    expect(line).toBe(`${'🚀'.repeat(3)}${' '.repeat(30)}RUNNING   pid 7, uptime 0:00:05`);
  });
});

describe('columns', () => {
  it('are filled downwards in as few lines as fit', () => {
    expect(columns(['a', 'bb', 'ccc', 'd'], 8)).toEqual(['a   ccc', 'bb  d  ']);
    expect(columns(['a', 'bb'], 79)).toEqual(['a  bb']);
    expect(columns([], 79)).toEqual([]);
  });

  it('of a table are as wide as their widest cell, but for the last', () => {
    expect(
      table(
        ['name', 'pid'],
        [
          ['web', '17'],
          ['longer', '1'],
        ],
      ),
    ).toEqual(['NAME    PID', 'web     17', 'longer  1']);
  });
});

describe('a name', () => {
  it.each([
    ['web', { group: 'web', process: 'web' }],
    ['job:a', { group: 'job', process: 'a' }],
    ['job:a:b', { group: 'job', process: 'a:b' }],
    ['job:*', { group: 'job', process: undefined }],
    ['job:', { group: 'job', process: undefined }],
  ])('%s is %j', (word, meant) => {
    expect(target(word)).toEqual(meant);
  });

  it('is short when the group has the name of its process', () => {
    expect(namespec({ group: 'web', name: 'web' })).toBe('web');
    expect(namespec({ group: 'job', name: 'a' })).toBe('job:a');
  });
});

describe('a pattern', () => {
  const infos = ['web', 'web2', 'job:web3', 'job:a.b', 'other'].map(name => process(name));
  const found = (pattern: string) => meant(pattern, infos).map(namespec);

  it.each([
    ['web*', ['web', 'web2', 'job:web3']],
    ['web?', ['web2', 'job:web3']],
    ['job:*b*', ['job:web3', 'job:a.b']],
    ['*.*', ['job:a.b']],
    ['web[0-2]', ['web2']],
    ['web[!0-2]', ['job:web3']],
    ['/^web/', ['web', 'web2', 'job:web3']],
    ['/:/', ['job:web3', 'job:a.b']],
    ['zzz*', []],
  ])('%s fits %j', (pattern, names) => {
    expect(isPattern(pattern)).toBe(true);
    expect(found(pattern)).toEqual(names);
  });

  it.each(['web', 'job:*', 'job:', 'all', '/'])('is not %s', word => {
    expect(isPattern(word)).toBe(false);
  });

  it.each(['/(/', '[z-a]*'])('that is broken, %s, fits nothing', pattern => {
    expect(meant(pattern, infos)).toEqual([]);
  });
});

describe('options', () => {
  const forms = { json: 'bare', format: 'value', watch: 'optional' } as const;

  it('stand anywhere among the names', () => {
    expect(readOptions(['a', '--json', '--format', 'x,y', 'b', '--watch'], forms)).toEqual({
      given: { json: '', format: 'x,y', watch: '' },
      names: ['a', 'b'],
    });
    expect(readOptions(['--watch=2', '--format=x'], forms).given).toEqual({ watch: '2', format: 'x' });
  });

  it.each([
    [['--nope'], 'option --nope not recognized'],
    [['--constructor'], 'option --constructor not recognized'],
    [['--json=1'], 'option --json must not have an argument'],
    [['--format'], 'option --format requires argument'],
  ])('%j are refused: %s', (args, problem) => {
    expect(readOptions(args, forms).problem).toBe(problem);
  });

  it('never lose a name', () => {
    const word = fc.stringMatching(/^[a-z:*-]{1,4}$/).filter(text => !text.startsWith('--'));
    fc.assert(
      fc.property(fc.array(word), args => {
        expect(readOptions(args, forms).names).toEqual(args);
      }),
    );
  });

  it.each([
    ['90', 90],
    ['1.5s', 1.5],
    ['15m', 900],
    ['2h', 7200],
    ['3d', 259_200],
    ['', undefined],
    ['m', undefined],
    ['5x', undefined],
    ['-5', undefined],
  ])('read %s as %s seconds', (text, seconds) => {
    expect(readDuration(text)).toBe(seconds);
  });
});

describe('a problem', () => {
  it("begins with Supervisor's line and goes on with the cause and the next step", () => {
    const url = 'unix:///run/x.sock';
    expect(words({ kind: 'missing' }, url)).toEqual({
      line: 'unix:///run/x.sock no such file',
      hint: 'unix:///run/x.sock: no such file: is supervisord running? it writes its socket where [unix_http_server] file= says',
      exit: 7,
    });
    expect(words({ kind: 'refused' }, url)).toMatchObject({
      line: 'unix:///run/x.sock refused connection',
      exit: 4,
    });
    expect(words({ kind: 'silent', seconds: 20 }, url).hint).toContain('within 20 seconds');
  });
});
