import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { decodeResponse, encodeCall, type XmlRpcValue } from '../../src/rpc/codec.ts';
import { kill, MARK, marked } from '../support/leftover.ts';
import { until } from '../support/until.ts';

/** A supervisord that was started in a folder, where its stdout and stderr are files. */
interface Started {
  readonly pid: number;
  readonly ended: Promise<number>;
}

/** One of the two supervisords. */
export interface Side {
  start(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Started>;
  stop(): Promise<void>;
}

const SUPERVISORD = fileURLToPath(new URL('../../dist/supervisord.js', import.meta.url));

/** Ours, as built. */
export const ours: Side = {
  async start(cwd, args, env) {
    const [out, err] = await Promise.all(['stdout', 'stderr'].map(name => open(join(cwd, name), 'w')));
    const stdio = ['ignore', out?.fd ?? 'ignore', err?.fd ?? 'ignore'] as const;
    const child = spawn(process.execPath, [SUPERVISORD, ...args], { cwd, env, stdio: [...stdio] });
    const ended = once(child, 'exit').then(([code]) => code ?? -1);
    await Promise.all([out?.close(), err?.close()]);
    return { pid: child.pid ?? 0, ended };
  },
  stop: async () => {},
};

/** Python's, loaded once; each start is a fork of it. */
export function startPython(): Side {
  const script = fileURLToPath(new URL('supervisord.py', import.meta.url));
  const python: ChildProcess = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const starting: ((pid: number) => void)[] = [];
  const running = new Map<number, (code: number) => void>();
  const told = (what: { pid: number } | { ended: number; code: number }): void => {
    if ('pid' in what) starting.shift()?.(what.pid);
    else running.get(what.ended)?.(what.code);
  };
  if (python.stdout) createInterface({ input: python.stdout }).on('line', line => told(JSON.parse(line)));
  return {
    start: (cwd, args, env) =>
      new Promise(resolve => {
        starting.push(pid => {
          const ended = new Promise<number>(end => running.set(pid, end));
          resolve({ pid, ended });
        });
        python.stdin?.write(`${JSON.stringify({ cwd, args, env })}\n`);
      }),
    async stop() {
      const ended = once(python, 'exit');
      python.stdin?.end();
      await ended;
    },
  };
}

/** What came of a start: a refusal, or what clients and children see. */
export type Outcome =
  | { readonly refused: string; readonly code: number }
  | {
      readonly accepted: true;
      readonly identification: XmlRpcValue;
      readonly config: XmlRpcValue;
      readonly status: XmlRpcValue;
      /** What each process wrote of itself, by name. */
      readonly probes: Readonly<Record<string, string>>;
    };

const SOCKET = 'supervisor.sock';

/** Calls a method over a Unix socket. */
function call(socketPath: string, method: string): Promise<XmlRpcValue> {
  const body = encodeCall(method, []);
  const headers = { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/RPC2', method: 'POST', headers, agent: false }, response =>
      buffer(response).then(decodeResponse).then(resolve, reject),
    )
      .once('error', reject)
      .end(body);
  });
}

const PROBE = `
exec > "$HERE/$SUPERVISOR_PROCESS_NAME.part"
env | grep -v -e ^_= -e ^SHLVL= -e ^PWD= -e ^OLDPWD= -e ^${MARK}= | sort
pwd; umask; id -u; ulimit -n; ulimit -u
mv "$HERE/$SUPERVISOR_PROCESS_NAME.part" "$HERE/$SUPERVISOR_PROCESS_NAME.probe"
`;

/** How many probes there are to be: the processes that start by themselves. */
const probing = (config: XmlRpcValue): number =>
  (config as readonly { autostart: boolean }[]).filter(({ autostart }) => autostart).length;

async function readProbes(folder: string, count: number): Promise<Record<string, string>> {
  const names = await until('the probes', async () => {
    const found = (await readdir(folder)).filter(name => name.endsWith('.probe'));
    return found.length === count && found;
  });
  const texts = names.sort().map(async name => [name, await readFile(join(folder, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
}

async function look(folder: string, { ended }: Started): Promise<Outcome> {
  const socket = join(folder, SOCKET);
  const first = await Promise.race([
    ended.then(code => ({ code })),
    until('an answer', () => call(socket, 'supervisor.getIdentification').then(answer => ({ answer })), {
      within: 20_000,
      every: 30,
    }),
  ]);
  if ('code' in first) {
    const [refused = ''] = (await readFile(join(folder, 'stderr'), 'utf8')).split('\nFor help, use ');
    // Our details stand below Supervisor's words.
    return { refused: refused.replace(/(\n {2}(at|expected|did you mean) .*)+$/, ''), code: first.code };
  }
  const config = await until('the logs of a started daemon', async () => {
    const found = await call(socket, 'supervisor.getAllConfigInfo');
    // Whoever asks while it starts is told of logs that are not made yet.
    return !JSON.stringify(found).includes('"auto"') && found;
  });
  const probes = await readProbes(folder, probing(config));
  const status = await call(socket, 'supervisor.getAllProcessInfo');
  return { accepted: true, identification: first.answer, config, status, probes };
}

const AUTO_LOG = /-[A-Za-z0-9_]{8}\.log$/;
/** What differs from run to run. */
const PASSING = ['now', 'start', 'stop', 'pid', 'description', 'state', 'statename'];

/** An outcome without what is different each time: the folder's name, random names, times. */
export function comparable(outcome: Outcome, folder: string): unknown {
  return JSON.parse(JSON.stringify(outcome).replaceAll(folder, 'HERE'), (key, value) => {
    if (PASSING.includes(key)) return undefined;
    return typeof value === 'string' ? value.replace(AUTO_LOG, '-RANDOM.log') : value;
  });
}

/** What both supervisords are given. */
export interface Trial {
  readonly text: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

/** Starts a supervisord in a new folder, looks at what came of it, and ends it. The folder's name has always one length. */
export async function run(side: Side, { text, files, args }: Trial): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'statevisor-'));
  const all = { 'a.conf': text, 'supervisord.conf': text, 'probe.sh': PROBE, ...files };
  for (const [name, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: folder,
    HERE: folder,
    // Where ours has its FIFOs: they go with the folder, however the daemon ends.
    XDG_RUNTIME_DIR: folder,
    LC_ALL: 'C.UTF-8',
    TEN: '10',
    TWO: '2',
    YES: 'true',
    [MARK]: folder,
  };
  const started = await side.start(folder, args, env);
  try {
    return comparable(await look(folder, started), folder);
  } finally {
    kill([started.pid]);
    await started.ended;
    kill(await marked(folder));
    await rm(folder, { recursive: true, force: true });
  }
}
