import { describe, expect, it } from 'vitest';
import type { SupervisorNotice } from '../../machines/events.ts';
import { narrate } from '../../src/events/narration.ts';
import { processSpec } from '../support/spec.ts';

const subject = { group: 'web', program: 'web', name: 'web_0' };
const state = {
  type: 'instance.state',
  ...subject,
  from: 'STARTING',
  to: 'RUNNING',
  pid: 7,
  tries: 0,
  expected: false,
  exitstatus: 0,
  spawnerr: '',
  spec: processSpec({ startsecs: 5 }),
} as const;
const exited = {
  type: 'instance.exited',
  ...subject,
  pid: 7,
  exitstatus: 0,
  signal: undefined,
  expected: true,
  during: 'run',
} as const;
const killing = {
  type: 'instance.killing',
  ...subject,
  pid: 7,
  signal: 'SIGTERM',
  asgroup: false,
  why: 'stop',
} as const;

const ROWS: readonly (readonly [SupervisorNotice, ...string[]])[] = [
  [{ type: 'instance.spawned', ...subject, pid: 7 }, "info spawned: 'web_0' with pid 7"],
  [
    state,
    'info success: web_0 entered RUNNING state, process has stayed up for > than 5 seconds (startsecs)',
  ],
  [{ ...state, to: 'BACKOFF' }],
  [
    { ...state, from: 'BACKOFF', to: 'FATAL', tries: 4 },
    'info gave up: web_0 entered FATAL state, too many start retries too quickly',
  ],
  [{ ...state, from: 'BACKOFF', to: 'FATAL', tries: 3 }],
  [{ ...state, from: 'BACKOFF', to: 'STOPPED' }, 'debug Attempted to kill web_0, which is in BACKOFF state.'],
  [{ type: 'instance.refused', ...subject }, "warn process 'web_0' already running"],
  [
    { ...state, from: 'STOPPED', to: 'FATAL', spawnerr: 'no such user' },
    'info gave up: web_0 entered FATAL state, no such user',
  ],
  [
    { type: 'instance.spawnerr', ...subject, spawnerr: "can't find command '/no'" },
    "info spawnerr: can't find command '/no'",
  ],
  [exited, 'info exited: web_0 (exit status 0; expected)'],
  [{ ...exited, exitstatus: 3, expected: false }, 'warn exited: web_0 (exit status 3; not expected)'],
  [
    { ...exited, exitstatus: -1, signal: 'SIGHUP', expected: false },
    'warn exited: web_0 (terminated by SIGHUP; not expected)',
  ],
  [
    { ...exited, exitstatus: -1, signal: 'SIGSEGV', core: true, expected: false },
    'warn exited: web_0 (terminated by SIGSEGV (core dumped); not expected)',
  ],
  [{ ...exited, during: 'stop' }, 'info stopped: web_0 (exit status 0)'],
  [
    { ...exited, during: 'stop', exitstatus: -1, signal: 'SIGKILL', expected: false },
    'warn stopped: web_0 (terminated by SIGKILL)',
  ],
  [killing, 'debug killing web_0 (pid 7) with signal SIGTERM'],
  [
    { ...killing, signal: 'SIGKILL', why: 'stopwaitsecs' },
    "warn killing 'web_0' (7) with SIGKILL",
    'debug killing web_0 (pid 7) with signal SIGKILL',
  ],
  [{ ...killing, signal: 'SIGHUP', why: 'signal' }, 'debug sending web_0 (pid 7) sig SIGHUP'],
  [{ type: 'supervisor.waiting', names: ['a', 'b'] }, 'info waiting for a, b to die'],
  [{ type: 'supervisor.waiting', names: [] }],
];

describe('the main log', () => {
  it.each(ROWS.map(([notice, ...lines]) => ({ notice, lines })))('says of $notice', ({ notice, lines }) => {
    expect(narrate(notice).map(({ level, text }) => `${level} ${text}`)).toEqual(lines);
  });
});
