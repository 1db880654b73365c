import { describe, expect, it } from 'vitest';
import { at, startInstance } from './fake.ts';

const running = (over = {}) => {
  const it = startInstance(over);
  it.kernel.start();
  it.clock.increment(1000);
  return it;
};

const stop = { type: 'instance.stop', reason: 'operator' } as const;
const start = { type: 'instance.start' } as const;

describe('starting', () => {
  it('starts by itself when autostart is true', () => {
    const { state, kernel } = startInstance();
    expect(state()).toBe('STARTING');
    expect(kernel.spawned).toHaveLength(1);
  });

  it('stays STOPPED without a word when autostart is false', () => {
    const { state, notices, kernel } = startInstance({ autostart: false });
    expect(state()).toBe('STOPPED');
    expect(notices).toEqual([]);
    expect(kernel.spawned).toEqual([]);
  });

  it('stays STOPPED when an operator had stopped it before', () => {
    expect(startInstance({}, 'down').state()).toBe('STOPPED');
  });

  it('is RUNNING once it has stayed up for startsecs', () => {
    const { state, kernel, clock } = startInstance({ startsecs: 3 });
    kernel.start();
    clock.increment(2999);
    expect(state()).toBe('STARTING');
    clock.increment(1);
    expect(state()).toBe('RUNNING');
  });

  it('counts startsecs from the spawn, not from the wish for it', () => {
    const { state, kernel, clock } = startInstance();
    clock.increment(60_000);
    expect(state()).toBe('STARTING');
    kernel.start();
    clock.increment(999);
    expect(state()).toBe('STARTING');
  });

  it('is RUNNING at once when startsecs is 0', () => {
    const { state, kernel } = startInstance({ startsecs: 0 });
    kernel.start();
    expect(state()).toBe('RUNNING');
  });

  it('counts startsecs and uptime from the move of what goes into the background, from the last where it moves on', () => {
    const { state, kernel, clock, context } = startInstance({ startsecs: 3, forks: true });
    kernel.start();
    clock.increment(60_000);
    expect(state()).toBe('STARTING');
    kernel.latest().report({ type: 'process.moved', pid: 7, at: at(60_000) });
    expect(context()).toMatchObject({ pid: 7, startedAt: at(60_000) });
    clock.increment(2000);
    kernel.latest().report({ type: 'process.moved', pid: 8, at: at(62_000) });
    clock.increment(2999);
    expect(state()).toBe('STARTING');
    clock.increment(1);
    expect(state()).toBe('RUNNING');
    expect(context()).toMatchObject({ pid: 8, startedAt: at(62_000) });
  });

  it('knows its pid and the moment of its start while it lives', () => {
    const { context } = running();
    expect(context()).toMatchObject({ pid: 101, startedAt: at(0) });
  });

  it('goes FATAL without a spawn when loading already showed that it cannot run', () => {
    const { state, kernel, context, actor } = startInstance({ fault: 'no such user: nobodi' });
    expect(state()).toBe('FATAL');
    actor.send(start);
    expect(state()).toBe('FATAL');
    expect(context().spawnerr).toBe('no such user: nobodi');
    expect(kernel.spawned).toEqual([]);
  });
});

