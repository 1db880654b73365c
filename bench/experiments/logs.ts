import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../ear.ts';
import { burst } from '../load.ts';
import type { Experiment } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';
import type { Workshop } from '../workshop.ts';

/** A flood: so many children that write so many bytes each, so many at a time. */
interface Flood {
  readonly key: string;
  readonly title: string;
  readonly children: number;
  readonly chunk: number;
  readonly megabytes: number;
  readonly options?: string;
}

const FLOODS: readonly Flood[] = [
  { key: 'blocks', title: '64 KiB writes', children: 1, chunk: 65_536, megabytes: 512 },
  { key: 'lines', title: '100-byte lines', children: 1, chunk: 100, megabytes: 96 },
  { key: 'blocks20', title: '64 KiB writes of 20 children', children: 20, chunk: 65_536, megabytes: 32 },
  { key: 'lines20', title: '100-byte lines of 20 children', children: 20, chunk: 100, megabytes: 6 },
  {
    key: 'redirected',
    title: '64 KiB writes, redirect_stderr',
    children: 1,
    chunk: 65_536,
    megabytes: 512,
    options: 'redirect_stderr=true\n',
  },
];

const MEGA = 1_000_000;
const sizeOf = ({ megabytes, chunk }: Flood) => Math.floor((megabytes * MEGA) / chunk) * chunk;

/** How fast output goes into log files, and what it costs. */
const flood = (kind: Flood): Experiment => ({
  name: `log-${kind.key}`,
  rows: [
    { key: kind.key, title: `log throughput, ${kind.title}`, unit: 'MB/s', better: 'more', goal: 1 },
    {
      key: `${kind.key}-cpu`,
      title: `CPU of the daemon for a GB, ${kind.title}`,
      unit: 's',
      better: 'less',
      goal: kind.key === 'blocks' ? 1 : undefined,
    },
  ],
  rounds: { full: 5, quick: kind.key === 'redirected' ? 0 : 2 },
  seconds: { full: 5, quick: 5 },
  async measure(subject, shop) {
    const size = sizeOf(kind);
    const daemon = launch(
      subject,
      shop,
      `[program:f]\ncommand=${shop.child} flood ${size} ${kind.chunk}\nautostart=false\nstartsecs=0\n` +
        `numprocs=${kind.children}\nprocess_name=f%(process_num)02d\nstdout_logfile_maxbytes=0\n` +
        `stdout_logfile=%(here)s/f%(process_num)02d.log\n${kind.options ?? ''}`,
    );
    try {
      await firstAnswer(daemon);
      const logs = Array.from({ length: kind.children }, (_, index) =>
        join(daemon.folder, `f${String(index).padStart(2, '0')}.log`),
      );
      const before = daemon.usage();
      const begin = clock();
      await daemon.client.call('supervisor.startProcessGroup', 'f', '0');
      await filled(logs, size);
      const duration = clock() - begin;
      const used = daemon.usage().cpu - before.cpu;
      await check(logs[0] ?? '', size, kind.chunk);
      const all = size * kind.children;
      return {
        [kind.key]: [all / MEGA / (duration / 1000)],
        [`${kind.key}-cpu`]: [used / 1000 / (all / 1e9)],
      };
    } finally {
      await daemon.clean();
    }
  },
  limit: async shop => (kind.children === 1 ? { [kind.key]: [await cat(shop, kind)] } : {}),
});

/** The log floods, and the latency of a client meanwhile. */
export const logs: readonly Experiment[] = [
  ...FLOODS.map(flood),
  {
    name: 'log-requests',
    rows: [
      {
        key: 'flood-state',
        title: 'getState while a child floods its log',
        unit: 'ms',
        better: 'less',
        judged: 'p99',
        goal: 1,
      },
    ],
    rounds: { full: 3, quick: 1 },
    seconds: { full: 18, quick: 8 },
    async measure(subject, shop) {
      const daemon = launch(
        subject,
        shop,
        `[program:f]\ncommand=${shop.child} drip 65536\nstdout_logfile=%(here)s/f.log\nstdout_logfile_backups=1\n`,
      );
      try {
        await firstAnswer(daemon);
        await filled([join(daemon.folder, 'f.log')], 1);
        const duration = shop.quick ? 3000 : 8000;
        return {
          'flood-state': (await burst(daemon.client, 'supervisor.getState', { duration })).latencies,
        };
      } finally {
        await daemon.clean();
      }
    },
  },
];

async function filled(paths: readonly string[], size: number): Promise<void> {
  const sizeOfFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  for (const end = clock() + 120_000; !paths.every(path => sizeOfFile(path) >= size); ) {
    if (clock() > end) throw new Error(`${paths[0]}: has ${sizeOfFile(paths[0] ?? '')} of ${size} bytes`);
    await sleep(2);
  }
}

/** Throws unless the log holds exactly what the child wrote. */
async function check(path: string, size: number, chunk: number): Promise<void> {
  const written = Buffer.alloc(chunk);
  for (let index = 0; index < chunk; index++) written[index] = 97 + (index % 26);
  written[chunk - 1] = 10;
  const many = Buffer.concat(Array.from({ length: Math.ceil(1_048_576 / chunk) }, () => written));
  const expected = createHash('md5');
  for (let left = size; left > 0; left -= many.length)
    expected.update(many.subarray(0, Math.min(left, many.length)));
  const actual = createHash('md5');
  await pipeline(createReadStream(path, { highWaterMark: 1_048_576 }), actual);
  if (actual.digest('hex') !== expected.digest('hex'))
    throw new Error(`${path}: is not what the child wrote`);
}

/** The same by cat from a pipe to a file. */
async function cat(shop: Workshop, kind: Flood): Promise<number> {
  const path = join(shop.folder, `cat-${kind.key}`);
  const size = sizeOf(kind);
  const begin = clock();
  const writer = spawn(shop.child, ['flood', String(size), String(kind.chunk)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const file = openSync(path, 'w');
  const reader = spawn('cat', [], { stdio: [writer.stdout, file, 'inherit'] });
  closeSync(file);
  writer.stdout.destroy();
  const end = shop.keep(async () => {
    writer.kill('SIGKILL');
    reader.kill('SIGKILL');
    rmSync(path, { force: true });
  });
  try {
    await filled([path], size);
    return size / MEGA / ((clock() - begin) / 1000);
  } finally {
    await end();
  }
}
