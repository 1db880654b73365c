import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RpcFault } from '../../../src/rpc/faults.ts';
import { ask } from '../../support/ask.ts';
import { type Daemon, type DaemonOptions, type startDaemon, startOracle } from '../../support/daemon.ts';
import { until } from '../../support/until.ts';

/** One program, what it writes, and what is done meanwhile. */
export interface Scenario {
  /** The program's name: its files begin with it. */
  readonly name: string;
  /** A sentence about what is seen. */
  readonly sentence: string;
  /** Options besides those that every program here has; they win. */
  readonly options?: readonly string[];
  /** Shell code, with the words of PRELUDE. */
  readonly script: string;
  /** More files that are there before the daemon starts. */
  readonly files?: Readonly<Record<string, string>>;
  /** What an operator does while the script waits; what it resolves with is compared. */
  readonly act?: (scene: Scene) => Promise<unknown>;
  /** Whether `act` asks for USR2. */
  readonly reopens?: true;
  /** Part of the outcome that is ours, where that is better than Python's (docs/differences.md says why). */
  readonly better?: Partial<Outcome>;
}

/** What came of a scenario. */
export interface Outcome {
  /** All files that begin with the program's name and a dot or dash, byte for byte as latin1. */
  readonly files: Readonly<Record<string, string>>;
  readonly said: unknown;
}

/** A daemon as the operator of one scenario sees it. */
export interface Scene {
  readonly daemon: Daemon;
  /** Whether it is Python's. */
  readonly isOracle: boolean;
  /** Calls a method: its value, or the fault as text. */
  call(method: string, ...params: readonly (string | number)[]): Promise<unknown>;
  /** Resolves when the script has come to `pause WORD`. */
  paused(word: string): Promise<void>;
  /** Lets it go on. */
  go(word: string): Promise<void>;
  /** Resolves when the program has ended. */
  exited(): Promise<void>;
  /** Resolves when one of the program's files, `log` by default, holds this text. */
  holds(text: string, suffix?: string): Promise<void>;
  /** Moves a log away, as logrotate does. */
  move(from: string, to: string): Promise<void>;
  /** USR2, when all that wait for one are ready: it is the same for all programs. */
  reopen(): Promise<void>;
}

/**
 * The words of a script: `say TEXT` writes text without escapes and waits until it is in the log, `pause WORD` waits for
 * the operator. Everything stands in $F, the beginning of the program's file names.
 */
const PRELUDE = `F="$HERE/$SUPERVISOR_PROCESS_NAME"
say() { printf %s "$1"; until grep -qsaF -e "$1" "$F.log" "$F.log.1"; do sleep 0.05; done; }
pause() { : >"$F.at.$1"; until [ -e "$F.go.$1" ]; do sleep 0.05; done; }
`;

/** How long anything may take, in milliseconds: a busy machine takes its time. */
const PATIENCE = 60_000;

const section = ({ name, options = [] }: Scenario): string =>
  [
    `[program:${name}]`,
    `command=sh %(here)s/${name}.sh`,
    `environment=HERE="%(here)s"`,
    'startsecs=0',
    'autorestart=false',
    `stdout_logfile=%(here)s/${name}.log`,
    `stderr_logfile=%(here)s/${name}.err`,
    ...options,
    '',
  ].join('\n');

