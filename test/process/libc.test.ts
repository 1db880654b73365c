import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../support/until.ts';

interface Library {
  func(prototype: string): (...args: readonly unknown[]) => number;
}
const koffi = createRequire(import.meta.url)('koffi') as { load(path: null): Library };

/** A libc, and a Node, that lack what a pattern matches. */
function without(missing: RegExp): void {
  const real = koffi.load(null);
  vi.spyOn(koffi, 'load').mockReturnValue({
    func(prototype) {
      if (missing.test(prototype)) throw new Error(`Cannot find function in shared library: ${prototype}`);
      return real.func(prototype);
    },
  });
}

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.restoreAllMocks());

const foreign = () => import('../../src/process/foreign.ts');

describe('musl, which lacks words of glibc’s,', () => {
  it('is asked nothing about arenas', async () => {
    without(/ (mallopt|malloc_trim)\(/);
    const { saveMemory, trimMemory } = await foreign();
    saveMemory();
    trimMemory();
  });

  it('tells and sets limits by their plain names', async () => {
    const limits = (await foreign()).getrlimit('nofile');
    vi.resetModules();
    without(/limit64\(/);
    const { getrlimit, setrlimit, limitOpenFiles } = await foreign();
    expect(getrlimit('nofile')).toEqual(limits);
    setrlimit('nofile', limits);
    limitOpenFiles(process.pid, limits.soft);
    expect(getrlimit('nofile')).toEqual(limits);
  });

  it('spawns in another way where posix_spawn knows no folders', async () => {
    without(/addchdir_np/);
    expect((await foreign()).hasPosixSpawn()).toBe(false);
  });

  it('fails by name what has no other way', async () => {
    without(/ mkfifo\(/);
    const { mkfifo } = await foreign();
    expect(() => mkfifo('/nowhere', 0o600)).toThrow('mkfifo');
  });
});

describe('a Node that hides its libuv', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statevisor-libc-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has its FIFOs looked at by the clock', async () => {
    without(/ uv_/);
    const path = join(folder, 'fifo');
    (await foreign()).mkfifo(path, 0o600);
    const { watch } = await import('../../src/process/readiness.ts');
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const read: string[] = [];
    const buffer = Buffer.alloc(16);
    const watched = watch(fd, () => read.push(buffer.toString('utf8', 0, readSync(fd, buffer))));
    watched.arm();
    writeSync(fd, 'one');
    await until('the first', () => read.length === 1);
    // Told once, and not again before it is armed.
    writeSync(fd, 'two');
    watched.arm();
    await until('the second', () => read.length === 2);
    expect(read).toEqual(['one', 'two']);
    watched.close();
    closeSync(fd);
  });
});
