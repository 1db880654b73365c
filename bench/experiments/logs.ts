import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clock } from '../ear.ts';
import { burst } from '../load.ts';
import { check, filled } from '../logfile.ts';
import { launchPm2 } from '../pm2.ts';
import type { Experiment, Samples } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';
import type { Usage } from '../usage.ts';
import type { Workshop } from '../workshop.ts';

/** A flood: so many children that write so many bytes each, so many at a time. */
interface Flood {
  readonly key: string;
  readonly title: string;
  readonly children: number;
  readonly chunk: number;
  readonly megabytes: number;
  /** The children write to stdout and stderr, and have redirect_stderr. */
  readonly isMerged?: boolean;
}

const FLOODS: readonly Flood[] = [
  { key: 'blocks', title: '64 KiB writes', children: 1, chunk: 65_536, megabytes: 512 },
  { key: 'lines', title: '100-byte lines', children: 1, chunk: 100, megabytes: 96 },
  { key: 'blocks20', title: '64 KiB writes of 20 children', children: 20, chunk: 65_536, megabytes: 32 },
  { key: 'lines20', title: '100-byte lines of 20 children', children: 20, chunk: 100, megabytes: 6 },
  {
    key: 'redirected',
    title: '64 KiB writes to stdout and stderr by turns, redirect_stderr',
    children: 1,
    chunk: 65_536,
    megabytes: 512,
    isMerged: true,
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
  rounds: { full: 5, quick: kind.isMerged ? 0 : 2 },
  seconds: { full: 5, quick: 5 },
  async measure(subject, shop) {
    const size = sizeOf(kind);
    const daemon = launch(
      subject,
      shop,
      `[program:f]\ncommand=${shop.child} flood ${size} ${kind.chunk}${kind.isMerged ? ' 2' : ''}\nautostart=false\nstartsecs=0\n` +
        `numprocs=${kind.children}\nprocess_name=f%(process_num)02d\nstdout_logfile_maxbytes=0\n` +
        `stdout_logfile=%(here)s/f%(process_num)02d.log\n${kind.isMerged ? 'redirect_stderr=true\n' : ''}`,
    );
    try {
      await firstAnswer(daemon);
      const logs = Array.from({ length: kind.children }, (_, index) =>
        join(daemon.folder, `f${String(index).padStart(2, '0')}.log`),
      );
      const begin = () => daemon.client.call('supervisor.startProcessGroup', 'f', '0');
      return await measured(daemon.usage, kind, logs, begin);
    } finally {
      await daemon.clean();
    }
  },
  pm2: kind.isMerged ? undefined : shop => pm2Flood(shop, kind),
  limit:
    kind.isMerged || kind.children > 1 ? undefined : async shop => ({ [kind.key]: [await cat(shop, kind)] }),
});

/** Begins a flood and measures until the logs are full: megabytes a second, and seconds of processor a gigabyte. */
async function measured(
  usage: () => Usage,
  kind: Flood,
  logs: readonly string[],
  begin: () => unknown,
): Promise<Samples> {
  const size = sizeOf(kind);
  const before = usage();
  const begun = clock();
  await begin();
  await filled(logs, size);
  const duration = clock() - begun;
  const used = usage().cpu - before.cpu;
  await Promise.all(logs.map(log => check(log, size, kind.chunk)));
  const all = size * kind.children;
  return {
    [kind.key]: [all / MEGA / (duration / 1000)],
    [`${kind.key}-cpu`]: [used / 1000 / (all / 1e9)],
  };
}

/** The same of pm2, whose programs begin at a sign: its command goes on for a while after it has started them. */
async function pm2Flood(shop: Workshop, kind: Flood): Promise<Samples> {
  const size = sizeOf(kind);
  const sign = join(shop.folder, 'sign');
  const begin = `while [ ! -e ${sign} ]; do sleep 0.01; done; exec ${shop.child} flood ${size} ${kind.chunk}`;
  const logs = Array.from({ length: kind.children }, (_, index) => join(shop.folder, `pm2-${index}.log`));
  const apps = logs.map((out_file, index) => ({
    name: `f${index}`,
    script: '/bin/sh',
    args: ['-c', begin],
    out_file,
  }));
  const daemon = await launchPm2(shop, apps);
  try {
    return await measured(daemon.usage, kind, logs, () => writeFileSync(sign, ''));
  } finally {
    await daemon.clean();
    for (const path of [sign, ...logs]) rmSync(path, { force: true });
  }
}

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
