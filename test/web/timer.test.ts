import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActor, SimulatedClock, setup } from 'xstate';
import { pathOf, timerOf } from '../../src/web/timer.ts';
import { at, startInstance } from '../machines/fake.ts';

// xstate notes when a delay began by Date; the delays themselves run by the tests' simulated clock.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

describe('the delay of an instance that is counted down', () => {
  const look = ({ actor }: ReturnType<typeof startInstance>) => timerOf(actor, Date.now());

  it('is none while its process is made, and none while it runs', () => {
    const instance = startInstance({ startsecs: 0 });
    expect(look(instance)).toBeNull();
    instance.kernel.start();
    expect(instance.state()).toBe('RUNNING');
    expect(look(instance)).toBeNull();
  });

  it('is startsecs from the start on', () => {
    const instance = startInstance({ startsecs: 3 });
    instance.kernel.start();
    pass(1200);
    expect(look(instance)).toEqual({ name: 'startsecs', total: 3000, remaining: 1800 });
  });

  it('is startsecs from the move on where a command goes into the background, however long that took', () => {
    const instance = startInstance({ startsecs: 3, forks: true });
    instance.kernel.start();
    pass(60_000);
    expect(look(instance)).toBeNull();
    instance.kernel.latest().report({ type: 'process.moved', pid: 4711, at: at(60_000) });
    pass(500);
    expect(look(instance)).toEqual({ name: 'startsecs', total: 3000, remaining: 2500 });
  });

  it('is the back-off, longer after each failed start', () => {
    const instance = startInstance({ startretries: 5 });
    instance.kernel.fail('no such file');
    pass(400);
    expect(look(instance)).toEqual({ name: 'backoff', total: 1000, remaining: 600 });
    instance.clock.increment(1000);
    instance.kernel.fail('no such file');
    expect(look(instance)).toMatchObject({ name: 'backoff', total: 2000 });
  });

  it('is stopwaitsecs while it stops, and killrepeat after each KILL', () => {
    const instance = startInstance({ startsecs: 0, stopwaitsecs: 10 });
    instance.kernel.start();
    instance.actor.send({ type: 'instance.stop', reason: 'operator' });
    pass(2500);
    // The report that is repeated each two seconds is of an inner state.
    instance.clock.increment(2500);
    expect(look(instance)).toEqual({ name: 'stopwaitsecs', total: 10_000, remaining: 7500 });
    instance.clock.increment(7500);
    expect(pathOf(instance.actor.getSnapshot().value)).toBe('alive.stopping.killed');
    expect(look(instance)).toEqual({ name: 'killrepeat', total: 10_000, remaining: 10_000 });
    instance.kernel.latest().report({ type: 'process.exited', exitstatus: 0, signal: 'SIGKILL', at: at(0) });
    expect(look(instance)).toBeNull();
  });

  it('never shows more than there is when the clock is set back, nor less than nothing when it is set on', () => {
    const instance = startInstance({ startsecs: 3 });
    instance.kernel.start();
    pass(-5000);
    expect(look(instance)).toMatchObject({ remaining: 3000 });
    pass(50_000);
    expect(look(instance)).toMatchObject({ remaining: 0 });
  });
});

it('counts down any delay of any machine, that of the outermost state first', () => {
  const machine = setup({ delays: { patience: 5000, step: 700 } }).createMachine({
    initial: 'busy',
    states: {
      busy: {
        after: { patience: 'tired' },
        initial: 'one',
        states: { one: { after: { step: 'two' } }, two: {} },
      },
      tired: { after: { 250: 'busy' } },
    },
  });
  const clock = new SimulatedClock();
  const actor = createActor(machine, { clock }).start();
  expect(timerOf(actor, Date.now())).toEqual({ name: 'patience', total: 5000, remaining: 5000 });
  clock.increment(5000);
  expect(timerOf(actor, Date.now())).toEqual({ name: '250', total: 250, remaining: 250 });
});
