import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './support/run.ts';

const scripts = fileURLToPath(new URL('../scripts', import.meta.url));

/** Stands in for npm: notes how it was called, and installs what the lock file names. */
const NPM = `
const { appendFileSync, copyFileSync, mkdirSync } = require('node:fs');
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
mkdirSync('node_modules', { recursive: true });
copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;

const lock = (version: string) =>
  JSON.stringify({
    packages: {
      '': { version: '0.1.0' },
      'node_modules/xstate': { version },
      'node_modules/elsewhere': { version: '1.0.0', optional: true, os: ['win32'] },
    },
  });

describe('the set-up', () => {
  let folder: string;
  const setup = () =>
    run(process.execPath, ['-e', "import('./scripts/setup.mjs').then(setup => setup.npmPackages())"], {
      cwd: folder,
      env: { npm_execpath: join(folder, 'npm.cjs') },
    });
  const calls = () => readFile(join(folder, 'calls'), 'utf8');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statevisor-setup-'));
    await cp(scripts, join(folder, 'scripts'), { recursive: true });
    await writeFile(join(folder, 'npm.cjs'), NPM);
    await writeFile(join(folder, 'package-lock.json'), lock('5.33.3'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('installs by npm ci where nothing is installed, and not a second time', async () => {
    expect((await setup()).stdout).toMatch(/^npm packages: 1 missing \(node_modules\/xstate/);
    expect(await setup()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await calls()).toBe('ci --include=dev --no-audit --no-fund\n');
  });

  it('installs again when the lock file names another version', async () => {
    await setup();
    await writeFile(join(folder, 'package-lock.json'), lock('5.34.0'));
    expect((await setup()).code).toBe(0);
    expect((await calls()).split('\n')).toHaveLength(3);
  });

  it('does not miss optional packages, which may be another platform’s', async () => {
    await mkdir(join(folder, 'node_modules'));
    const installed = JSON.parse(lock('5.33.3'));
    delete installed.packages['node_modules/elsewhere'];
    await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify(installed));
    expect(await setup()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('ends with what npm said when npm fails', async () => {
    await writeFile(join(folder, 'npm.cjs'), "console.error('no network'); process.exit(1);");
    expect(await setup()).toMatchObject({ code: 1, stderr: expect.stringContaining('no network\n') });
  });
});
