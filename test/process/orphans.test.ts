import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { may } from '../support/needs.ts';
import { bundleFixtures } from './bundle.ts';

const run = promisify(execFile);
const fixtures = bundleFixtures('init');
afterAll(fixtures.remove);

const expected = { stormStatuses: [42, 42], wrong: 0, right: 200, left: 0, troubles: [] };
/** 100 ms, in looks of 10 ms each: while the machine does not let the process run, nobody looks and nobody reaps. */
const LOOKS = 10;

describe('orphans are reaped within 100 ms, and no status of our own or of libuv is stolen,', () => {
  it('by a subreaper', async () => {
    const { stdout } = await run(process.execPath, [fixtures.path('init'), '300', '100']);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject(expected);
    expect(result.oldest).toBeLessThanOrEqual(LOOKS);
  });

  it.skipIf(!may('SYS_ADMIN'))(
    'by PID 1, when a thousand and more come in a second (root only)',
    async () => {
      const init = ['--pid', '--fork', '--mount-proc', process.execPath, fixtures.path('init')];
      const { stdout } = await run('unshare', [...init, '1500', '100']);
      const result = JSON.parse(stdout);
      expect(result).toMatchObject({ ...expected, pid: 1 });
      expect(result.oldest).toBeLessThanOrEqual(LOOKS);
    },
  );
});
