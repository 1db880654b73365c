import { setTimeout as sleep } from 'node:timers/promises';
import { RpcFault } from '../../../src/rpc/faults.ts';
import { ask } from '../../support/ask.ts';
import { hasExecuted, isCommand, traps } from '../../support/executed.ts';
import { until } from '../../support/until.ts';

/** What a process is, as getProcessInfo says it. */
export interface Info {
  readonly name: string;
  readonly group: string;
  readonly statename: string;
  readonly pid: number;
  readonly [field: string]: unknown;
}

/** A daemon that scripts are played on. */
export interface Player {
  readonly socket: string;
  /** A process as it was seen last. */
  info(name: string): Info | undefined;
  /** How often this process has come to this state. */
  times(name: string, state: string): number | Promise<number>;
  /** Resolves when everything was seen that is so now. */
  seen(): Promise<void>;
}

/** How long a state may take to come, in milliseconds: a busy machine takes its time. */
const PATIENCE = 60_000;

const METHODS: Readonly<Record<string, string>> = {
  start: 'supervisor.startProcess',
  stop: 'supervisor.stopProcess',
  signal: 'supervisor.signalProcess',
  stdin: 'supervisor.sendProcessStdin',
  startgroup: 'supervisor.startProcessGroup',
  stopgroup: 'supervisor.stopProcessGroup',
  startall: 'supervisor.startAllProcesses',
  stopall: 'supervisor.stopAllProcesses',
};

/**
 * Plays a script for one process (or group), and answers what the commands came to. A word in capitals waits for that
 * state, `RUNNING:2` until it was come to twice. `start`, `stop`, `signal:HUP` and `stdin:text` ask the daemon,
 * `other/start` for another process than its own; a final & does not wait for the answer, and a final ! not until
 * everything that came of it was seen. `kill:KILL` signals the process behind the daemon's back, and `gone` waits until
 * the process that was signalled is no longer the one that is there; `traps:TERM` and `is:sleep` wait until a shell has
 * come to its trap, or has executed another command; `wait:1500` lets so many milliseconds pass.
 */
export async function play(player: Player, name: string, script: string): Promise<readonly string[]> {
  const answers: Promise<string>[] = [];
  let signalled = 0;
  const wait = (who: string, what: string, holds: (info: Info) => boolean) =>
    until(`${who}: ${what}`, () => holds(player.info(who) as Info), { within: PATIENCE, every: 25 });

  for (const word of script.split(/\s+/).filter(Boolean)) {
    const [subject, order] = word.includes('/') ? (word.split('/') as [string, string]) : [name, word];
    const [verb = '', argument = ''] = order.replace(/[&!]$/, '').split(':');
    if (/^[A-Z]+$/.test(verb)) {
      await (argument === ''
        ? wait(subject, verb, info => isIn(info, verb))
        : until(`${subject}: ${word}`, async () => (await player.times(subject, verb)) >= Number(argument), {
            within: PATIENCE,
          }));
    }
    // Nothing announces what this waits for: that something does not happen, or must be over by then.
    else if (verb === 'wait') await sleep(Number(argument));
    else if (verb === 'traps')
      await wait(subject, word, ({ pid }) => traps(pid, `SIG${argument}` as NodeJS.Signals));
    else if (verb === 'is') await wait(subject, word, ({ pid }) => isCommand(pid, argument));
    else if (verb === 'gone') await wait(subject, 'gone', ({ pid }) => pid !== signalled);
    else {
      signalled = player.info(subject)?.pid ?? 0;
      if (verb === 'kill') process.kill(signalled || Number.NaN, `SIG${argument}`);
      else answers.push(command(player, verb, subject, argument));
      if (!word.endsWith('&')) await answers.at(-1);
      if (!word.endsWith('!')) await player.seen();
    }
  }
  return Promise.all(answers);
}

// A process that starts is there only when it has a pid: spawns wait for their turn.
const isIn = ({ statename, pid }: Info, state: string): boolean =>
  statename === state && (state !== 'STARTING' || pid !== 0) && hasExecuted(pid);

/** What came of each of several processes is told as it comes, which is chance. */
const inOrder = (answer: unknown): unknown =>
  Array.isArray(answer) ? answer.toSorted((one, other) => (one.name < other.name ? -1 : 1)) : answer;

async function command(player: Player, verb: string, subject: string, argument: string): Promise<string> {
  const method = METHODS[verb];
  if (method === undefined) throw new Error(`${verb}: no such word in a script`);
  const params = [...(verb.endsWith('all') ? [] : [subject]), ...(argument === '' ? [] : [argument])];
  try {
    return `${verb}: ${JSON.stringify(inOrder(await ask(player.socket, method, ...params)))}`;
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error;
    return `${verb}: ${error.code} ${error.message}`;
  }
}
