import { describe, expect, it } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import type {
  InstanceNotice,
  ListenerPortCommand,
  ListenerReport,
  Payload,
  PoolEvent,
  PoolNotice,
} from '../../machines/events.ts';
import { listenerMachine } from '../../machines/listener.ts';
import { poolMachine } from '../../machines/pool.ts';
import type { ListenerPortInput } from '../../machines/ports.ts';
import type { ProcessSpec } from '../../machines/spec.ts';
import type { StateName } from '../../machines/states.ts';
import { entered } from '../support/notices.ts';
import { programSpec } from './fake.ts';

interface FakePort {
  readonly given: PoolEvent[];
  /** What is processed: nobody will be given it again. */
  readonly settled: PoolEvent[];
  readonly report: (report: ListenerReport) => void;
  gone: boolean;
}

/** A pool of listeners whose processes are what the test says they are. */
const startPool = (names: readonly string[], buffer_size = 10) => {
  const ports = new Map<string, FakePort>();
  const port = fromCallback<ListenerPortCommand, ListenerPortInput>(({ input, receive, sendBack }) => {
    const fake: FakePort = { given: [], settled: [], report: sendBack, gone: false };
    ports.set(input.spec.name, fake);
    receive(({ type, event }) => fake[type === 'port.deliver' ? 'given' : 'settled'].push(event));
    return () => {
      fake.gone = true;
    };
  });
  const notices: PoolNotice[] = [];
  const program = createActor(
    fromCallback<PoolNotice>(({ receive }) => {
      receive(notice => notices.push(notice));
    }),
  ).start();
  const spec = {
    ...programSpec('pool', { names }),
    listener: { buffer_size, events: ['EVENT'], result_handler: 'x' },
  };
  const listener = listenerMachine.provide({ actors: { port } });
  const pool = createActor(poolMachine.provide({ actors: { listener } }), {
    input: { spec, program },
  }).start();
  let serial = 0;

  const portOf = (name: string) => {
    const found = ports.get(name);
    if (found === undefined) throw new Error(`${name} has no process`);
    return found;
  };
  const subject = (name: string) => ({ group: 'pool', program: 'pool', name });
  const [told] = spec.processes as [ProcessSpec];
  const state = (name: string, to: StateName): InstanceNotice =>
    entered(name, { ...subject(name), from: 'STARTING', to, spec: told });
  return {
    pool,
    notices,
    states: () =>
      names.map(name => {
        const value = pool.getSnapshot().context.listeners[name]?.getSnapshot().value;
        return typeof value === 'string' ? value : Object.values(value ?? {})[0];
      }),
    waiting: () => pool.getSnapshot().context.buffer.size,
    spawn: (name: string) => pool.send({ type: 'instance.spawned', ...subject(name), pid: 7 }),
    become: (name: string, to: StateName) => pool.send(state(name, to)),
    exit: (name: string) =>
      pool.send({
        type: 'instance.exited',
        ...subject(name),
        pid: 7,
        exitstatus: 0,
        signal: undefined,
        expected: true,
        during: 'run',
      }),
    ready: (name: string) => portOf(name).report({ type: 'listener.ready' }),
    answer: (name: string, verdict: 'processed' | 'rejected' | 'broken') =>
      portOf(name).report({ type: 'listener.answered', verdict }),
    resume: (name: string) => portOf(name).report({ type: 'listener.resumed' }),
    babble: (name: string) => portOf(name).report({ type: 'listener.babbled' }),
    publish: (count = 1, payload: Payload = 'when:0') => {
      const bulletins = Array.from({ length: count }, () => ({
        serial: serial++,
        eventname: 'TICK_5',
        server: 'supervisor',
        payload,
      }));
      pool.send({ type: 'pool.events', bulletins });
    },
    given: (name: string) => portOf(name).given.map(event => event.serial),
    port: portOf,
  };
};

