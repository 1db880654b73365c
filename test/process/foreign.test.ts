import { execFile, execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import * as foreign from '../../src/process/foreign.ts';
import { sendSignal } from '../../src/process/signal.ts';
import { listenAtPath, listenAtPort } from '../../src/process/sockets.ts';
import { signalName } from '../../src/signals.ts';
import { bundleFixtures } from './bundle.ts';

const fixtures = bundleFixtures('successor');
afterAll(fixtures.remove);

const folder = mkdtempSync(join(tmpdir(), 'statevisor-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a call that the kernel refuses', () => {
  it('throws an error with the name of errno and of the call', () => {
    expect(() => foreign.mkfifo(join(folder, 'no/such/fifo'), 0o600)).toThrow(
      expect.objectContaining({ name: 'ForeignError', code: 'ENOENT', syscall: 'mkfifo' }),
    );
    expect(() => foreign.setCloseOnExec(9999, true)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });
});

describe('a FIFO', () => {
  it('is made with its mode, and its buffer can grow', () => {
    const path = join(folder, 'fifo');
    foreign.mkfifo(path, 0o600);
    expect(statSync(path).isFIFO()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const fd = openSync(path, 'r+');
    expect(foreign.setPipeSize(fd, 256 * 1024)).toBe(256 * 1024);
    closeSync(fd);
  });
});

describe('a pipe', () => {
  it('carries bytes, and both ends are closed on exec until they are kept', () => {
    const { read, write } = foreign.pipe();
    expect(foreign.isReadable(read)).toBe(false);
    writeSync(write, 'x');
    expect(foreign.isReadable(read)).toBe(true);
    expect(readSync(read, Buffer.alloc(9))).toBe(1);
    expect([read, write].map(foreign.closesOnExec)).toEqual([true, true]);
    foreign.setCloseOnExec(read, false);
    expect(foreign.closesOnExec(read)).toBe(false);
    closeSync(read);
    closeSync(write);
  });
});

describe('limits', () => {
  it('are what the shell says of them', () => {
    const said = execFileSync('/bin/sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
    const { hard } = foreign.getrlimit('nofile');
    expect(hard === Number.POSITIVE_INFINITY ? 'unlimited' : String(hard)).toBe(said);
  });
});

describe('exec in place', () => {
  it('keeps the pid, the children and what is kept open', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [fixtures.path('successor')]);
    const { pid, child } = JSON.parse(stdout.split('\n')[0] ?? '');
    expect(stdout.split('\n')[1]).toBe(`${pid} has ${child}, which exited with 5`);
  });

  it('that fails leaves this program as it was', () => {
    expect(() => foreign.execv('/nonesuch', ['nonesuch'])).toThrow(
      expect.objectContaining({ code: 'ENOENT', syscall: 'execv' }),
    );
  });
});

describe('a listening socket', () => {
  it('is made at a path with its mode, in place of a stale one', async () => {
    const path = join(folder, 'socket');
    closeSync(listenAtPath({ path, mode: undefined, owner: undefined }));
    const fd = listenAtPath({
      path,
      mode: 0o640,
      owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    });
    expect(statSync(path).isSocket()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    await connects({ path });
    closeSync(fd);
  });

  it.each(['127.0.0.1', '::1'])('is made at a port of %s', async host => {
    const port = await freePort(host);
    const fd = listenAtPort(host, port);
    await connects({ host, port });
    expect(() => listenAtPort(host, port)).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
    closeSync(fd);
  });

  it.each([
    [() => listenAtPath({ path: join(folder, 'no/such'), mode: undefined, owner: undefined }), 'ENOENT'],
    [() => listenAtPath({ path: `/${'x'.repeat(120)}`, mode: undefined, owner: undefined }), 'ENAMETOOLONG'],
    [() => listenAtPort('example', 80), 'EINVAL'],
  ])('is refused with the name of errno: %#', (make, code) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});

describe('a signal', () => {
  it('has its usual name, and a number where it has none', () => {
    expect([1, 6, 9, 15, 29, 40].map(signalName)).toEqual([
      'SIGHUP',
      'SIGABRT',
      'SIGKILL',
      'SIGTERM',
      'SIGIO',
      'SIG40',
    ]);
  });

  it('to a process that is gone is not sent, and that is no trouble', () => {
    expect(sendSignal(2 ** 22 + 1, 'SIGTERM', false)).toEqual({ sent: false });
    expect(sendSignal(2 ** 22 + 1, 'SIGTERM', true)).toEqual({ sent: false });
  });
});

const connects = (to: { path: string } | { host: string; port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(to, () => resolve(void socket.destroy()));
    socket.once('error', reject);
  });

async function freePort(host: string): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, host);
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}
