import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { PoolEvent } from '../machines/events.ts';
import { envelope } from '../src/events/envelope.ts';
import { communicate, type ListenerEvent, listener } from '../src/listener.ts';

const event = (serial: number, payload: string, eventname = 'REMOTE_COMMUNICATION'): PoolEvent => ({
  serial,
  eventname,
  server: 'here',
  payload,
  pool: 'p',
  poolserial: serial,
});

/** A listener between two streams: what it says, and the events that its loop has seen. */
const start = (body: (event: ListenerEvent) => unknown = () => {}) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let said = '';
  output.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  const seen: ListenerEvent[] = [];
  const ended = (async () => {
    for await (const next of listener({ input, output })) {
      seen.push(next);
      await body(next);
    }
  })();
  return {
    seen,
    ended,
    send: (...events: readonly PoolEvent[]) => input.write(Buffer.concat(events.flatMap(envelope))),
    input,
    /** What it has said when it has nothing more to do. */
    said: async () => {
      for (let i = 0; i < 20; i++) await turn();
      return said;
    },
  };
};

describe('a listener in JavaScript', () => {
  it('is READY, answers OK, and is READY again', async () => {
    const it = start();
    expect(await it.said()).toBe('READY\n');
    it.send(event(0, 'type:a\nb'));
    expect(await it.said()).toBe('READY\nRESULT 2\nOKREADY\n');
  });

  it('takes an event apart', async () => {
    const it = start();
    it.send(event(7, 'processname:web groupname:g pid:5 channel:stdout\nhé 😀\n', 'PROCESS_LOG_STDOUT'));
    await it.said();
    expect(it.seen[0]).toMatchObject({
      name: 'PROCESS_LOG_STDOUT',
      serial: 7,
      pool: 'p',
      poolserial: 7,
      server: 'here',
      fields: { processname: 'web', groupname: 'g', pid: '5', channel: 'stdout' },
      data: 'hé 😀\n',
    });
  });

  it('knows any text as the type of a remote communication', async () => {
    const it = start();
    it.send(event(0, 'type:a b:c\ndata'));
    await it.said();
    expect(it.seen[0]).toMatchObject({ fields: { type: 'a b:c' }, data: 'data' });
  });

  it('reads characters, wherever reads cut the bytes', async () => {
    const it = start();
    for (const byte of Buffer.concat(envelope(event(0, 'type:é\n日本😀')))) it.input.write(Buffer.of(byte));
    it.send(event(1, 'type:next\n'));
    await it.said();
    await it.said();
    expect(it.seen.map(({ data }) => data)).toEqual(['日本😀', '']);
  });

  it.each<[string, (event: ListenerEvent) => void, string]>([
    ['FAIL', event => event.fail(), 'RESULT 4\nFAIL'],
    ['a result of its own', event => event.answer('fünf'), 'RESULT 5\nf\xc3\xbcnf'],
    ['bytes', event => event.answer(Uint8Array.of(0, 255)), 'RESULT 2\n\0\xff'],
  ])('answers %s', async (_, body, result) => {
    const it = start(body);
    it.send(event(0, 'type:a\nb'));
    expect(await it.said()).toBe(`READY\n${result}READY\n`);
  });

  it('answers an event once', async () => {
    const it = start(event => {
      event.fail();
      expect(() => event.fail()).toThrow('event 0: was answered already');
    });
    it.send(event(0, 'type:a\nb'));
    expect(await it.said()).toBe('READY\nRESULT 4\nFAILREADY\n');
  });

  it('leaves an event that broke its loop unanswered', async () => {
    const it = start(() => {
      throw new Error('broken');
    });
    it.send(event(0, 'type:a\nb'));
    await expect(it.ended).rejects.toThrow('broken');
    expect(await it.said()).toBe('READY\n');
  });

  it('ends with its stdin, also in the middle of an event', async () => {
    const it = start();
    it.input.end('ver:3.0 eventname:TICK_5 len:100\nwhen');
    await it.ended;
    expect(it.seen).toEqual([]);
  });
});

it('a program communicates by the capture tokens', () => {
  const output = new PassThrough();
  communicate('hello', output);
  expect(output.read().toString()).toBe('<!--XSUPERVISOR:BEGIN-->hello<!--XSUPERVISOR:END-->');
});
