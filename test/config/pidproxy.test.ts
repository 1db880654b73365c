import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/until.ts';
import { folderOf } from './world.ts';

let bundle: string;
beforeAll(async () => {
  const source = new URL('../../src/pidproxy.ts', import.meta.url).pathname;
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  bundle = outputFiles[0]?.text ?? '';
});

/** Goes into the background and notes its signals, as a daemon of old. */
const DAEMON = `#!/bin/sh
# The one in front waits, as mysqld_safe does.
sh -c 'trap "echo USR1 >> got" USR1; trap "echo HUP >> got" HUP; trap "echo TERM >> got; exit 0" TERM
  echo $$ > daemon.pid; while :; do sleep 0.05; done' &
wait
sleep 1000
`;

function start(command: readonly string[]): {
  readonly folder: string;
  readonly proxy: ChildProcess;
  printed(): string;
} {
  const folder = folderOf({ 'pidproxy.mjs': bundle, daemon: DAEMON });
  chmodSync(`${folder}/daemon`, 0o755);
  const args = [`${folder}/pidproxy.mjs`, ...command];
  // A group of its own, so that the test ends whatever the proxy left.
  const proxy = spawn(process.execPath, args, { cwd: folder, detached: true });
  onTestFinished(() => {
    try {
      process.kill(-(proxy.pid ?? 0), 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  });
  let printed = '';
  for (const stream of [proxy.stdout, proxy.stderr]) {
    stream?.on('data', text => {
      printed += text;
    });
  }
  return { folder, proxy, printed: () => printed };
}

const codeOf = async (proxy: ChildProcess): Promise<unknown> => (await once(proxy, 'exit'))[0];

describe('pidproxy', () => {
  it('hands its signals to the process of the pidfile, and ends when that has stopped', async () => {
    const { folder, proxy } = start(['daemon.pid', './daemon']);
    const got = () => (existsSync(`${folder}/got`) ? readFileSync(`${folder}/got`, 'utf8') : '');
    await until(
      'the pidfile',
      () => existsSync(`${folder}/daemon.pid`) && readFileSync(`${folder}/daemon.pid`, 'utf8') !== '',
    );
    proxy.kill('SIGUSR1');
    await until('USR1', () => got() === 'USR1\n');
    proxy.kill('SIGHUP');
    await until('HUP', () => got() === 'USR1\nHUP\n');
    proxy.kill('SIGTERM');
    expect(await codeOf(proxy)).toBe(0);
    expect(got()).toBe('USR1\nHUP\nTERM\n');
  });

  it('says when there is no pidfile, and stops the command itself', async () => {
    const { proxy, printed } = start(['no.pid', 'sh', '-c', 'echo up; exec sleep 1000']);
    await until('the command', () => printed() === 'up\n');
    proxy.kill('SIGUSR1');
    await until('its words', () => printed().includes("Can't read child pidfile no.pid!\n"));
    proxy.kill('SIGTERM');
    expect(await codeOf(proxy)).toBe(143);
  });

  it('ends as the command ends', async () => {
    expect(await codeOf(start(['no.pid', 'sh', '-c', 'exit 3']).proxy)).toBe(3);
    expect(await codeOf(start(['no.pid', '/no/such/command']).proxy)).toBe(127);
  });

  it('tells how it is used', async () => {
    const { proxy, printed } = start(['only.pid']);
    expect(await codeOf(proxy)).toBe(1);
    // What a process printed may be read after its end.
    await until('its usage', () =>
      /^Usage: .*pidproxy\.mjs <pidfile name> <command> \[<cmdarg1> \.\.\.\]$/m.test(printed()),
    );
  });
});