describe('a start that fails', () => {
  it('goes to BACKOFF with the port’s words when there was no process', () => {
    const { state, kernel, context } = startInstance();
    kernel.fail("can't find command '/no'");
    expect(state()).toBe('BACKOFF');
    expect(context()).toMatchObject({ spawnerr: "can't find command '/no'", pid: 0, retries: 1 });
  });

  it('goes to BACKOFF when it exits within startsecs, whatever its exit status', () => {
    const { state, kernel, context } = startInstance();
    kernel.start();
    kernel.exit(0);
    expect(state()).toBe('BACKOFF');
    expect(context()).toMatchObject({
      spawnerr: 'Exited too quickly (process log may have details)',
      exitstatus: 0,
    });
  });

  it('has stayed up where its end is told late, before the timer of a daemon that stood still', () => {
    const { states, kernel, context } = startInstance({ startsecs: 3 });
    kernel.start();
    kernel.exit(0, undefined, 3000);
    expect(states()).toEqual(['STARTING', 'RUNNING', 'EXITED']);
    expect(context()).toMatchObject({ spawnerr: '', exitWasExpected: true, retries: 0 });
  });

  it('is tried again after 1, 2, 3 … seconds', () => {
    const { kernel, clock } = startInstance();
    for (const seconds of [1, 2, 3]) {
      kernel.fail('no');
      clock.increment(seconds * 1000 - 1);
      expect(kernel.spawned).toHaveLength(seconds);
      clock.increment(1);
      expect(kernel.spawned).toHaveLength(seconds + 1);
    }
  });

  it.each([0, 1, 3])('goes to FATAL after startretries=%i failed retries', startretries => {
    const { state, kernel, clock } = startInstance({ startretries });
    for (let tries = 0; tries <= startretries; tries += 1) {
      kernel.fail('no');
      clock.increment(60_000);
    }
    expect(state()).toBe('FATAL');
    expect(kernel.spawned).toHaveLength(startretries + 1);
  });

  it('forgets the failed tries once it runs', () => {
    const { kernel, clock, context, state } = startInstance();
    kernel.fail('no');
    clock.increment(1000);
    kernel.start();
    clock.increment(1000);
    expect(state()).toBe('RUNNING');
    expect(context().retries).toBe(0);
  });

  it('starts from the first try again when FATAL is started by hand', () => {
    const { kernel, actor, context, state } = startInstance({ startretries: 0 });
    kernel.fail('no');
    actor.send(start);
    expect(state()).toBe('STARTING');
    expect(context().retries).toBe(0);
  });

  it('is tried again for as long as the machine is short, every ten seconds at last', () => {
    const { kernel, clock, context, state } = startInstance({ startretries: 0 });
    const waits: number[] = [];
    for (let tries = 1; tries <= 12; tries += 1) {
      kernel.refuse();
      expect(state()).toBe('BACKOFF');
      let wait = 0;
      for (; kernel.spawned.length === tries; wait += 1) clock.increment(1000);
      waits.push(wait);
    }
    expect(waits).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]);
    kernel.start();
    clock.increment(1000);
    expect(state()).toBe('RUNNING');
    expect(context()).toMatchObject({ retries: 0, spawnerr: '' });
  });

  it('has all of startretries for itself after the machine was short', () => {
    const { kernel, clock, state } = startInstance({ startretries: 1 });
    for (let tries = 1; tries <= 5; tries += 1) {
      kernel.refuse();
      clock.increment(60_000);
    }
    kernel.start();
    kernel.exit(1);
    expect(state()).toBe('BACKOFF');
    clock.increment(1000);
    kernel.fail('no');
    expect(state()).toBe('FATAL');
  });

  it('is not given up at shutdown for want of retries when only the machine was short', () => {
    const { kernel, clock, actor, notices } = startInstance({ startretries: 0 });
    for (let tries = 1; tries <= 5; tries += 1) {
      kernel.refuse();
      clock.increment(tries * 1000 - 1);
      if (tries < 5) clock.increment(1);
    }
    actor.send({ type: 'instance.stop', reason: 'shutdown' });
    expect(notices.at(-1)).toMatchObject({ type: 'instance.state', to: 'FATAL', tries: 0 });
  });

  it('is STOPPED by a stop while it waits, and is not tried again', () => {
    const { kernel, actor, clock, state } = startInstance();
    kernel.fail('no');
    actor.send(stop);
    clock.increment(60_000);
    expect(state()).toBe('STOPPED');
    expect(kernel.spawned).toHaveLength(1);
  });

  it('becomes FATAL when the daemon shuts down while it waits', () => {
    const { kernel, actor, state } = startInstance();
    kernel.fail('no');
    actor.send({ type: 'instance.stop', reason: 'shutdown' });
    expect(state()).toBe('FATAL');
  });
});

describe('an exit', () => {
  it.each([
    { autorestart: 'always', exitstatus: 0, next: 'STARTING' },
    { autorestart: 'always', exitstatus: 1, next: 'STARTING' },
    { autorestart: 'unexpected', exitstatus: 0, next: 'EXITED' },
    { autorestart: 'unexpected', exitstatus: 2, next: 'EXITED' },
    { autorestart: 'unexpected', exitstatus: 1, next: 'STARTING' },
    { autorestart: 'unexpected', exitstatus: -1, next: 'STARTING' },
    { autorestart: 'never', exitstatus: 0, next: 'EXITED' },
    { autorestart: 'never', exitstatus: 1, next: 'EXITED' },
  ] as const)('with autorestart=$autorestart and status $exitstatus of exitcodes=0,2 leads to $next', row => {
    const { kernel, state, states } = running({ autorestart: row.autorestart, exitcodes: [0, 2] });
    kernel.exit(row.exitstatus);
    expect(state()).toBe(row.next);
    expect(states()).toContain('EXITED');
  });

  it('outside exitcodes says so', () => {
    const { kernel, context } = running({ autorestart: 'never' });
    kernel.exit(3);
    expect(context()).toMatchObject({
      exitstatus: 3,
      spawnerr: 'Bad exit code 3',
      pid: 0,
      stoppedAt: at(500),
    });
  });

  it('is not followed by a start once everything is about to stop', () => {
    const { kernel, actor, state } = running({ autorestart: 'always' });
    actor.send({ type: 'instance.hold' });
    kernel.exit(0);
    expect(state()).toBe('EXITED');
  });

  it('tells the pid that ended', () => {
    const { kernel, notices } = running({ autorestart: 'never' });
    kernel.exit(0);
    expect(notices.at(-1)).toMatchObject({ type: 'instance.state', to: 'EXITED', pid: 101, expected: true });
  });
});

