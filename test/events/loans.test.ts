import { describe, expect, it } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import type { Bulletin, InstanceNotice, Payload, PoolNotice } from '../../machines/events.ts';
import { listenerMachine } from '../../machines/listener.ts';
import { poolMachine } from '../../machines/pool.ts';
import { createListening } from '../../src/events/listening.ts';
import { giveBack, Loans } from '../../src/events/loans.ts';
import { createNewsroom, type Newsroom } from '../../src/events/newsroom.ts';
import { textOf } from '../../src/events/text.ts';
import { programSpec } from '../machines/fake.ts';

const LARGE = 128 * 1024;

const lend = (loans: Loans, letter: string, holders = 1) => {
  const data = loans.lend(Buffer.alloc(LARGE, letter), holders);
  return { head: '', data };
};

describe('a loan', () => {
  it('is another’s when each of its holders has given it back', () => {
    const loans = new Loans();
    const first = lend(loans, 'a', 2);
    giveBack(first);
    expect([loans.spare, textOf(first)]).toEqual([0, 'a'.repeat(LARGE)]);
    giveBack(first);
    expect(loans.spare).toBe(1);
    const next = lend(loans, 'b');
    expect(loans.spare).toBe(0);
    expect(() => textOf(first)).toThrow('given back');
    giveBack(first);
    expect([loans.spare, textOf(next)]).toEqual([0, 'b'.repeat(LARGE)]);
  });

  it('keeps 3 MiB for what comes next, however much was lent', () => {
    const loans = new Loans();
    const lent = Array.from({ length: 40 }, () => lend(loans, 'a'));
    for (const payload of lent) giveBack(payload);
    expect(loans.spare).toBe(24);
  });

  it('of few bytes is a copy', () => {
    expect(new Loans().lend(Buffer.from('abc'), 1)).toEqual(Buffer.from('abc'));
  });
});

/** Numbers from 0 to 1 that are the same in each run: Mulberry32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state += 0x6d2b79f5;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the piece of a number says: no two are the same in any part. */
const pieceOf = (number: number, size: number) => Buffer.alloc(size, `${number}.`);
/** An event as somebody was told of it. */
interface Told {
  readonly serial: number;
  readonly text: string;
}

/** Whether an event says what was written when it was counted. */
const isIntact = ({ serial, text }: Told) => text === pieceOf(serial, text.length).toString();

/** A pool with its machines and its real port, whose processes are what the test says they are. */
function startPool(news: Newsroom, pool: string, names: readonly string[], buffer_size: number) {
  const says = new Map<string, (text: string) => void>();
  const due = new Set<string>();
  const told: Told[] = [];
  const lost: number[] = [];
  const { port } = createListening({
    hear: ({ name }, listener) => {
      says.set(name, text => listener(Buffer.from(text)));
      return { glance() {}, close: () => void says.delete(name) };
    },
    write: ({ name }, parts) => {
      const [, serial, text = ''] = /serial:(\d+).*\n.*\n(.*)$/.exec(Buffer.concat(parts).toString()) ?? [];
      told.push({ serial: Number(serial), text });
      due.add(name);
    },
    log() {},
    show: async () => {},
  });
  const program = createActor(
    fromCallback<PoolNotice>(({ receive }) => {
      receive(notice => {
        if (notice.type === 'pool.overflowed') lost.push(...notice.events.map(({ serial }) => serial));
        news.notice(notice);
      });
    }),
  ).start();
  const events = ['PROCESS_LOG'];
  const result_handler = 'supervisor.dispatchers:default_handler';
  const spec = { ...programSpec(pool, { names }), listener: { buffer_size, events, result_handler } };
  const actors = { listener: listenerMachine.provide({ actors: { port } }) };
  const actor = createActor(poolMachine.provide({ actors }), { input: { spec, program } }).start();
  const payloads: Payload[] = [];
  const tell = (bulletins: readonly Bulletin[]) => {
    payloads.push(...bulletins.map(({ payload }) => payload));
    actor.send({ type: 'pool.events', bulletins });
  };
  news.subscribe({ events, tell });
  const about = (name: string) => ({ group: pool, program: pool, name });
  const begin = (name: string) => {
    actor.send({ type: 'instance.spawned', ...about(name), pid: 7 });
    const running = { type: 'instance.state', ...about(name), to: 'RUNNING' };
    actor.send(running as InstanceNotice);
    says.get(name)?.('READY\n');
  };
  const end = (name: string) => {
    due.delete(name);
    const exited = { type: 'instance.exited', ...about(name), pid: 7 };
    actor.send(exited as InstanceNotice);
  };
  for (const name of names) begin(name);
  return {
    told,
    lost,
    payloads,
    say: (name: string, text: string) => says.get(name)?.(text),
    /** Each listener that has an event answers it, or not yet, or dies of it. */
    answer(random: () => number) {
      for (const name of [...due]) {
        const fate = random();
        if (fate < 0.4) continue;
        due.delete(name);
        if (fate < 0.8) says.get(name)?.('RESULT 2\nOKREADY\n');
        else if (fate < 0.9) says.get(name)?.('RESULT 4\nFAILREADY\n');
        else {
          if (fate < 0.95) says.get(name)?.('RESULT 2\nNOTHING OF THE KIND');
          end(name);
          begin(name);
        }
      }
    },
  };
}

