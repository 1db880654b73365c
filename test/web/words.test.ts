import { describe, expect, it } from 'vitest';
import { cannotWords, story } from '../../src/web/client/words.ts';
import type { Moment } from '../../src/web/watch.ts';

const failed = { at: 90, exitstatus: 1, signal: null, expected: false, during: 'start' } as const;

const moment = (process: Partial<Moment['process']>, over: Partial<Moment> = {}): Moment => ({
  time: 100,
  path: '',
  timer: null,
  possible: [],
  changes: [],
  exits: [],
  options: { startretries: 3, exitcodes: [0], stopsignal: 'SIGTERM', startsecs: 1, stopwaitsecs: 10 },
  process: {
    group: 'cat',
    name: 'cat',
    program: 'cat',
    state: 'RUNNING',
    statecode: 20,
    description: '',
    pid: 12,
    start: 60,
    stop: null,
    uptime: null,
    exitstatus: 0,
    spawnerr: '',
    retries: 0,
    wanted: 'up',
    stdout_logfile: null,
    stderr_logfile: null,
    ...process,
  } as Moment['process'],
  ...over,
});

it('says what cannot be done, each reason once', () => {
  expect(cannotWords([{ act: 'start' }])).toBe('');
  expect(cannotWords([{ act: 'start', why: 'it runs' }, { act: 'stop' }])).toBe('Cannot start: it runs.');
  const why = 'it is stopped';
  expect(
    cannotWords([
      { act: 'stop', why },
      { act: 'restart', why },
      { act: 'signal', why },
    ]),
  ).toBe('Cannot stop, restart or signal: it is stopped.');
});

describe('what is going on', () => {
  it.each([
    [moment({}), 'Runs with pid 12, for 40 s.'],
    [
      moment({ state: 'STARTING' }, { path: 'alive.starting.forking' }),
      'Starts; its command is still to go into the background.',
    ],
    [
      moment({ state: 'STARTING' }, { timer: { name: 'startsecs', remaining: 500, total: 1000 } }),
      'Starts; counts as running if it stays up for another 2.1 s.',
    ],
    [moment({ state: 'STARTING', retries: 2 }), 'Third try of 4; its process is being made.'],
    [
      moment(
        { state: 'BACKOFF', retries: 3, spawnerr: 'Exited too quickly (process log may have details)' },
        { exits: [failed] },
      ),
      'Third try of 4 failed, next in 2.1 s; exit status 1, not in exitcodes 0.',
    ],
    [
      moment({ state: 'BACKOFF', retries: 1, spawnerr: "can't find command '/x'" }),
      "First try of 4 failed, next in 2.1 s; can't find command '/x'.",
    ],
    [
      moment({ state: 'STOPPING' }, { path: 'alive.stopping.asked' }),
      'Was asked to stop by SIGTERM; is killed in 2.1 s unless it ends.',
    ],
    [moment({ state: 'STOPPED', start: null }), 'Was not started yet.'],
    [
      moment({ state: 'FATAL', spawnerr: 'Exited too quickly' }, { exits: [failed] }),
      'Was given up: Exited too quickly (exit status 1, not in exitcodes 0). It stays down until somebody starts it.',
    ],
    [
      moment({ state: 'EXITED' }, { exits: [{ ...failed, exitstatus: 0, expected: true, during: 'run' }] }),
      'Exited: exit status 0, as exitcodes 0 has it.',
    ],
  ])('%# is told in words', (at, words) => {
    expect(story(at, 2100, 100)).toBe(words);
  });
});
