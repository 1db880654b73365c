import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { getrlimit } from '../../src/process/foreign.ts';
import { isRoot, may } from '../support/needs.ts';
import { bundleFixtures } from './bundle.ts';

const run = promisify(execFile);
const fixtures = bundleFixtures('limits');
afterAll(fixtures.remove);

/** Raises the limits in a shell that has set some of its own first. */
async function raised(ulimits: string, minfds: number, minprocs: number, wrapper = '', env = {}) {
  // Not exec: the shell stays, so that node has a parent with these limits.
  const script = `${ulimits}; ${wrapper} "$@"; exit $?`;
  const argv = ['-c', script, 'sh', process.execPath, fixtures.path('limits'), `${minfds}`, `${minprocs}`];
  const { stdout } = await run('bash', argv, { env: { ...process.env, ...env } });
  return JSON.parse(stdout);
}

describe('minfds', () => {
  it('that are there already change nothing, and the children get the soft limit from before Node raised it', async () => {
    const { outcome, nofile } = await raised('ulimit -Sn 512; ulimit -Hn 4096', 100, 1);
    expect(outcome).toEqual({ infos: [], nofile: 512 });
    expect(nofile.soft).toBe(4096);
  });

  it('above the soft limit raise it for the children, and that is told', async () => {
    const { outcome } = await raised('ulimit -Sn 512; ulimit -Hn 4096', 1024, 1);
    expect(outcome).toEqual({ infos: ['Increased RLIMIT_NOFILE limit to 1024'], nofile: 1024 });
  });

  it('believe a launcher that tells the soft limit it had', async () => {
    const { outcome } = await raised('ulimit -n 4096', 1, 1, '', { STATEVISOR_NOFILE: '256' });
    expect(outcome).toEqual({ infos: [], nofile: 256 });
  });

  it.skipIf(!may('SYS_RESOURCE'))(
    'above the hard limit raise that too (with CAP_SYS_RESOURCE only)',
    async () => {
      const { outcome, nofile } = await raised('ulimit -n 512', 1024, 1);
      expect(outcome).toEqual({ infos: ['Increased RLIMIT_NOFILE limit to 1024'], nofile: 1024 });
      expect(nofile).toEqual({ soft: 1024, hard: 1024 });
    },
  );

  it('above what the kernel gives anybody are refused with the limit that there is', async () => {
    const { outcome } = await raised('ulimit -n 512', 2 ** 40, 1);
    expect(outcome.refusal).toMatch(
      /^The minimum number of file descriptors required to run this process is 1099511627776 as per the "minfds" command-line argument or config file setting\. The current environment will only allow you to open 512 file descriptors\. {2}Either raise .* allow the process to start\.$/,
    );
  });
});

describe('minprocs', () => {
  it('above the soft limit raise it, and that is told', async () => {
    // A small machine has a small limit, which not everybody may raise.
    const hard = Math.min(9000, getrlimit('nproc').hard);
    const { outcome, nproc } = await raised(`ulimit -Su ${hard - 2000}; ulimit -Hu ${hard}`, 1, hard - 1000);
    expect(outcome.infos).toEqual([`Increased RLIMIT_NPROC limit to ${hard - 1000}`]);
    expect(nproc).toEqual({ soft: hard - 1000, hard });
  });

  it.skipIf(!isRoot)(
    'above the hard limit are refused to who is not root (root only, who can become nobody)',
    async () => {
      const wrapper = 'setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all';
      const { outcome } = await raised('ulimit -u 5000', 1, 6000, wrapper);
      expect(outcome.refusal).toContain('will only allow you to open 5000 processes.');
    },
  );
});