/** The same, up and READY. */
const startReady = (names: readonly string[] = ['a'], buffer_size?: number) => {
  const it = startPool(names, buffer_size);
  for (const name of names) {
    it.spawn(name);
    it.become(name, 'RUNNING');
    it.ready(name);
  }
  return it;
};

describe('a listener', () => {
  it('is given an event when its process is RUNNING and READY, in whichever order', () => {
    const it = startPool(['early', 'late']);
    for (const name of ['early', 'late']) it.spawn(name);
    it.ready('early');
    it.become('late', 'RUNNING');
    it.publish();
    it.publish();
    expect([it.given('early'), it.given('late')]).toEqual([[], []]);
    it.become('early', 'RUNNING');
    expect(it.given('early')).toEqual([0]);
    it.ready('late');
    expect(it.given('late')).toEqual([1]);
  });

  it('is given the next event only when it has answered and is READY again', () => {
    const it = startReady();
    it.publish();
    it.publish();
    expect(it.given('a')).toEqual([0]);
    it.answer('a', 'processed');
    expect(it.given('a')).toEqual([0]);
    it.ready('a');
    expect(it.given('a')).toEqual([0, 1]);
  });

  it('is given the next event at once when it has processed one and is READY in the same breath', () => {
    const it = startReady();
    it.publish(3);
    it.resume('a');
    expect(it.given('a')).toEqual([0, 1]);
    expect(it.port('a').settled.map(({ serial }) => serial)).toEqual([0]);
    it.become('a', 'STOPPING');
    it.resume('a');
    expect(it.given('a')).toEqual([0, 1]);
    expect(it.states()).toEqual([{ ready: 'waiting' }]);
  });

  it('tells its port of an event that nobody will have again, and of no other', () => {
    const it = startReady();
    it.publish(2);
    it.answer('a', 'rejected');
    it.ready('a');
    expect(it.port('a').settled).toEqual([]);
    it.answer('a', 'processed');
    it.ready('a');
    it.answer('a', 'broken');
    expect(it.port('a').given.map(({ serial }) => serial)).toEqual([0, 0, 1]);
    expect(it.port('a').settled.map(({ serial }) => serial)).toEqual([0]);
  });

  it('is given no event while its process is STOPPING', () => {
    const it = startReady();
    it.become('a', 'STOPPING');
    it.publish();
    expect(it.given('a')).toEqual([]);
    expect(it.waiting()).toBe(1);
  });

  it.each([
    ['FAIL', (it: ReturnType<typeof startReady>) => it.answer('a', 'rejected'), 'acknowledged'],
    ['a broken handler', (it: ReturnType<typeof startReady>) => it.answer('a', 'broken'), 'unknown'],
    ['a babble', (it: ReturnType<typeof startReady>) => it.babble('a'), 'unknown'],
    ['a death', (it: ReturnType<typeof startReady>) => it.exit('a'), 'absent'],
    ['a lost process', (it: ReturnType<typeof startReady>) => it.become('a', 'UNKNOWN'), 'absent'],
  ])('gives its event back on %s', (_, happen, state) => {
    const it = startReady();
    for (let i = 0; i < 3; i++) it.publish();
    happen(it);
    expect(it.states()).toEqual([state]);
    expect(it.notices).toEqual([{ type: 'pool.rebuffered', pool: 'pool', serial: 0, size: 2, max: 10 }]);
    it.spawn('a');
    it.become('a', 'RUNNING');
    it.ready('a');
    if (state !== 'unknown') expect(it.port('a').given.at(-1)).toMatchObject({ serial: 0, poolserial: 0 });
  });

  it.each([
    ['ACKNOWLEDGED', () => {}],
    ['READY', (it: ReturnType<typeof startPool>) => it.ready('a')],
  ])('that babbles while %s gets no events for as long as its process lives', (_, lead) => {
    const it = startPool(['a']);
    it.spawn('a');
    it.become('a', 'RUNNING');
    lead(it);
    it.babble('a');
    it.ready('a');
    it.publish();
    expect(it.states()).toEqual(['unknown']);
    expect(it.given('a')).toEqual([]);
    it.exit('a');
    it.spawn('a');
    it.become('a', 'RUNNING');
    it.ready('a');
    expect(it.given('a')).toEqual([0]);
  });

  it('begins each process with a port of its own', () => {
    const it = startReady();
    const first = it.port('a');
    it.exit('a');
    expect(first.gone).toBe(true);
    it.spawn('a');
    expect(it.port('a')).not.toBe(first);
  });
});

