import { afterEach, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

let daemon: Daemon | undefined;
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

interface Info {
  readonly statename: string;
  readonly pid: number;
}

const COUNT = 1000;
const programs = Array.from(
  { length: COUNT },
  (_, i) => `[program:p${i}]\ncommand=/bin/sleep 1000\nstartsecs=0\nautorestart=true\n`,
);

describe('1,000 programs', () => {
  it('start and stop without error, and requests are answered meanwhile', async () => {
    daemon = await startDaemon(programs.join(''));
    const running = daemon;
    const infos = async () => (await running.call('supervisor.getAllProcessInfo')) as readonly Info[];
    const count = async (statename: string) =>
      (await infos()).filter(info => info.statename === statename).length;
    let answers = 0;
    await until(
      'all RUNNING',
      async () => {
        expect(await running.call('supervisor.getState')).toEqual({ statecode: 1, statename: 'RUNNING' });
        answers += 1;
        return (await count('RUNNING')) === COUNT;
        // Generous, for a machine that is busy with something else.
      },
      { within: 90_000 },
    );
    expect(answers).toBeGreaterThan(0);
    const results = (await running.call('supervisor.stopAllProcesses')) as readonly { status: number }[];
    expect(results).toHaveLength(COUNT);
    expect(results.every(({ status }) => status === 80)).toBe(true);
    expect(await count('STOPPED')).toBe(COUNT);
    expect(await running.log()).not.toMatch(/ (CRIT|ERRO) (?!Supervisor is running as root|Server 'unix)/);
  }, 120_000);

  it('a killed one is back with another pid', async () => {
    daemon = await startDaemon(programs.slice(0, 3).join(''));
    const running = daemon;
    const info = async () => (await running.call('supervisor.getProcessInfo', 'p1')) as Info;
    const { pid } = await until('p1', async () => {
      const found = await info();
      return found.statename === 'RUNNING' && found;
    });
    process.kill(pid, 'SIGKILL');
    const next = await until('another p1', async () => {
      const found = await info();
      return found.statename === 'RUNNING' && found.pid !== pid && found;
    });
    expect(next.pid).toBeGreaterThan(0);
    await running.logged('WARN exited: p1 (terminated by SIGKILL; not expected)');
  });
});
