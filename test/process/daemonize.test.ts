import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeReadiness } from '../../src/process/daemonize.ts';
import { bundleFixtures } from './bundle.ts';

const fixtures = bundleFixtures('detached');
afterAll(fixtures.remove);

describe('a daemon', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'statevisor-daemon-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function start(behaviour: string) {
    const file = join(folder, 'facts');
    const { stdout } = await promisify(execFile)(process.execPath, [
      fixtures.path('detached'),
      behaviour,
      file,
    ]);
    return { outcome: JSON.parse(stdout), facts: JSON.parse(readFileSync(file, 'utf8')) };
  }

  it('lives on in its own session at /dev/null when its parent has learned that it is ready', async () => {
    const { outcome, facts } = await start('ready');
    process.kill(outcome.pid, 'SIGKILL');
    expect(outcome).toEqual({ ready: true, pid: facts.pid });
    expect(facts).toEqual({
      pid: facts.pid,
      session: facts.pid,
      stdio: ['/dev/null', '/dev/null', '/dev/null'],
      kept: [0, 1, 2],
      variables: [],
    });
  });

  it('that fails has its parent say why, with its status', async () => {
    const { outcome } = await start('fails');
    expect(outcome).toEqual({ ready: false, complaint: 'Error: the port is taken', status: 2 });
  });

  it('that ends without a word has its parent say so', async () => {
    const { outcome } = await start('ends');
    expect(outcome).toMatchObject({
      ready: false,
      status: 2,
      complaint: expect.stringContaining('status 7'),
    });
  });
});

describe('readiness', () => {
  it('is nothing where no parent waits', () => {
    expect(takeReadiness({})).toBeUndefined();
  });

  it.each(['9999', 'x', ''])('does not believe a variable that names no pipe: "%s"', value => {
    const environment = { STATEVISOR_READINESS: value };
    expect(takeReadiness(environment)).toBeUndefined();
    expect(environment).toEqual({});
  });
});
