import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { ProcessSpec, StreamSpec } from '../../machines/spec.ts';
import type { OutputNotice } from '../../src/output/channel.ts';
import { errnoOf, type Kernel } from '../../src/output/kernel.ts';
import type { ProcessOutput } from '../../src/output/output.ts';
import { createOutputs, type OutputsDeps } from '../../src/output/registry.ts';
import { isReadable } from '../../src/process/foreign.ts';
import { watch } from '../../src/process/readiness.ts';
import { processSpec as plainProcess, streamSpec as plainStream } from '../support/spec.ts';

/** What a test needs of the kernel: FIFOs by mkfifo(1), pipes as they are, and a system log to look into. */
export function fakeKernel(): Kernel & { readonly messages: string[] } {
  const messages: string[] = [];
  return {
    messages,
    mkfifo: path => void execFileSync('mkfifo', ['-m', '600', path]),
    setPipeSize: () => {
      throw Object.assign(new Error('not to an unprivileged user of many pipes'), { code: 'EPERM' });
    },
    isReadable,
    watch,
    syslog: (priority, message) => void messages.push(`${priority} ${message}`),
  };
}

export const streamSpec = (over: Partial<StreamSpec> = {}): StreamSpec =>
  plainStream({ logfile_maxbytes: 50 * 1024 * 1024, logfile_backups: 10, ...over });

export const processSpec = (over: Partial<ProcessSpec> = {}): ProcessSpec =>
  plainProcess({
    name: 'web',
    group: 'web',
    program: 'web',
    command: 'cat',
    argv: ['cat'],
    stdout: streamSpec(),
    stderr: streamSpec(),
    ...over,
  });

const folders: string[] = [];
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that the test leaves no trace of. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'output-'));
  folders.push(path);
  return path;
}

/** A registry over a fresh folder, with what it told. */
export function outputsIn(home: string, over: Partial<OutputsDeps> = {}) {
  const reports: string[] = [];
  const logs: OutputNotice[] = [];
  const messages: OutputNotice[] = [];
  const kernel = fakeKernel();
  const outputs = createOutputs({
    kernel,
    fifodir: join(home, 'fifos'),
    childlogdir: home,
    identifier: 'supervisor',
    nocleanup: false,
    strip_ansi: false,
    report: (level, text) => reports.push(`${level} ${text}`),
    onLog: notice => logs.push({ ...notice, data: Buffer.from(notice.data) }),
    onCommunication: notice => messages.push(notice),
    onOutput: undefined,
    ...over,
  });
  closers.push(() => outputs.close());
  return { outputs, reports, logs, messages, kernel };
}

/** A disk that takes nothing until it is read: a FIFO in the place of the log. */
export function stalledDisk(home: string) {
  const path = join(home, 'stalled.log');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  closers.push(() => closeSync(fd));
  const buffer = Buffer.alloc(1024 * 1024);
  const parts: Buffer[] = [];
  /** Takes all that is there; returns what there was so far. */
  const take = (): Buffer => {
    try {
      for (;;) parts.push(Buffer.from(buffer.subarray(0, readSync(fd, buffer))));
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') throw error;
    }
    return Buffer.concat(parts);
  };
  return { path, take };
}

/** Starts a shell command with an output's ends as its stdout and stderr. */
export function start(output: ProcessOutput, command: string, uid?: number) {
  const ends = output.openChildEnds();
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', ends.stdout, ends.stderr], uid, cwd: '/' });
  for (const fd of new Set([ends.stdout, ends.stderr])) closeSync(fd);
  output.attach(child.pid ?? 0);
  return { child, ended: once(child, 'exit') };
}

/** Runs one to its end, until all of its output is in the logs. */
export async function run(output: ProcessOutput, command: string, uid?: number): Promise<void> {
  await start(output, command, uid).ended;
  await output.drain();
}
