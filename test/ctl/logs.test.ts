import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runLine } from '../../src/ctl/shell.ts';
import { labels } from '../../src/ctl/verbs/label.ts';
import { firstLineSince, readMoment, timeOf } from '../../src/ctl/verbs/timestamp.ts';
import { fakeSession, process, Trouble } from './fake.ts';

const now = new Date('2024-05-10T12:00:00');

describe('the time of a line', () => {
  it.each([
    ['2024-05-01 14:05:06,123 INFO spawned', '2024-05-01T14:05:06.123'],
    ['2024-05-01T14:05:06Z hello', '2024-05-01T14:05:06Z'],
    ['[2024-05-01T14:05:06.5+02:00] hello', '2024-05-01T14:05:06.5+02:00'],
    ['2024/05/01 14:05:06 [error] 1#1', '2024-05-01T14:05:06'],
    ['{"level":"info","time":"2024-05-01T14:05:06.000Z"}', '2024-05-01T14:05:06Z'],
    ['::1 - - [01/May/2024:14:05:06 +0200] "GET /"', '2024-05-01T14:05:06+02:00'],
    ['May  1 14:05:06 host cron[1]: x', '2024-05-01T14:05:06'],
    ['Dec 31 14:05:06 host cron[1]: x', '2023-12-31T14:05:06'],
  ])('%s', (line, time) => {
    expect(timeOf(line, now)).toEqual(new Date(time));
  });

  it.each(['', 'hello', '14:05:06 only a clock', '2024-99-99 99:99:99 nonsense'])('is none in: %s', line => {
    expect(timeOf(line, now)).toBeUndefined();
  });
});

describe('the young part of a log', () => {
  const text = 'head\n2024-05-01 10:00:00 a\n  more of a\n2024-05-01 11:00:00 b\n  more of b\n';

  it.each([
    ['2024-05-01T10:30:00', '2024-05-01 11:00:00 b\n  more of b\n', false],
    ['2024-05-01T11:00:00', '2024-05-01 11:00:00 b\n  more of b\n', false],
    ['2024-05-01T09:00:00', text.slice(5), true],
    ['2024-05-01T12:00:00', '', false],
  ])('since %s', (since, rest, isFirst) => {
    const found = firstLineSince(text, new Date(since));
    expect(found).toEqual({ index: text.length - rest.length, isFirst });
  });

  it('cannot be told without times', () => {
    expect(firstLineSince('a\nb\n', now)).toBe('no times');
  });

  it.each([
    ['14:05', '2024-05-10T14:05'],
    ['2024-05-01', '2024-05-01T00:00'],
    ['2024-05-01 14:05', '2024-05-01T14:05'],
    ['2024-05-01T14:05:06Z', '2024-05-01T14:05:06Z'],
  ])('may be asked for by %s', (text, time) => {
    expect(readMoment(text, now)).toEqual(new Date(time));
  });

  it.each(['yesterday', '', '25:00', '1'])('may not be asked for by %j', text => {
    expect(readMoment(text, now)).toBeUndefined();
  });
});

describe('logs --since', () => {
  const lines = Array.from({ length: 9000 }, (_, index) => {
    const time = new Date(Date.UTC(2024, 4, 1) + index * 1000).toISOString();
    return `${time} line ${index}\n`;
  });
  const log = lines.join('');
  const methods = {
    'supervisor.readProcessStdoutLog': (_: unknown, offset: unknown) => log.slice(offset as number),
    'supervisor.readProcessStderrLog': () => 'no times\n',
  };

  it('reads backwards, more and more, until it reaches the time', async () => {
    const { session, calls, out } = fakeSession(methods);
    expect(await runLine(session, 'logs --since 2024-05-01T01:00:00Z web')).toBe(0);
    expect(out()).toBe(lines.slice(3600).join(''));
    expect(calls.slice(1).map(call => call[2])).toEqual([-65_536, -262_144]);
  });

  it('gives the whole log when all of it is young', async () => {
    const { session, out } = fakeSession(methods);
    expect(await runLine(session, 'logs --since 2020-01-01 web')).toBe(0);
    expect(out()).toBe(log);
  });

  it('says when the lines carry no times', async () => {
    const { session, out } = fakeSession(methods);
    expect(await runLine(session, 'logs --since 1h web stderr')).toBe(1);
    expect(out()).toBe('web: ERROR (the lines of its log carry no times)\n');
  });

  it('asks for a few bytes more when the server fails at a cut character', async () => {
    const asked: number[] = [];
    const { session, out } = fakeSession({
      'supervisor.readProcessStdoutLog': (_, offset) => {
        asked.push(offset as number);
        return asked.length < 3 ? new Trouble({ kind: 'status', status: 500 }) : '2024-05-01 10:00:00 ü\n';
      },
    });
    expect(await runLine(session, 'logs --since 2020-01-01 web')).toBe(0);
    expect(asked).toEqual([-65_536, -65_537, -65_538]);
    expect(out()).toContain('ü');
  });

  it.each([
    'logs',
    'logs web',
    'logs --since 1h',
    'logs --since soon web',
    'logs --since 1h web foo',
    'logs --since 1h a stdout c',
  ])('%s is a misuse', async line => {
    const { session, out, calls } = fakeSession(methods);
    expect(await runLine(session, line)).toBe(2);
    expect(out()).toMatch(/^Error: .*\nlogs --since/);
    expect(calls).toEqual([]);
  });
});

describe('the label of a line', () => {
  it('stands before each line, however the pieces are cut', () => {
    const bytes = Buffer.from('eins\nzwei ü\n\ndrei');
    fc.assert(
      fc.property(fc.nat(bytes.length), cut => {
        const label = labels(['a', 'bcd'], false)('a');
        const shown = [label.take(bytes.subarray(0, cut)), label.take(bytes.subarray(cut)), label.rest()];
        expect(Buffer.concat(shown).toString()).toBe('a   | eins\na   | zwei ü\na   | \na   | drei\n');
      }),
    );
  });

  it('is coloured, each name in its own', () => {
    const label = labels(['a', 'b'], true);
    expect(label('a').take(Buffer.from('x\n')).toString()).toBe('\x1b[36ma |\x1b[0m x\n');
    expect(label('b').take(Buffer.from('x\n')).toString()).toBe('\x1b[33mb |\x1b[0m x\n');
  });
});

describe('tail -f', () => {
  const methods = {
    'supervisor.getAllProcessInfo': () => [process('web'), process('job:a'), process('job:b')],
    '/logtail/web/stdout': () => ['w1\nw', '2\n'],
    '/logtail/job:a/stdout': () => ['a1\n'],
    '/logtail/job:b/stdout': () => ['b1'],
    '/logtail/web/stderr': () => ['err\n'],
    '/logtail/job:a/stderr': () => [],
  };

  async function follow(line: string) {
    const { session, out, interrupt } = fakeSession(methods);
    const running = runLine(session, line);
    await new Promise(resolve => setImmediate(resolve));
    interrupt();
    expect(await running).toBe(0);
    return out().split('\n');
  }

  it('of several shows whose line each is', async () => {
    expect(await follow('tail -f web job:a')).toEqual([
      '==> Press Ctrl-C to exit <==',
      'web   | w1',
      'web   | w2',
      'job:a | a1',
      '',
      '',
    ]);
  });

  it('takes groups, patterns and a channel', async () => {
    expect((await follow('tail -f job:*')).filter(line => line.includes('|'))).toEqual([
      'job:a | a1',
      'job:b | b1',
    ]);
    expect((await follow('tail -f /web|a/ stderr')).filter(line => line.includes('|'))).toEqual([
      'web   | err',
    ]);
  });
});
