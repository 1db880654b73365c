import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Channel } from '../../src/output/channel.ts';
import type { Destination } from '../../src/output/destination.ts';
import type { Kernel } from '../../src/output/kernel.ts';
import { Lanes } from '../../src/output/lane.ts';
import { HUNG, Stream } from '../../src/output/stream.ts';
import { setPipeSize } from '../../src/process/foreign.ts';
import { fakeKernel, folder, outputsIn, processSpec, stalledDisk, start, streamSpec } from './outputs.ts';

/** Only the clock by which a disk's patience is measured: pipes and children go by the real one. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const streams: Stream[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});

/** A disk each of whose writes ends when it is told to. */
function slowDisk() {
  const parts: Buffer[] = [];
  const writes: (() => void)[] = [];
  let closed = false;
  const destination: Destination = {
    path: '/slow',
    device: 'slow',
    holding: false,
    refusing: false,
    dropped: 0,
    get stillSince() {
      return performance.now();
    },
    open() {},
    write(bytes) {
      parts.push(Buffer.from(bytes));
      return new Promise(resolve => writes.push(resolve));
    },
    flush() {},
    settled: () => Promise.resolve(),
    reopen() {},
    clear() {},
    rotate: () => Promise.resolve(),
    close() {
      closed = true;
    },
  };
  return {
    destination,
    isClosed: () => closed,
    text: () => Buffer.concat(parts).toString(),
    /** Ends the write that is under way, if there is one. */
    end(): void {
      writes.shift()?.();
    },
    /** Ends the write that is under way, as soon as there is one. */
    async finish() {
      await seen(() => writes.length > 0);
      this.end();
    },
  };
}

/** A stream to one destination, in lanes that others may use, too. */
function streamTo(destination: Destination, lanes = new Lanes(), kernel: Kernel = fakeKernel()): Stream {
  const stream = new Stream({
    fifo: join(folder(), 'fifo'),
    owner: undefined,
    overflow: 'block',
    unread: false,
    channel: new Channel({
      group: 'web',
      name: 'web',
      channel: 'stdout',
      pid: () => 1,
      format: 'raw',
      strip_ansi: false,
      capture_maxbytes: 0,
      onLog: undefined,
      onCommunication() {},
    }),
    destinations: [destination],
    kernel,
    lanes,
    report() {},
  });
  streams.push(stream);
  return stream;
}

/** Runs a command with a stream as its stdout, to its end. */
async function play(stream: Stream, command: string): Promise<void> {
  const end = stream.openChildEnd();
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', end, 'inherit'] });
  closeSync(end);
  await once(child, 'exit');
}

/** What a promise has come to so far. */
function watch<Result>(promise: Promise<Result>) {
  const state: { result: Result | undefined } = { result: undefined };
  void promise.then(result => {
    state.result = result;
  });
  return state;
}

/** Waits while the simulated clock goes on, slowly. */
const seen = (condition: () => unknown) => vi.waitUntil(condition, { timeout: 20_000, interval: 10 });
/** Not long enough to give up, and more than long enough from then on. */
const [patience, rest] = [HUNG.block / 2, HUNG.block] as const;

it('waits for a disk that is slow, however long, as long as it goes on', async () => {
  const disk = slowDisk();
  const stream = streamTo(disk.destination);
  await play(stream, 'printf one');
  await seen(() => disk.text() === 'one');
  await play(stream, 'printf two');
  const drained = watch(stream.drain());
  await vi.advanceTimersByTimeAsync(patience);
  expect(drained.result).toBeUndefined();
  await disk.finish();
  await seen(() => disk.text() === 'onetwo');
  await vi.advanceTimersByTimeAsync(patience);
  expect(drained.result).toBeUndefined();
  await disk.finish();
  await seen(() => drained.result !== undefined);
  expect(drained.result).toBe(true);
});

it('gives up when a disk hangs, and has every byte there when it goes on', async () => {
  const disk = slowDisk();
  const stream = streamTo(disk.destination);
  await play(stream, 'printf one');
  await seen(() => disk.text() === 'one');
  await play(stream, 'printf two');
  const drained = watch(stream.drain());
  await vi.advanceTimersByTimeAsync(patience + rest);
  expect(drained.result).toBe(false);
  await disk.finish();
  await disk.finish();
  const again = watch(stream.drain());
  await seen(() => again.result !== undefined);
  expect([again.result, disk.text()]).toEqual([true, 'onetwo']);
});

