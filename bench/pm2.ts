import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { kill, MARK } from '../test/support/leftover.ts';
import { clock } from './ear.ts';
import { endMarked, time } from './subject.ts';
import { rss, type Usage, usage } from './usage.ts';
import type { Workshop } from './workshop.ts';

/** The release that is measured. */
const VERSION = '7.0.4';

const home = fileURLToPath(new URL('out/pm2/', import.meta.url));
const command = [process.execPath, join(home, 'node_modules/pm2/bin/pm2')];

/** Installs pm2 from npm into a folder of the bench's own, unless it is there. Rejects where npm cannot. */
export async function installPm2(): Promise<void> {
  const manifest = join(home, 'node_modules/pm2/package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === VERSION) return;
  mkdirSync(home, { recursive: true });
  const flags = ['--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--ignore-scripts'];
  await time(['npm', 'install', '--prefix', home, ...flags, `pm2@${VERSION}`]);
}

/** A program in pm2's words. */
export interface App {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly out_file?: string;
}

/** pm2's daemon with its programs. */
export interface Pm2 {
  readonly folder: string;
  /** When the first command was given, by the ear's clock. */
  readonly startedAt: number;
  /** Milliseconds that a command takes; rejects where it fails. */
  ctl(...words: readonly string[]): Promise<number>;
  rss(): number;
  usage(): Usage;
  /** Kills the daemon and its children by their pids, and removes the folder. */
  clean(): Promise<void>;
}

/** Has pm2 start these programs, and with them its daemon, which has a home of its own. Resolves when the command ended. */
export async function launchPm2(shop: Workshop, apps: readonly App[]): Promise<Pm2> {
  const folder = mkdtempSync(join(shop.folder, 'pm2-'));
  const pidfile = join(folder, 'home', 'pm2.pid');
  const env = { ...process.env, PM2_HOME: join(folder, 'home'), TMPDIR: folder, [MARK]: folder };
  const pid = () => Number(readFileSync(pidfile, 'utf8'));
  const ctl = (...words: readonly string[]) => time([...command, ...words], env);
  const clean = shop.keep(async () => {
    if (existsSync(pidfile)) kill([pid()]);
    await endMarked(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  const programs = join(folder, 'programs.json');
  writeFileSync(programs, JSON.stringify({ apps: apps.map(app => ({ ...WHOLE, ...app })) }));
  const startedAt = clock();
  try {
    await (apps.length === 0 ? ctl('ping') : ctl('start', programs));
    // The command may be done before the daemon has written down its pid.
    while (!existsSync(pidfile)) await sleep(5);
  } catch (error) {
    await clean();
    throw error;
  }
  return { folder, startedAt, ctl, rss: () => rss(pid()), usage: () => usage(pid()), clean };
}

/** What Supervisor's programs have too: executed as they are, started again however often, at once, output as it is. */
const WHOLE = {
  exec_interpreter: 'none',
  exec_mode: 'fork',
  autorestart: true,
  max_restarts: 1_000_000_000,
  min_uptime: 0,
  pmx: false,
  vizion: false,
  merge_logs: true,
} as const;
