import { beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { hasExecuted, isCommand, traps } from '../support/executed.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

const sleeper = (name: string, options = '') =>
  `[program:${name}]\ncommand=sleep 1000\nstartsecs=0\n${options}\n`;
const THREE = sleeper('a', 'priority=2') + sleeper('b', 'priority=3') + sleeper('c', 'priority=1');

/** What a daemon runs, the states that are waited for, how it is ended, and whether it comes back first. */
const ROWS: readonly (readonly [sentence: string, config: string, states: string, ending: string])[] = [
  ['stops by priority at TERM', THREE, 'RUNNING', 'SIGTERM'],
  ['stops by priority at INT', THREE, 'RUNNING', 'SIGINT'],
  ['stops by priority at QUIT', THREE, 'RUNNING', 'SIGQUIT'],
  ['stops by priority when a client says so', THREE, 'RUNNING', 'supervisor.shutdown'],
  [
    'stops the last first where priorities are the same',
    sleeper('x') + sleeper('y') + sleeper('z'),
    'RUNNING',
    'SIGTERM',
  ],
  [
    'stops a group as one, its members by priority',
    `[group:g]\nprograms=m,n\npriority=5\n${sleeper('m', 'priority=2')}${sleeper('n', 'priority=1')}${sleeper('o', 'priority=9')}`,
    'RUNNING',
    'SIGTERM',
  ],
  [
    'gives up at once what backs off',
    '[program:late]\ncommand=false\nstartsecs=60\nstartretries=1000\n',
    'BACKOFF',
    'SIGTERM',
  ],
  [
    'stops what is still starting',
    '[program:starting]\ncommand=sleep 1000\nstartsecs=600\n',
    'STARTING',
    'SIGTERM',
  ],
  [
    'leaves alone what does not run',
    `${sleeper('up')}[program:gone]\ncommand=false\nstartsecs=60\nstartretries=0\n`,
    'RUNNING FATAL',
    'SIGTERM',
  ],
  [
    'kills what does not stop, before the next is stopped',
    `[program:stubborn]\ncommand=sh -c "trap '' TERM; exec sleep 1000"\nstartsecs=1\nstopwaitsecs=2\nstopasgroup=true\npriority=2\n${sleeper('polite', 'priority=1')}`,
    'RUNNING',
    'SIGTERM',
  ],
  [
    'goes on to end at HUP',
    `[program:x]\ncommand=sh -c "trap 'kill -HUP $PPID; sleep 1.5; exit 0' TERM; while :; do sleep 0.1; done"\n`,
    'RUNNING',
    'SIGTERM',
  ],
  ['starts everything anew at HUP', THREE, 'RUNNING', 'SIGHUP'],
  ['opens its log anew at USR2', sleeper('only'), 'RUNNING', 'SIGUSR2'],
];

interface Ending {
  readonly code: number | null;
  readonly lines: readonly string[];
  /** Who is told to stop, in order. */
  readonly killing: readonly string[];
}

/** The lines that tell what happens; with pids, a first start and what the two daemons say of themselves left out. */
const TELLING = /received SIG(?!CHLD)|ignored SIG|to die|stopped:|spawned:|gave up|killing '|exited:|reopen/;

async function ending(start: typeof startDaemon, row: (typeof ROWS)[number]): Promise<Ending> {
  const [, config, states, how] = row;
  const daemon = await start(`[supervisord]\nloglevel=debug\n${config}`);
  try {
    // The fifth wait is long enough for the signal to come within it.
    if (states === 'BACKOFF')
      await until('five tries', async () => count(await daemon.log(), 'exited:') >= 5);
    await reached(daemon, states);
    const before = (await daemon.log()).length;
    if (how.startsWith('SIG')) process.kill(daemon.pid, how as NodeJS.Signals);
    else await ask(daemon.socket, how);
    if (how === 'SIGHUP') await until('anew', async () => count(await daemon.log(), 'spawned:') === 6);
    if (how === 'SIGUSR2') await until('reopened', async () => count(await daemon.log(), 'logreopen') > 0);
    if (how === 'SIGHUP' || how === 'SIGUSR2') {
      // The signals that do not end it are told apart by what comes between them and this one.
      await reached(daemon, states);
      process.kill(daemon.pid, 'SIGTERM');
    }
    const { code } = await daemon.ended;
    const lines = (await daemon.log()).slice(before).split('\n').map(plain);
    return {
      code,
      lines: lines.filter(line => TELLING.test(line)),
      killing: lines.filter(line => line.startsWith('DEBG killing')),
    };
  } finally {
    await daemon.stop(60_000);
  }
}

interface Info {
  readonly name: string;
  readonly statename: string;
  readonly pid: number;
}

/** Resolves when all are in these states, and the log has said so. */
async function reached(daemon: Daemon, states: string): Promise<void> {
  const infos = await until(states, async () => {
    const all = (await ask(daemon.socket, 'supervisor.getAllProcessInfo')) as unknown as readonly Info[];
    return all.every(({ statename, pid }) => states.includes(statename) && isReady(pid)) && all;
  });
  for (const { name, statename } of infos) await daemon.logged(LAST_WORDS[statename]?.(name) ?? '');
}

/** What the log says last of a process that comes to a state, though a moment after it. */
const LAST_WORDS: Readonly<Record<string, (name: string) => string>> = {
  STARTING: name => `spawned: '${name}'`,
  RUNNING: name => `success: ${name} entered RUNNING`,
  BACKOFF: name => `exited: ${name} `,
  FATAL: name => `gave up: ${name} entered FATAL`,
};
/** It is what the test has to do with: a sleeper, or a shell that has come to its trap. */
const isReady = (pid: number) =>
  pid === 0 || (hasExecuted(pid) && (isCommand(pid, 'sleep') || traps(pid, 'SIGTERM')));
const count = (text: string, word: string) => text.split(word).length - 1;
const plain = (line: string) =>
  line
    .slice(24)
    .replace(/pid \d+/, 'pid PID')
    .replace(/\(\d+\)/, '(PID)');

describe.skipIf(!has('supervisor'))("a daemon ends as Python's: it", () => {
  let endings: readonly (readonly [Ending, Ending])[];
  beforeAll(async () => {
    endings = await Promise.all(
      ROWS.map(row => Promise.all([ending(startOracle, row), ending(startDaemon, row)] as const)),
    );
  }, 150_000);

  it.each(ROWS.map(([sentence], index) => ({ sentence, index })))('$sentence', ({ index }) => {
    const [theirs, ours] = endings[index] as readonly [Ending, Ending];
    expect(theirs.lines).not.toEqual([]);
    expect({ ...ours, lines: once(ours.lines) }).toEqual({ ...theirs, lines: once(theirs.lines) });
  });

  /**
   * Chance is how often is said who is still waited for, and who by then, after the first time; and who of those that
   * were told at once is gone first.
   */
  const once = (lines: readonly string[]) =>
    lines
      .filter((line, index) => !isAwaited(line) || lines.findIndex(isAwaited) === index)
      .map((line, index, all) =>
        areStopped(line, all[index + 1]) || areStopped(line, all[index - 1]) ? 'stopped' : line,
      );
  const isAwaited = (line: string) => line.includes(' to die');
  const areStopped = (...lines: readonly (string | undefined)[]) =>
    lines.every(line => line?.includes(' stopped: '));
});
