import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { LogOverflow } from '../../machines/spec.ts';
import { folder, outputsIn, processSpec, run, stalledDisk, start, streamSpec } from './outputs.ts';

const streamTo = (path: string, overflow: LogOverflow) =>
  streamSpec({ logfile: [{ to: 'file', path }], overflow });
/** Numbered lines: 4,400,000 bytes. */
const FLOOD = 'seq -f %010g 1 400000';
const flood = Array.from({ length: 400_000 }, (_, i) => `${String(i + 1).padStart(10, '0')}\n`).join('');

it('lets the process wait for a disk that does not take its output, and harms no other', async () => {
  const home = folder();
  const { outputs, reports } = outputsIn(home);
  const disk = stalledDisk(home);
  const other = join(home, 'other.log');
  const stalled = outputs.add(processSpec({ stdout: streamTo(disk.path, 'block') }));
  const healthy = outputs.add(processSpec({ group: 'other', stdout: streamTo(other, 'block') }));
  const { child, ended } = start(stalled, FLOOD);
  await run(healthy, FLOOD);
  expect(readFileSync(other, 'utf8') === flood).toBe(true);
  expect(child.exitCode).toBe(null);
  let seen = disk.take();
  // Real time: a process waits for the disk.
  while (seen.length < flood.length) {
    await sleep(5);
    seen = disk.take();
  }
  await ended;
  expect(seen.toString() === flood).toBe(true);
  expect([stalled.dropped.stdout, reports]).toEqual([0, []]);
});

it('drops and counts what a disk does not take, with overflow=drop, and says so in the log', async () => {
  const home = folder();
  const { outputs, reports } = outputsIn(home);
  const disk = stalledDisk(home);
  const output = outputs.add(processSpec({ stdout: streamTo(disk.path, 'drop') }));
  await start(output, FLOOD).ended;
  await output.drain();
  const noted = /^([^s]*)supervisor: (\d+) bytes of output were dropped\n([^s]*)$/;
  let match: RegExpExecArray | null = null;
  while (
    match === null ||
    Number(match[2]) + (match[1]?.length ?? 0) + (match[3]?.length ?? 0) < flood.length
  ) {
    await sleep(5);
    match = noted.exec(disk.take().toString());
  }
  const dropped = output.dropped.stdout;
  expect(dropped).toBeGreaterThan(flood.length / 2);
  expect(Number(match[2])).toBe(dropped);
  const [, before = '', , after = ''] = match;
  expect(before + after === flood.slice(0, before.length) + flood.slice(before.length + dropped)).toBe(true);
  await run(output, 'echo again');
  expect(disk.take().toString().endsWith('again\n')).toBe(true);
  outputs.remove('web', 'web');
  const told = reports.flatMap(report => [
    ...report.matchAll(/^warn (.*): (\d+) bytes of output were dropped$/g),
  ]);
  // At once, and what came within the minute after that in one more line.
  expect(told.map(match => match[1])).toEqual([disk.path, disk.path]);
  expect(told.reduce((sum, match) => sum + Number(match[2]), 0)).toBe(dropped);
});

it('reports a full disk once, and a process that has ended does not wait for it', async () => {
  const { outputs, reports } = outputsIn(folder());
  const output = outputs.add(processSpec({ stdout: streamTo('/dev/full', 'block') }));
  await run(output, 'echo one');
  await run(output, 'echo two');
  expect(reports).toEqual(['error /dev/full: cannot be written: ENOSPC; trying again each second']);
});