describe('a stop', () => {
  it('sends stopsignal, and is STOPPED when the exit is reported', () => {
    const { actor, kernel, state } = running({ stopsignal: 'SIGINT' });
    actor.send(stop);
    expect(state()).toBe('STOPPING');
    expect(kernel.signals()).toEqual(['SIGINT']);
    kernel.exit(0);
    expect(state()).toBe('STOPPED');
  });

  it('kills after stopwaitsecs, and again while the process does not go', () => {
    const { actor, kernel, clock, state } = running({ stopwaitsecs: 2 });
    actor.send(stop);
    clock.increment(1999);
    expect(kernel.signals()).toEqual(['SIGTERM']);
    clock.increment(1);
    expect(kernel.signals()).toEqual(['SIGTERM', 'SIGKILL']);
    clock.increment(2000);
    expect(kernel.signals()).toEqual(['SIGTERM', 'SIGKILL', 'SIGKILL']);
    kernel.exit(-1);
    expect(state()).toBe('STOPPED');
  });

  it('with stopwaitsecs=0 kills at once, and then once a second', () => {
    const { actor, kernel, clock } = running({ stopwaitsecs: 0 });
    actor.send(stop);
    clock.increment(0);
    clock.increment(999);
    expect(kernel.signals()).toEqual(['SIGTERM', 'SIGKILL']);
    clock.increment(1);
    expect(kernel.signals()).toEqual(['SIGTERM', 'SIGKILL', 'SIGKILL']);
  });

  it.each([
    { stopasgroup: false, killasgroup: false, groups: [false, false] },
    { stopasgroup: false, killasgroup: true, groups: [false, true] },
    { stopasgroup: true, killasgroup: true, groups: [true, true] },
  ])('reaches the group by stopasgroup=$stopasgroup, killasgroup=$killasgroup', row => {
    const { actor, kernel, clock } = running({ stopasgroup: row.stopasgroup, killasgroup: row.killasgroup });
    actor.send(stop);
    clock.increment(10_000);
    const groups = kernel.latest().commands.map(command => command.type === 'port.signal' && command.group);
    expect(groups).toEqual(row.groups);
  });

  it('in STARTING goes through STOPPING', () => {
    const { actor, kernel, states } = startInstance();
    kernel.start();
    actor.send(stop);
    kernel.exit(-1);
    expect(states()).toEqual(['STARTING', 'STOPPING', 'STOPPED']);
  });

  it('before the turn to be spawned cancels the spawn', () => {
    const { actor, kernel, states } = startInstance();
    actor.send(stop);
    expect(kernel.latest().gone).toBe(true);
    expect(states()).toEqual(['STARTING', 'STOPPING', 'STOPPED']);
  });

  it('is remembered, and forgotten by a start', () => {
    const { actor, kernel, context } = running();
    actor.send(stop);
    kernel.exit(0);
    expect(context()).toMatchObject({ wanted: 'down', stopReason: 'operator' });
    actor.send(start);
    expect(context()).toMatchObject({ wanted: 'up', stopReason: undefined });
  });

  it('for an update does not count as the operator’s, but one on top of it does', () => {
    const { actor, context } = running();
    actor.send({ type: 'instance.stop', reason: 'update' });
    expect(context().stopReason).toBe('update');
    actor.send(stop);
    expect(context().stopReason).toBe('operator');
    actor.send({ type: 'instance.stop', reason: 'update' });
    expect(context().stopReason).toBe('operator');
  });
});

describe('the process itself', () => {
  it('gets signals in every state that has one', () => {
    const { actor, kernel } = running();
    actor.send({ type: 'instance.signal', signal: 'SIGHUP' });
    actor.send(stop);
    actor.send({ type: 'instance.signal', signal: 'SIGUSR1' });
    expect(kernel.signals()).toEqual(['SIGHUP', 'SIGTERM', 'SIGUSR1']);
  });

  it('gets what is written to its stdin', () => {
    const { actor, kernel } = running();
    const data = new Uint8Array([1, 2]);
    actor.send({ type: 'instance.stdin', data });
    expect(kernel.latest().commands).toEqual([{ type: 'port.stdin', data }]);
  });

  it('is UNKNOWN when the kernel refuses a signal, and can be started again', () => {
    const { actor, kernel, state } = running();
    kernel.latest().report({ type: 'process.lost', reason: 'EPERM', at: at(1) });
    expect(state()).toBe('UNKNOWN');
    actor.send(start);
    expect(state()).toBe('STARTING');
  });

  it('is never left while it lives: only its exit, its loss or a failed spawn ends the state that owns it', () => {
    const { actor, kernel, clock } = running();
    for (const type of ['instance.start', 'instance.hold'] as const) actor.send({ type });
    actor.send(stop);
    clock.increment(100_000);
    expect(kernel.latest().gone).toBe(false);
    kernel.exit(-1);
    expect(kernel.latest().gone).toBe(true);
  });
});

describe('its program', () => {
  it('hears once that it lives, and once that it lives no more', () => {
    const { actor, kernel, turns } = running();
    actor.send(stop);
    expect(turns).toEqual(['instance.rose']);
    kernel.exit(-1);
    expect(turns).toEqual(['instance.rose', 'instance.fell']);
  });

  it('hears of each run of one that comes back', () => {
    const { kernel, turns } = running({ autorestart: 'always' });
    kernel.exit(1);
    expect(turns).toEqual(['instance.rose', 'instance.fell', 'instance.rose']);
  });
});
