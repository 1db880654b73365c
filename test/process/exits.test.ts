import { closeSync, openSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pid } from '../../machines/spec.ts';
import { createExits, type Exits } from '../../src/process/exits.ts';
import { createPosixLaunch } from '../../src/process/posix.ts';
import { until } from '../support/until.ts';
import { now } from './harness.ts';

describe.each([
  ['few', undefined],
  ['a crowd', 0],
])('among %s, the end of a child is told', (_, crowd) => {
  let exits: Exits;
  let ended: Map<Pid, string>;
  let terminal: number;
  const living = new Set<Pid>();

  /** Starts a process that sleeps. */
  function sleeper(): Pid {
    let own: Pid = 0;
    createPosixLaunch({ now, nofile: undefined }, exits)(
      { file: '/bin/sleep', argv: ['sleep', '60'], env: {}, cwd: undefined, umask: undefined },
      { stdin: terminal, stdout: terminal, stderr: terminal },
      {
        started(pid) {
          own = pid;
          living.add(pid);
        },
        failed(code) {
          throw new Error(code);
        },
        exited({ signal }) {
          living.delete(own);
          ended.set(own, signal ?? 'by itself');
        },
      },
    );
    return own;
  }

  beforeEach(() => {
    exits = createExits(now, crowd);
    ended = new Map();
    terminal = openSync('/dev/null', 'r+');
  });
  afterEach(async () => {
    for (const pid of living) process.kill(pid, 'SIGKILL');
    await until('every child is reaped', () => living.size === 0);
    closeSync(terminal);
  });

  it('which was sent a signal', async () => {
    const [pid] = [sleeper(), sleeper(), sleeper()];
    exits.suspect(pid);
    process.kill(pid, 'SIGTERM');
    await until('it was told', () => ended.size > 0);
    expect([...ended]).toEqual([[pid, 'SIGTERM']]);
  });

  it('of which nobody expected it', async () => {
    const [likely, other] = [sleeper(), sleeper()];
    exits.suspect(likely);
    process.kill(other, 'SIGKILL');
    await until('it was told', () => ended.size > 0);
    expect([...ended]).toEqual([[other, 'SIGKILL']]);
  });

  it('also where many ends share a signal', async () => {
    const all = Array.from({ length: 30 }, sleeper);
    for (const pid of all) exits.suspect(pid);
    // In one turn of the loop: the kernel keeps one SIGCHLD for all of them.
    for (const pid of all) process.kill(pid, 'SIGINT');
    await until('all were told', () => ended.size === all.length);
    expect(new Set(ended.values())).toEqual(new Set(['SIGINT']));
  });
});
