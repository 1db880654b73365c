import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

/** A service manager's end: prints each datagram that it is sent as a line of JSON. */
const RECEIVER = `
import json, socket, sys
name = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind('\\0' + name[1:] if name.startswith('@') else name)
print('"bound"', flush=True)
while True:
    print(json.dumps(receiver.recv(4096).decode()), flush=True)
`;

describe.skipIf(!has('python3'))('a service manager of the kind of systemd', () => {
  let folder: string;
  let receiver: ChildProcess;
  let heard: readonly string[];
  let daemon: Daemon | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statevisor-notify-'));
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    receiver.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  const listen = async (name: string) => {
    let printed = '';
    heard = [];
    receiver = spawn('/usr/bin/python3', ['-c', RECEIVER, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    receiver.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const words: string[] = printed
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line));
      heard = words.filter(word => word !== 'bound');
    });
    await until('bound', () => printed !== '');
  };
  const CONFIG =
    '[program:env]\ncommand=sh -c "env > %(here)s/env.part; mv %(here)s/env.part %(here)s/env; exec sleep 1000"\n';

  it('is told of readiness, reload and stop, and of life', async () => {
    const name = join(folder, 'notify');
    await listen(name);
    const env = { NOTIFY_SOCKET: name, WATCHDOG_USEC: '200000' };
    const running = await startDaemon(CONFIG, { env });
    daemon = running;
    await until('ready', () => heard.includes(`READY=1\nMAINPID=${running.pid}`));
    await until('alive', () => heard.filter(word => word === 'WATCHDOG=1').length >= 2);
    const environment = await until<string>('its environment', () =>
      readFile(`${running.folder}/env`, 'utf8'),
    );
    expect(environment).not.toMatch(/^(NOTIFY|WATCHDOG)_/m);

    // This clock is the kernel's CLOCK_MONOTONIC, too.
    const before = process.hrtime.bigint() / 1000n;
    expect((await running.ctl('reload')).stdout).toBe('Restarted supervisord\n');
    await until('ready again', () => heard.filter(word => word.startsWith('READY=1')).length === 2);
    const reloading = heard.findIndex(word => /^RELOADING=1\nMONOTONIC_USEC=\d+$/.test(word));
    expect(reloading).toBeGreaterThan(heard.findIndex(word => word.startsWith('READY=1')));
    expect(reloading).toBeLessThan(heard.findLastIndex(word => word.startsWith('READY=1')));
    const told = BigInt(/USEC=(\d+)/.exec(heard[reloading] ?? '')?.[1] ?? 0);
    expect([told >= before, told <= process.hrtime.bigint() / 1000n]).toEqual([true, true]);

    await running.stop();
    daemon = undefined;
    await until('stopping', () => heard.includes('STOPPING=1'));
  });

  it('may listen at an abstract name, and only its own daemon sends signs of life', async () => {
    const name = `@statevisor-${process.pid}`;
    await listen(name);
    const env = { NOTIFY_SOCKET: name, WATCHDOG_USEC: '100000', WATCHDOG_PID: '1' };
    const running = await startDaemon(CONFIG, { env });
    daemon = running;
    await until('ready', () => heard.includes(`READY=1\nMAINPID=${running.pid}`));
    await running.stop();
    daemon = undefined;
    await until('stopping', () => heard.includes('STOPPING=1'));
    expect(heard).not.toContain('WATCHDOG=1');
  });

  it('that is not there is no reason to end', async () => {
    await listen(join(folder, 'other'));
    const running = await startDaemon(CONFIG, { env: { NOTIFY_SOCKET: join(folder, 'nobody') } });
    daemon = running;
    await running.logged('ERRO the service manager is not told: sendto: ENOENT');
    expect((await running.ctl('status')).stdout).toMatch(/^env /);
  });
});
