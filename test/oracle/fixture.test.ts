import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startOracle } from '../support/daemon.ts';
import { marked } from '../support/leftover.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

const PROGRAM = '[program:sleeper]\ncommand=sleep 1000\nstartsecs=0\n';

describe.skipIf(!has('supervisor'))('the oracle', () => {
  it("is Python's supervisord, asked by its own supervisorctl and by xmlrpc.client", async () => {
    const oracle = await startOracle(PROGRAM);
    try {
      expect((await oracle.python('status')).stdout).toMatch(/^sleeper +RUNNING +pid \d+, uptime/);
      expect(await oracle.call('supervisor.getState')).toEqual({ statecode: 1, statename: 'RUNNING' });
      expect(await oracle.call('supervisor.stopProcess', 'nobody')).toEqual({
        faultCode: 10,
        faultString: 'BAD_NAME: nobody',
      });
    } finally {
      await oracle.stop();
    }
    expect(existsSync(oracle.folder)).toBe(false);
  });

  it('fails to start with its own words', async () => {
    await expect(startOracle('[program:x]\n')).rejects.toThrow(
      'program section program:x does not specify a command',
    );
  });

  it('is reported when it leaves a process behind', async () => {
    const oracle = await startOracle(
      '[program:daemon]\ncommand=sh -c "setsid sleep 1000 & exec sleep 1000"\nstartsecs=0\n',
    );
    await until('both sleep', async () => (await marked(oracle.folder)).length === 3);
    await expect(oracle.stop()).rejects.toThrow(/left processes behind: \d+ \(sleep 1000\)$/);
    expect(await marked(oracle.folder)).toEqual([]);
  });
});