it('waits while other streams of its disk move, and no more once it is known to hang', async () => {
  const [disk, other, lanes] = [slowDisk(), slowDisk(), new Lanes()];
  const stream = streamTo(disk.destination, lanes);
  const neighbour = streamTo(other.destination, lanes);
  await play(neighbour, 'printf one');
  await seen(() => other.text() === 'one');
  await play(stream, 'printf mine');
  const drained = watch(stream.drain());
  await play(neighbour, 'printf two');
  await vi.advanceTimersByTimeAsync(patience);
  await other.finish();
  await seen(() => disk.text() === 'mine');
  await vi.advanceTimersByTimeAsync(patience);
  expect(drained.result).toBeUndefined();
  await vi.advanceTimersByTimeAsync(rest);
  expect(drained.result).toBe(false);
  // Nothing has moved for so long already that nobody else need wait for it.
  expect(await neighbour.drain()).toBe(false);
  await disk.finish();
  await other.finish();
  expect(await Promise.all([stream.drain(), neighbour.drain()])).toEqual([true, true]);
  expect(other.text()).toBe('onetwo');
});

it('waits for a slow reader of the log, tells once of one that hangs, and loses nothing', async () => {
  const home = folder();
  const { outputs, reports } = outputsIn(home);
  const disk = stalledDisk(home);
  const stdout = streamSpec({ logfile: [{ to: 'file', path: disk.path }] });
  const output = outputs.add(processSpec({ group: 'site', stdout }));
  // More than its own pipe and the reader's hold between them.
  await start(output, 'head -c 120000 /dev/zero').ended;
  for (const text of ['one', 'two']) {
    const drained = watch(output.drain().then(() => true));
    await vi.advanceTimersByTimeAsync(patience);
    if (text === 'one') expect(drained.result).toBeUndefined();
    while (!drained.result) await vi.advanceTimersByTimeAsync(1000);
    await start(output, `printf ${text}`).ended;
  }
  expect(reports).toEqual(['warn site:web: its log hangs: its end is told before its last output is there']);
  while (disk.take().length < 120_006) await vi.advanceTimersByTimeAsync(10);
  expect(disk.take().subarray(119_999).toString()).toBe('\0onetwo');
});

it('does not wait for a grandchild that never stops writing', async () => {
  vi.useRealTimers();
  const home = folder();
  const { outputs } = outputsIn(home);
  const path = join(home, 'out.log');
  const pids = join(home, 'pids');
  const output = outputs.add(processSpec({ stdout: streamSpec({ logfile: [{ to: 'file', path }] }) }));
  await start(output, `printf first; yes & echo $! > ${pids}`).ended;
  try {
    await output.drain();
    expect(readFileSync(path, 'utf8').startsWith('first')).toBe(true);
  } finally {
    process.kill(Number(readFileSync(pids, 'utf8')));
  }
});

it('lets a conversation hear what is said while the disk has yet to take what was said before', async () => {
  const disk = slowDisk();
  const stream = streamTo(disk.destination);
  const heard: string[] = [];
  stream.tap(bytes => heard.push(bytes.toString()));
  await play(stream, 'printf one');
  await seen(() => heard.join('') === 'one');
  await play(stream, 'printf two');
  await seen(() => heard.join('') === 'onetwo');
  expect(disk.text()).toBe('one');
  await disk.finish();
  await seen(() => disk.text() === 'onetwo');
  await disk.finish();
});

it('gives a log what was read of a flood before it is closed', async () => {
  const disk = slowDisk();
  const stream = streamTo(disk.destination, new Lanes(), { ...fakeKernel(), setPipeSize });
  let heard = 0;
  stream.tap(bytes => {
    heard += bytes.length;
    if (heard > 200_000) stream.close();
  });
  // A read of half a pipe lets it grow, so that the next one is read slice by slice.
  await play(stream, 'dd if=/dev/zero bs=60000 count=1 status=none');
  await disk.finish();
  await play(stream, 'dd if=/dev/zero bs=600000 count=1 status=none');
  // Writes that are under way before it is closed are not the last one.
  await seen(() => heard > 200_000 || disk.end());
  await seen(() => disk.text().length === heard);
  expect(disk.isClosed()).toBe(false);
  await disk.finish();
  await seen(disk.isClosed);
});
