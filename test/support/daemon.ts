import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { commandLineOf, kill, MARK, marked } from './leftover.ts';
import { type Run, type RunOptions, run } from './run.ts';
import { until } from './until.ts';
import { call } from './xmlrpc.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** A supervisord that runs in the foreground for one test, in a folder of its own. */
export interface Daemon {
  readonly pid: number;
  /** Where its configuration, socket, logs and pidfile are: `%(here)s` in the configuration. */
  readonly folder: string;
  /** The path of its configuration file: write to it, then reread. */
  readonly conf: string;
  /** The path of its unix socket. */
  readonly socket: string;
  /** All that it has printed on stdout and stderr. */
  output(): string;
  /** Its main log. A line is there a moment after what it tells of: wait for one by `logged`. */
  log(): Promise<string>;
  /** Its main log, once it has these words. */
  logged(words: string | RegExp): Promise<string>;
  /** Runs our supervisorctl against it. */
  ctl(...args: readonly string[]): Promise<Run>;
  /** Runs Python's supervisorctl against it. */
  python(...args: readonly string[]): Promise<Run>;
  /** Calls an XML-RPC method by Python's client: the value, or `{faultCode, faultString}`. */
  call(method: string, ...params: readonly unknown[]): Promise<unknown>;
  /** Resolves when the daemon has ended, whoever ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /**
   * TERM, then waits for the end and removes the folder. Throws when the daemon outlives `within` milliseconds or
   * leaves a process behind, having killed both. Leftovers of a daemon that had died before are killed without a word.
   */
  stop(within?: number): Promise<void>;
}

/** How a daemon is started. */
export interface DaemonOptions {
  /** More command line, after `-n -c FILE`. */
  readonly args?: readonly string[];
  /** Added to this process's own environment. */
  readonly env?: RunOptions['env'];
  /** More files for the daemon's folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Its stdout and stderr are the files `stdout` and `stderr` in its folder, and output() does not have them. */
  readonly inFiles?: boolean;
  /** Milliseconds until its socket must answer; 0 does not wait. */
  readonly within?: number;
}

/** What each configuration begins with; sections of one name merge, so a test's text overrides it. */
const PREAMBLE = `[unix_http_server]
file=%(here)s/supervisor.sock
[supervisord]
logfile=%(here)s/supervisord.log
pidfile=%(here)s/supervisord.pid
childlogdir=%(here)s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/supervisor.sock
`;

/** The command lines of the two supervisords. */
const OURS = [process.execPath, join(dist, 'supervisord.js')] as const;
const ORACLE = ['/usr/bin/supervisord'] as const;

/** Starts our supervisord (as built) by a configuration text and waits until its socket answers. */
export const startDaemon = (config: string, options?: DaemonOptions): Promise<Daemon> =>
  start(OURS, config, options);

/** The same with Python's supervisord. */
export const startOracle = (config: string, options?: DaemonOptions): Promise<Daemon> =>
  start(ORACLE, config, options);

async function start(
  [command, ...before]: readonly [string, ...string[]],
  config: string,
  { args = [], env, files = {}, inFiles = false, within = 60_000 }: DaemonOptions = {},
): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), 'statevisor-'));
  const conf = join(folder, 'supervisord.conf');
  const socket = join(folder, 'supervisor.sock');
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(conf, PREAMBLE + config);
  const prints = inFiles ? ['stdout', 'stderr'].map(name => openSync(join(folder, name), 'a')) : [];
  const child = spawn(command, [...before, '-n', '-c', conf, ...args], {
    cwd: folder,
    // Our FIFOs go with the folder, whatever ends the daemon.
    env: { ...process.env, XDG_RUNTIME_DIR: folder, ...env, [MARK]: folder },
    stdio: ['ignore', prints[0] ?? 'pipe', prints[1] ?? 'pipe'],
  });
  for (const fd of prints) closeSync(fd);
  const daemon = fixture(child, folder, conf, socket);
  if (within > 0) await ready(daemon, child, within);
  return daemon;
}

function fixture(child: ChildProcess, folder: string, conf: string, socket: string): Daemon {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended: Daemon['ended'] = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const log = () => readFile(join(folder, 'supervisord.log'), 'utf8');
  const ctl = (...line: readonly string[]) => run(line[0] ?? '', line.slice(1), { cwd: folder });
  return {
    pid: child.pid ?? 0,
    folder,
    conf,
    socket,
    ended,
    output: () => output,
    log,
    logged: words =>
      until(`${words} in the log`, async () => {
        const text = await log();
        return (typeof words === 'string' ? text.includes(words) : words.test(text)) && text;
      }),
    ctl: (...args) => ctl(process.execPath, join(dist, 'supervisorctl.js'), '-c', conf, ...args),
    python: (...args) => ctl('/usr/bin/supervisorctl', '-c', conf, ...args),
    call: (method, ...params) => call({ url: `unix://${socket}` }, method, ...params),
    stop: (within = 60_000) => stop(child, ended, folder, within),
  };
}

/** Waits for an answer on the socket; a daemon that ends instead is cleaned away and its words are the error's. */
async function ready(daemon: Daemon, child: ChildProcess, within: number): Promise<void> {
  try {
    await until('supervisord', () => isOver(child) || answers(daemon.socket), { within });
    if (isOver(child)) throw new Error(`supervisord: ended with exit status ${child.exitCode}`);
  } catch (cause) {
    const said = daemon.output();
    await daemon.stop();
    throw new Error(`${cause instanceof Error ? cause.message : cause}; it said:\n${said}`, { cause });
  }
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Whether the daemon answers at all: with authentication a 401 is an answer, too. */
const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const body = '<methodCall><methodName>supervisor.getState</methodName></methodCall>';
    const headers = { 'content-type': 'text/xml', 'content-length': body.length };
    request({ socketPath, path: '/RPC2', method: 'POST', headers, agent: false }, response => {
      response
        .resume()
        .once('end', () => resolve(response.statusCode === 200 || response.statusCode === 401));
    })
      .once('error', reject)
      .end(body);
  });

async function stop(
  child: ChildProcess,
  ended: Daemon['ended'],
  folder: string,
  within: number,
): Promise<void> {
  const died = isOver(child);
  child.kill('SIGTERM');
  const late = new Promise<'late'>(resolve => {
    const timer = setTimeout(resolve, within, 'late');
    ended.finally(() => clearTimeout(timer));
  });
  const outlived = (await Promise.race([ended, late])) === 'late';
  const left = await leftBehind(folder, child.pid, died ? 0 : GRACE);
  const words = left.map(pid => `${pid} (${commandLineOf(pid)})`);
  child.kill('SIGKILL');
  kill(left);
  await ended;
  await rm(folder, { recursive: true, force: true });
  if (outlived) throw new Error(`supervisord (pid ${child.pid}): still running ${within} ms after TERM`);
  if (left.length > 0 && !died) throw new Error(`supervisord: left processes behind: ${words.join(', ')}`);
}

/** What a shell waits for, a `sleep 0.1`, outlives it for a moment: in milliseconds. */
const GRACE = 5000;

/** The processes that a daemon has left behind, once those that end by themselves have had their time. */
async function leftBehind(
  folder: string,
  daemon: number | undefined,
  grace: number,
): Promise<readonly number[]> {
  const end = performance.now() + grace;
  for (;;) {
    const left = (await marked(folder)).filter(pid => pid !== daemon);
    if (left.length === 0 || performance.now() >= end) return left;
    await sleep(20);
  }
}
