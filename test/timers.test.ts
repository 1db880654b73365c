import { describe, expect, it } from 'vitest';
import { createActor, createMachine, enqueueActions, SimulatedClock, spawnChild } from 'xstate';
import { indexTimers } from '../src/timers.ts';

/** A tree with children that each ring after a second, and after each `again`. */
const tree = () => {
  const rung: string[] = [];
  const child = createMachine({
    initial: 'waiting',
    states: {
      waiting: { after: { 1000: 'ringing' }, on: { again: { target: 'waiting', reenter: true } } },
      ringing: { entry: ({ self }) => rung.push(self.id), on: { again: 'waiting' } },
    },
  });
  const machine = createMachine({
    types: {} as { events: { type: 'drop' | 'again'; id: string } },
    entry: [spawnChild(child, { id: 'left' }), spawnChild(child, { id: 'right' })],
    on: {
      drop: { actions: enqueueActions(({ enqueue, event }) => enqueue.stopChild(event.id)) },
      again: {
        actions: enqueueActions(({ enqueue, event }) => enqueue.sendTo(event.id, { type: 'again' })),
      },
    },
  });
  const clock = new SimulatedClock();
  const root = createActor(machine, { clock });
  indexTimers(root);
  root.start();
  return { root, clock, rung };
};

describe('the timers of an indexed tree', () => {
  it('ring in time', () => {
    const { clock, rung } = tree();
    clock.increment(999);
    expect(rung).toEqual([]);
    clock.increment(1);
    expect(rung).toEqual(['left', 'right']);
  });

  it('end with the actor that set them, and with no other', () => {
    const { root, clock, rung } = tree();
    root.send({ type: 'drop', id: 'left' });
    clock.increment(1000);
    expect(rung).toEqual(['right']);
  });

  it('begin anew where a state is entered again', () => {
    const { root, clock, rung } = tree();
    clock.increment(999);
    root.send({ type: 'again', id: 'left' });
    clock.increment(999);
    expect(rung).toEqual(['right']);
    clock.increment(1);
    expect(rung).toEqual(['right', 'left']);
  });

  it('end with the actor also when one of them has rung before', () => {
    const { root, clock, rung } = tree();
    clock.increment(1000);
    root.send({ type: 'again', id: 'right' });
    root.send({ type: 'drop', id: 'right' });
    clock.increment(1000);
    expect(rung).toEqual(['left', 'right']);
  });
});
