import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startDaemon, startOracle } from '../support/daemon.ts';
import { commandLineOf } from '../support/leftover.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

const CONFIG = `[program:job]
command=sh -c 'until [ -e ended ]; do sleep 0.05; done'
directory=%(here)s
startsecs=2
autostart=false
`;

interface Info {
  readonly statename: string;
  readonly exitstatus: number;
  readonly spawnerr: string;
  readonly pid: number;
}

describe.skipIf(!has('supervisor'))("a job that ends while the daemon stands still, beside Python's", () => {
  it('has done its work where startsecs have passed when its end is seen, and is not started again', async () => {
    const outcomes = await Promise.all(
      [startOracle, startDaemon].map(async open => {
        const daemon = await open(CONFIG);
        try {
          const info = async () => (await daemon.call('supervisor.getProcessInfo', 'job')) as Info;
          await daemon.call('supervisor.startProcess', 'job', false);
          const { pid } = await until('it starts', async () => {
            const now = await info();
            return now.pid !== 0 && now;
          });
          process.kill(daemon.pid, 'SIGSTOP');
          // Until startsecs have passed for certain: nobody who stands still can tell when.
          await sleep(2500);
          await writeFile(join(daemon.folder, 'ended'), '');
          await until('the end', () => commandLineOf(pid) === '');
          process.kill(daemon.pid, 'SIGCONT');
          const log = await until('the end in the log', async () => {
            const text = await daemon.log();
            return /exited: job|gave up: job/.test(text) && text;
          });
          const { statename, exitstatus, spawnerr } = await info();
          const told = log.match(/(success|exited|gave up): job.*/g);
          return { statename, exitstatus, spawnerr, told };
        } finally {
          process.kill(daemon.pid, 'SIGCONT');
          await daemon.stop();
        }
      }),
    );
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[0]).toMatchObject({ statename: 'EXITED', exitstatus: 0 });
  });
});
