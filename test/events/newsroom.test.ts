import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bulletin } from '../../machines/events.ts';
import { createNewsroom } from '../../src/events/newsroom.ts';
import { textOf } from '../../src/events/text.ts';
import { groupSpec, lone, programSpec } from '../machines/fake.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_001_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const start = () => {
  const news = createNewsroom({ server: () => 'here', wall: () => Date.now() / 1000 });
  const heard = (...events: readonly string[]) => {
    const bulletins: Bulletin[] = [];
    const unsubscribe = news.subscribe({ events, tell: told => bulletins.push(...told) });
    return {
      bulletins,
      unsubscribe,
      names: () => bulletins.map(({ serial, eventname }) => `${serial} ${eventname}`),
      payloads: () =>
        bulletins.map(({ payload }) => textOf(payload)).map(text => text.slice(text.indexOf('\n') + 1)),
    };
  };
  return { news, heard };
};
const turn = () => Promise.resolve();
const output = (text: string | Buffer, name = 'web') => ({
  group: name,
  name,
  pid: 7,
  channel: 'stdout' as const,
  data: Buffer.from(text as string),
});

describe('an event', () => {
  it('is counted when anybody wants it, and told after the turn that it happened in', async () => {
    const { news, heard } = start();
    news.remote('nobody', 'hears');
    const [all, ticks] = [heard('EVENT'), heard('TICK')];
    news.remote('a', 'b');
    news.notice({ type: 'supervisor.begun' });
    expect(all.names()).toEqual([]);
    await turn();
    expect(all.names()).toEqual(['0 REMOTE_COMMUNICATION', '1 SUPERVISOR_STATE_CHANGE_RUNNING']);
    expect(all.bulletins[0]).toMatchObject({ server: 'here', payload: 'type:a\nb' });
    expect(ticks.names()).toEqual([]);
  });

  it('is told to those who had subscribed when it happened', async () => {
    const { news, heard } = start();
    const early = heard('EVENT');
    news.remote('a', '');
    const late = heard('EVENT');
    early.unsubscribe();
    news.remote('b', '');
    await turn();
    expect([early.names(), late.names()]).toEqual([['0 REMOTE_COMMUNICATION'], ['1 REMOTE_COMMUNICATION']]);
  });

  it('of stopping is sent once, also when a shutdown overtakes a restart', async () => {
    const { news, heard } = start();
    const all = heard('SUPERVISOR_STATE_CHANGE');
    for (const state of ['RUNNING', 'RESTARTING', 'SHUTDOWN'] as const) {
      news.notice({ type: 'supervisor.state', state });
    }
    await turn();
    expect(all.names()).toEqual(['0 SUPERVISOR_STATE_CHANGE_STOPPING']);
  });
});

describe('a PROCESS_LOG event', () => {
  const exited = {
    type: 'instance.exited',
    group: 'web',
    program: 'web',
    name: 'web',
    pid: 7,
    exitstatus: 0,
    signal: undefined,
    expected: true,
    during: 'run',
  } as const;

  it('holds whole characters, wherever reads cut them', async () => {
    const { news, heard } = start();
    const logs = heard('PROCESS_LOG');
    const bytes = Buffer.from('a😀b');
    for (const byte of bytes) news.log(output(Buffer.of(byte)));
    await turn();
    expect(logs.payloads()).toEqual(['a', '😀', 'b']);
  });

  it('holds what no character could be made of, when the process has ended', async () => {
    const { news, heard } = start();
    const logs = heard('PROCESS_LOG');
    news.log(output(Buffer.of(0x61, 0xf0, 0x9f)));
    news.notice(exited);
    await turn();
    expect(logs.payloads()).toEqual(['a', "Undecodable: b'\\xf0\\x9f'"]);
  });

  it('is one of several where a read is larger than 128 KiB', async () => {
    const { news, heard } = start();
    const logs = heard('PROCESS_LOG');
    news.log(output('é'.repeat(150_000)));
    await turn();
    expect(logs.payloads().map(text => text.length)).toEqual([65_536, 65_536, 18_928]);
  });

  it('is never made of what a listener says on stdout', async () => {
    const { news, heard } = start();
    const logs = heard('PROCESS_LOG');
    const pool = { ...programSpec('pool'), kind: 'eventlistener' as const };
    news.notice({ type: 'group.added', group: groupSpec('pool', [pool]) });
    news.notice({ type: 'group.added', group: lone('web') });
    news.log(output('READY\n', 'pool'));
    news.log({ ...output('oops\n', 'pool'), channel: 'stderr' });
    news.log(output('hello\n'));
    await turn();
    expect(logs.payloads()).toEqual(['oops\n', 'hello\n']);
  });
});

describe('ticks', () => {
  it('come when the wall clock passes a multiple of their period', async () => {
    const { heard } = start();
    const ticks = heard('TICK');
    await vi.advanceTimersByTimeAsync(60_000);
    const every5 = Array.from({ length: 12 }, (_, i) => `TICK_5 when:${1_000_005 + 5 * i}`);
    const seen = ticks.bulletins.map(({ eventname, payload }) => `${eventname} ${payload}`);
    expect(seen).toEqual(
      [...every5.slice(0, 4), 'TICK_60 when:1000020', ...every5.slice(4)].toSorted(byTime),
    );
  });

  it('of an hour need no timer of five seconds', async () => {
    const { heard } = start();
    const ticks = heard('TICK_3600');
    await vi.advanceTimersByTimeAsync(800_000);
    expect(ticks.bulletins.map(({ payload }) => payload)).toEqual(['when:1000800']);
  });

  it('cost no timer when nobody wants them', () => {
    const { news, heard } = start();
    heard('PROCESS_STATE');
    expect(vi.getTimerCount()).toBe(0);
    const ticks = heard('TICK_60');
    expect(vi.getTimerCount()).toBe(1);
    ticks.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    heard('EVENT');
    news.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('notice a clock that was set', async () => {
    const { heard } = start();
    const ticks = heard('TICK_5');
    vi.setSystemTime(2_000_000_000);
    await vi.advanceTimersByTimeAsync(5000);
    expect(ticks.bulletins[0]?.payload).toBe('when:2000000');
  });
});

const byTime = (a: string, b: string) => Number(a.split(':')[1]) - Number(b.split(':')[1]);