describe('output that is told as events', () => {
  it('is given back when it was processed, and when there was no room for it', async () => {
    const news = createNewsroom({ server: () => 'here', wall: () => 0 });
    const pool = startPool(news, 'pool', ['a'], 1);
    const data = Buffer.alloc(LARGE, 'x');
    for (let i = 0; i < 3; i++) news.log({ group: 'web', name: 'web', pid: 7, channel: 'stdout', data });
    await Promise.resolve();
    const held = () =>
      pool.payloads.map(payload => {
        try {
          return textOf(payload).length > 0;
        } catch {
          return false;
        }
      });
    expect(held()).toEqual([true, false, true]);
    pool.say('a', 'RESULT 4\nFAILREADY\n');
    expect(held()).toEqual([true, false, false]);
    pool.say('a', 'RESULT 2\nOKREADY\n');
    expect(held()).toEqual([false, false, false]);
  });

  it.each([1, 2, 3])(
    'is each listener’s as it was written, however slow they are, and whatever they answer (%i)',
    async seed => {
      const random = chance(seed);
      const news = createNewsroom({ server: () => 'here', wall: () => 0 });
      const pools = [
        startPool(news, 'quick', ['quick'], 10),
        startPool(news, 'crowd', ['a', 'b', 'c', 'd'], 3),
        startPool(news, 'tight', ['tight'], 1),
      ];
      const kept: Bulletin[] = [];
      // One that never gives back, as a webhook, comes and goes.
      let unsubscribe: (() => void) | undefined;
      const data = Buffer.alloc(8 * LARGE);
      for (let turn = 0, number = 0; turn < 300; turn++) {
        if (turn % 20 === 5)
          unsubscribe = news.subscribe({ events: ['EVENT'], tell: bulletins => kept.push(...bulletins) });
        if (turn % 20 === 8) unsubscribe?.();
        for (let pieces = Math.floor(random() * 5); pieces > 0; pieces--) {
          const size = Math.floor(LARGE * (random() < 0.7 ? 1 : random())) + 1;
          const view = data.subarray(0, Math.min(LARGE, size));
          pieceOf(number++, view.length).copy(view);
          news.log({ group: 'web', name: 'web', pid: 7, channel: 'stdout', data: view });
          // As a stream does: its buffer is read into again.
          view.fill('x');
        }
        await new Promise(setImmediate);
        for (const pool of pools) pool.answer(random);
      }
      for (const { told, lost } of pools) {
        expect(told.length).toBeGreaterThan(9);
        expect(lost.length).toBeGreaterThan(5);
        expect(told.filter(one => !isIntact(one))).toEqual([]);
      }
      expect(kept.length).toBeGreaterThan(10);
      const keeper = kept.map(({ serial, payload }) => ({
        serial,
        text: textOf(payload).split('\n')[1] ?? '',
      }));
      expect(keeper.filter(one => !isIntact(one))).toEqual([]);
    },
  );
});
