import { describe, expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

describe('supervisord', () => {
  it('prints a profile at its end with --profile_options', async () => {
    const daemon = await startDaemon('[program:a]\ncommand=/bin/cat\nstartsecs=0\n', {
      args: ['--profile_options=cumulative,callers'],
    });
    process.kill(daemon.pid, 'SIGTERM');
    await daemon.ended;
    expect(daemon.output()).toMatch(
      /self ms +total ms +samples +function:line\n +\d+\.\d +\d+\.\d +\d+ +\(root\):0/,
    );
    await daemon.stop();
  });

  it('stops a program by a real-time signal', async () => {
    const daemon = await startDaemon('[program:a]\ncommand=/bin/cat\nstartsecs=0\nstopsignal=RTMIN\n');
    try {
      await until('a', async () => (await daemon.ctl('status', 'a')).stdout.includes('RUNNING'));
      expect((await daemon.ctl('stop', 'a')).stdout).toBe('a: stopped\n');
      await daemon.logged('WARN stopped: a (terminated by SIGRTMIN)');
    } finally {
      await daemon.stop();
    }
  });
});
