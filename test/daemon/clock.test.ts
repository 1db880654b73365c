import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

/** Loaded into the daemon before its own code: its wall clock jumps an hour ahead, then two back, ten times a second. */
const JUMPING = `
const Real = Date;
let shift = 0;
globalThis.Date = class extends Real {
  constructor(...parts) {
    super(...(parts.length === 0 ? [Real.now() + shift] : parts));
  }
  static now() {
    return Real.now() + shift;
  }
};
setInterval(() => { shift = shift > 0 ? -3600_000 : 3600_000; }, 50).unref();
`;

let daemon: Daemon | undefined;
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

/** What a call answers, and how long that takes by a clock that does not jump, in seconds. */
const timed = async (running: Daemon, method: string, ...params: readonly string[]) => {
  const began = performance.now();
  const answer = await ask(running.socket, `supervisor.${method}`, ...params).catch(
    (error: Error) => error.message,
  );
  return { answer, seconds: (performance.now() - began) / 1000 };
};

describe('a wall clock that jumps by an hour, forward and back', () => {
  it('changes no start, retry or stop', async () => {
    const running = await startDaemon(
      `[program:steady]
command=sleep 1000
startsecs=2
autostart=false
[program:failing]
command=false
startsecs=10
startretries=2
[program:stubborn]
command=sh -c "trap '' TERM; : > %(here)s/stubborn; while :; do sleep 0.1; done"
stopwaitsecs=2
startsecs=1
stopasgroup=true
`,
      { files: { 'jumping.mjs': JUMPING }, env: { NODE_OPTIONS: '--import ./jumping.mjs' } },
    );
    daemon = running;
    const started = await timed(running, 'startProcess', 'steady');
    expect(started.answer).toBe(true);
    expect(started.seconds).toBeGreaterThan(1.9);
    expect(started.seconds).toBeLessThan(60);

    await until('it ignores TERM', () => existsSync(`${running.folder}/stubborn`));
    const stopped = await timed(running, 'stopProcess', 'stubborn');
    expect(stopped.answer).toBe(true);
    expect(stopped.seconds).toBeGreaterThan(1.9);
    expect(stopped.seconds).toBeLessThan(60);

    const log = await running.logged(
      'gave up: failing entered FATAL state, too many start retries too quickly\n',
    );
    expect(log.match(/exited: failing/g)).toHaveLength(3);
    // It did jump.
    await until('lines of several hours', async () => {
      await ask(running.socket, 'supervisor.startProcess', 'failing', false);
      await ask(running.socket, 'supervisor.stopProcess', 'failing').catch(() => {});
      const lines = (await running.log()).split('\n').slice(0, -1);
      return new Set(lines.map(line => line.slice(0, 13))).size > 1;
    });
  });
});
