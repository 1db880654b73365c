import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel, type ChannelOptions, type OutputNotice } from '../../src/output/channel.ts';

function channelWith(over: Partial<ChannelOptions> = {}) {
  const logs: OutputNotice[] = [];
  const messages: OutputNotice[] = [];
  const channel = new Channel({
    group: 'g',
    name: 'n',
    channel: 'stdout',
    pid: () => 42,
    format: 'raw',
    strip_ansi: false,
    capture_maxbytes: 0,
    onLog: notice => logs.push(notice),
    onCommunication: notice => messages.push(notice),
    ...over,
  });
  /** What the log has of these pieces, and of the end of the process. */
  const log = (...pieces: (string | Buffer)[]) =>
    Buffer.concat([
      ...pieces.map(piece => Buffer.from(channel.feed(Buffer.from(piece)))),
      channel.flush(),
    ]).toString();
  const texts = (notices: OutputNotice[]) => notices.map(({ data }) => data.toString());
  return { channel, log, logs: () => texts(logs), messages: () => texts(messages), notices: logs };
}

/** A text cut at any places. */
const cut = (text: string) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 8 })
    .map(places =>
      [0, ...places.sort((a, b) => a - b)].map((start, i, starts) => text.slice(start, starts[i + 1])),
    );

it('tells who wrote what', () => {
  const { log, notices } = channelWith();
  log('abc');
  expect(notices).toEqual([{ group: 'g', name: 'n', pid: 42, channel: 'stdout', data: Buffer.from('abc') }]);
});

describe('capture mode', () => {
  const text =
    'one<!--XSUPERVISOR:BEGIN-->message<!--XSUPERVISOR:END-->two<!--XSUPER<!--XSUPERVISOR:BEGIN-->x<!--XSUPERVISOR:END-->';

  it('takes messages out of the log, wherever reads cut the tokens', () => {
    fc.assert(
      fc.property(cut(text), pieces => {
        const { log, messages } = channelWith({ capture_maxbytes: 100 });
        expect(log(...pieces)).toBe('onetwo<!--XSUPER');
        expect(messages()).toEqual(['message', 'x']);
      }),
    );
  });

  it('gives PROCESS_LOG the captured bytes too', () => {
    const { log, logs } = channelWith({ capture_maxbytes: 100 });
    log(text);
    expect(logs()).toEqual(['one', 'message', 'two<!--XSUPER', 'x']);
  });

  it('keeps the last capture_maxbytes of a message', () => {
    const { log, messages } = channelWith({ capture_maxbytes: 4 });
    log('<!--XSUPERVISOR:BEGIN-->abc', 'def', 'ghi<!--XSUPERVISOR:END-->');
    expect(messages()).toEqual(['fghi']);
  });

  it('has what was kept back for a token in the log at the end of the process', () => {
    const { log } = channelWith({ capture_maxbytes: 4 });
    expect(log('the end<!--XSUPERVISOR:BEG')).toBe('the end<!--XSUPERVISOR:BEG');
  });

  it('sends no message that was not ended, and the next process begins outside of one', () => {
    const { log, messages } = channelWith({ capture_maxbytes: 100 });
    log('a<!--XSUPERVISOR:BEGIN-->unfinished');
    expect(log('b')).toBe('b');
    expect(messages()).toEqual([]);
  });

  it('is off where capture_maxbytes is 0', () => {
    const { log } = channelWith();
    expect(log(text)).toBe(text);
  });
});

describe('strip_ansi', () => {
  it('removes control sequences, wherever reads cut them', () => {
    fc.assert(
      fc.property(cut('a\x1b[31mred\x1b[0m \x1b[2J\x1b[1;2Hb\x1b[?25l\x1bc\x1b'), pieces => {
        const { log } = channelWith({ strip_ansi: true });
        expect(log(...pieces)).toBe('ared b\x1bc\x1b');
      }),
    );
  });

  it('leaves them where it is off', () => {
    const { log } = channelWith();
    expect(log('\x1b[31mred')).toBe('\x1b[31mred');
  });
});

describe('formats', () => {
  it('prefix puts time and name before each line', () => {
    const { log } = channelWith({ format: 'prefix' });
    expect(log('one\ntw', 'o\n\nlast')).toMatch(
      /^\S+ \S+ g:n one\n\S+ \S+ g:n two\n\S+ \S+ g:n \n\S+ \S+ g:n last\n$/,
    );
  });

  it('json makes a record of each line, wherever reads cut it', () => {
    fc.assert(
      fc.property(cut('one\n"two"\n\nlast'), pieces => {
        const { log } = channelWith({ format: 'json' });
        const records = log(...pieces)
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line));
        expect(records.map(record => record.message)).toEqual(['one', '"two"', '', 'last']);
        expect(records[3]).toMatchObject({
          group: 'g',
          name: 'n',
          channel: 'stdout',
          pid: 42,
          partial: true,
        });
      }),
    );
  });

  it('json gives bytes that are no UTF-8 in base64', () => {
    const { log } = channelWith({ format: 'json' });
    expect(JSON.parse(log(Buffer.of(0xff, 0x00, 0x0a)))).toMatchObject({ message_base64: '/wA=' });
  });

  it('json cuts a line without end into records, between characters', () => {
    const { log } = channelWith({ format: 'json' });
    const line = 'é'.repeat(100_000);
    const records = log(`x${line}\n`)
      .trimEnd()
      .split('\n')
      .map(text => JSON.parse(text));
    expect(records.map(record => record.partial ?? false)).toEqual([true, true, true, false]);
    expect(records.map(record => record.message).join('')).toBe(`x${line}`);
  });

  it('logfmt quotes what is no plain word', () => {
    const { log } = channelWith({ format: 'logfmt' });
    expect(log('hello\nhello "world"\n')).toMatch(
      /^time=\S+ group=g name=n channel=stdout pid=42 msg=hello\n.* msg="hello \\"world\\""\n$/,
    );
  });
});