/** Plays all scenarios at once on one daemon, and gives what came of each. */
export async function perform(
  start: typeof startDaemon,
  scenarios: readonly Scenario[],
  settings = '',
  options: DaemonOptions = {},
): Promise<ReadonlyMap<string, Outcome>> {
  const files = Object.assign(
    {},
    ...scenarios.map(each => ({ ...each.files, [`${each.name}.sh`]: PRELUDE + each.script })),
  );
  // An option that comes twice counts as it comes last.
  const config = ['[supervisord]', settings, ...scenarios.map(section)].join('\n');
  const daemon = await start(config, { ...options, files });
  try {
    const reopen = barrier(scenarios.filter(({ reopens }) => reopens).length, () =>
      process.kill(daemon.pid, 'SIGUSR2'),
    );
    const outcomes = await Promise.all(
      scenarios.map(async (scenario): Promise<[string, Outcome]> => {
        const scene: Scene = { ...sceneOf(daemon, scenario, reopen), isOracle: start === startOracle };
        // What never comes is told where both are compared, and spoils no other scenario.
        const said = await play(scene, scenario).catch((error: Error) => error.message);
        return [scenario.name, { said: mask(said, daemon), files: await filesOf(daemon, scenario) }];
      }),
    );
    return new Map(outcomes);
  } finally {
    // An orderly end takes Python's a second for each group, though nothing runs any more.
    process.kill(daemon.pid, 'SIGKILL');
    await daemon.ended;
    await daemon.stop();
  }
}

async function play(scene: Scene, { act }: Scenario): Promise<unknown> {
  const said = await act?.(scene);
  await scene.exited();
  return said;
}

/** Does something when so many have asked for it. */
function barrier(count: number, act: () => void): () => Promise<void> {
  let asked = 0;
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return () => {
    asked++;
    if (asked === count) {
      act();
      open();
    }
    return opened;
  };
}

function sceneOf(daemon: Daemon, { name }: Scenario, reopen: Scene['reopen']): Omit<Scene, 'isOracle'> {
  const path = (suffix: string) => join(daemon.folder, `${name}.${suffix}`);
  const within = PATIENCE;
  const isThere = (suffix: string) => stat(path(suffix)).then(() => true);
  const call: Scene['call'] = (method, ...params) =>
    ask(daemon.socket, `supervisor.${method}`, ...params).catch(error => {
      if (error instanceof RpcFault) return `${error.code} ${error.message}`;
      throw error;
    });
  return {
    daemon,
    call,
    reopen,
    paused: async word => void (await until(`${name}: ${word}`, () => isThere(`at.${word}`), { within })),
    go: word => writeFile(path(`go.${word}`), ''),
    async exited() {
      const isOver = async () => {
        const info = (await call('getProcessInfo', name)) as { readonly statename: string };
        return info.statename === 'EXITED';
      };
      await until(`${name}: EXITED`, isOver, { within, every: 100 });
    },
    async holds(text, suffix = 'log') {
      const holds = async () => (await readFile(path(suffix), 'latin1')).includes(text);
      await until(`${name}.${suffix}: ${text}`, holds, { within });
    },
    move: (from, to) => rename(path(from), path(to)),
  };
}

/** The program's files, without those of this stage. AUTO logs go by a name without chance, with their mode. */
async function filesOf({ folder }: Daemon, { name }: Scenario): Promise<Outcome['files']> {
  const names = (await readdir(folder)).filter(
    each =>
      (each.startsWith(`${name}.`) || each.startsWith(`${name}-`)) && !/^[^.]+\.(sh$|at\.|go\.)/.test(each),
  );
  const contents = names.sort().map(async each => {
    const text = await readFile(join(folder, each), 'latin1');
    const { mode } = await stat(join(folder, each));
    return each.includes('---')
      ? [mask(each), `${(mode & 0o777).toString(8)} ${short(text)}`]
      : [each, short(text)];
  });
  return Object.fromEntries(await Promise.all(contents));
}

/** A text with its long runs of one character counted. */
export const short = (text: string): string =>
  text.replace(/(.)\1{200,}/gs, run => `<${run[0]} times ${run.length}>`);

function mask<Value>(value: Value, daemon?: Daemon): Value {
  let text = JSON.stringify(value) ?? 'null';
  if (daemon !== undefined) text = text.replaceAll(daemon.folder, 'HERE');
  return JSON.parse(text.replace(/(---\w+-)[a-z0-9_]{8}\.log/g, '$1RANDOM.log'));
}