/** That there was no room for these. */
const overflowed = (...serials: readonly number[]) => ({
  type: 'pool.overflowed',
  pool: 'pool',
  events: serials.map(serial => expect.objectContaining({ serial })),
});

describe('a pool', () => {
  it('counts its events from 0', () => {
    const it = startReady(['a', 'b']);
    it.publish();
    it.publish();
    const given = [...it.port('a').given, ...it.port('b').given];
    expect(given.map(({ pool, poolserial }) => `${pool} ${poolserial}`)).toEqual(['pool 0', 'pool 1']);
  });

  it('gives each event to one listener, the first that is free in the order of their processes', () => {
    const it = startReady(['a', 'b', 'c']);
    it.publish();
    it.publish();
    it.answer('a', 'processed');
    it.ready('a');
    it.publish();
    expect(['a', 'b', 'c'].map(it.given)).toEqual([[0, 2], [1], []]);
  });

  it('discards the oldest event when one more comes than it may keep', () => {
    const it = startPool(['a'], 2);
    for (let i = 0; i < 4; i++) it.publish();
    expect(it.notices).toEqual([overflowed(0), overflowed(1)]);
    it.spawn('a');
    it.become('a', 'RUNNING');
    it.ready('a');
    expect(it.given('a')).toEqual([2]);
  });

  it('takes events that come at once as if each came alone', () => {
    const it = startReady(['a', 'b'], 2);
    it.publish(6);
    expect([it.given('a'), it.given('b')]).toEqual([[0], [1]]);
    expect(it.notices).toEqual([overflowed(2, 3)]);
    for (const name of ['a', 'b']) {
      it.answer(name, 'processed');
      it.ready(name);
    }
    expect([it.given('a'), it.given('b')]).toEqual([
      [0, 4],
      [1, 5],
    ]);
  });

  it('keeps 64 MiB at most, and a larger event alone', () => {
    const it = startPool(['a'], 100_000);
    const large = { head: 'head\n', data: new Uint8Array(16 * 1024 * 1024) };
    it.publish(3, large);
    expect([it.waiting(), it.notices]).toEqual([3, []]);
    it.publish(1, large);
    expect(it.notices).toEqual([overflowed(0)]);
    it.publish(1, { head: '', data: new Uint8Array(65 * 1024 * 1024) });
    expect(it.waiting()).toBe(1);
  });

  it('discards the oldest that waits, not the one that comes back, when it is full', () => {
    const it = startReady(['a'], 2);
    for (let i = 0; i < 3; i++) it.publish();
    it.answer('a', 'rejected');
    expect(it.notices).toEqual([
      overflowed(1),
      { type: 'pool.rebuffered', pool: 'pool', serial: 0, size: 1, max: 2 },
    ]);
    for (const verdict of ['processed', 'processed'] as const) {
      it.ready('a');
      it.answer('a', verdict);
    }
    expect(it.given('a')).toEqual([0, 0, 2]);
  });

  it('keeps the order of 5,000 waiting events at a cost that does not grow with their number', () => {
    const it = startReady(['a'], 5_000);
    for (let i = 0; i < 5_000; i++) it.publish();
    for (let i = 0; i < 4_999; i++) {
      it.answer('a', 'processed');
      it.ready('a');
    }
    expect(it.given('a')).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  });
});
