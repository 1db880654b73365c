import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { kill, MARK, marked } from '../test/support/leftover.ts';
import { createClient, type RpcClient } from './client.ts';
import { clock } from './ear.ts';
import { rss, type Usage, usage } from './usage.ts';
import type { Workshop } from './workshop.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** A supervisor by its command lines. */
export interface Subject {
  readonly who: 'ours' | 'python';
  readonly supervisord: readonly string[];
  readonly supervisorctl: readonly string[];
}

/** The two that are compared. */
export const SUBJECTS: readonly Subject[] = [
  {
    who: 'python',
    supervisord: ['/usr/bin/supervisord'],
    supervisorctl: ['/usr/bin/supervisorctl'],
  },
  {
    who: 'ours',
    supervisord: [process.execPath, join(dist, 'supervisord.js')],
    supervisorctl: [process.execPath, join(dist, 'supervisorctl.js')],
  },
];

/** A supervisord under test. */
export interface Daemon {
  readonly pid: number;
  readonly folder: string;
  readonly conf: string;
  /** When it was started, by the ear's clock. */
  readonly startedAt: number;
  readonly client: RpcClient;
  /** Milliseconds that a supervisorctl command takes; rejects where it fails. */
  ctl(...words: readonly string[]): Promise<number>;
  /** Resident memory in MiB. */
  rss(): number;
  usage(): Usage;
  configure(programs: string): void;
  /** TERM; resolves with the milliseconds until it has ended. */
  shutdown(): Promise<number>;
  /** Kills it and its children by their pids, and removes the folder. */
  clean(): Promise<void>;
}

const preamble = (folder: string) => `[unix_http_server]
file=${folder}/sock
[supervisord]
logfile=${folder}/supervisord.log
pidfile=${folder}/supervisord.pid
childlogdir=${folder}/logs
minfds=16384
nodaemon=true
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/sock
`;

/** Node 20 reads every certificate of the machine at each start where this is set, which few services have. */
const PLAIN = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };

/** Starts a supervisord by the text of its program sections. Returns at once: wait for an answer or a child. */
export function launch(subject: Subject, shop: Workshop, programs: string): Daemon {
  const folder = mkdtempSync(join(shop.folder, `${subject.who}-`));
  const conf = join(folder, 'supervisord.conf');
  mkdirSync(join(folder, 'logs'));
  const configure = (text: string) => writeFileSync(conf, preamble(folder) + text);
  configure(programs);
  const env = { ...PLAIN, TMPDIR: folder, XDG_RUNTIME_DIR: folder, [MARK]: folder };
  const startedAt = clock();
  const [command = '', ...args] = subject.supervisord;
  const child = spawn(command, [...args, '-n', '-c', conf], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  const pid = child.pid ?? 0;
  const ended = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve());
    child.once('error', reject);
  });
  const client = createClient(join(folder, 'sock'));
  const clean = shop.keep(async () => {
    client.close();
    if (isAlive(child)) child.kill('SIGKILL');
    await ended;
    await endMarked(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    pid,
    folder,
    conf,
    startedAt,
    client,
    configure,
    ctl: (...words) => time([...subject.supervisorctl, '-c', conf, ...words], env),
    rss: () => rss(pid),
    usage: () => usage(pid),
    async shutdown() {
      const begin = clock();
      child.kill('SIGTERM');
      await ended;
      return clock() - begin;
    },
    clean,
  };
}

/** Kills by pid whatever descends from the supervisor of this folder. */
export async function endMarked(folder: string): Promise<void> {
  // One may have started another while it was looked for.
  for (let left = await marked(folder); left.length > 0; left = await marked(folder)) {
    kill(left);
    await sleep(20);
  }
}

const isAlive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

/** Resolves with the milliseconds since its start at which it first answered. */
export async function firstAnswer(daemon: Daemon): Promise<number> {
  for (;;) {
    try {
      await daemon.client.call('supervisor.getState');
      return clock() - daemon.startedAt;
    } catch (error) {
      if (clock() - daemon.startedAt > 120_000) throw error;
      await sleep(1);
    }
  }
}

/** Runs a command; resolves with its milliseconds, rejects where it fails. */
export function time(
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv = PLAIN,
): Promise<number> {
  const begin = clock();
  return new Promise((resolve, reject) => {
    spawn(command, args, { stdio: 'ignore', env })
      .once('error', reject)
      .once('exit', (code, signal) => {
        if (code === 0) resolve(clock() - begin);
        else reject(new Error(`${command} ${args.join(' ')}: ended with ${code ?? signal}`));
      });
  });
}
