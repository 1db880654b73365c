import { type Exit, exits } from '../exits.ts';
import { meant, namespec } from '../names.ts';
import { readDuration, readOptions } from '../options.ts';
import { sleep } from '../pause.ts';
import type { ProcessInfo } from '../protocol.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';

/** Milliseconds between two looks. */
const lookEvery = 200;

const states = ['STOPPED', 'STARTING', 'RUNNING', 'BACKOFF', 'STOPPING', 'EXITED', 'FATAL', 'UNKNOWN'];

export const wait: Verb = {
  help: [
    'wait <name> <STATE>\t\tWait until the process is in that state',
    'wait <gname>:* <STATE>\t\tWait until all processes of the group are',
    'wait --timeout <seconds> <name> <STATE>\tGive up after so long (exit status 1)',
  ],
  completion: 'names',
  async run(session, args) {
    const { given, names: words, problem } = readOptions(args, { timeout: 'value' });
    const state = words.at(-1)?.toUpperCase() ?? '';
    const names = words.slice(0, -1);
    const timeout = given.timeout === undefined ? Number.POSITIVE_INFINITY : readDuration(given.timeout);
    const wrong =
      problem ??
      (timeout === undefined ? `invalid value for --timeout: '${given.timeout}'` : undefined) ??
      (names.length === 0 ? 'wait requires a process name and a state' : undefined) ??
      (states.includes(state) ? undefined : `no state is called ${words.at(-1)}`);
    if (wrong || timeout === undefined) {
      misuse(session, `Error: ${wrong}`, wait);
      return exits.invalidArguments;
    }
    const refused = await session.check();
    if (refused) return refused;
    return session.untilInterrupted(signal => waitFor(session, names, state, timeout * 1000, signal));
  },
};

async function waitFor(
  session: Session,
  names: readonly string[],
  state: string,
  timeout: number,
  signal: AbortSignal,
): Promise<Exit> {
  const end = performance.now() + timeout;
  for (;;) {
    const answer = await session.call('supervisor.getAllProcessInfo');
    if (!answer.ok) return session.report(answer.problem);
    const found = names.map(name => meant(name, answer.value));
    const missing = names.filter((_, index) => found[index]?.length === 0);
    for (const name of missing) session.say(`${name}: ERROR (no such process)`);
    if (missing.length > 0) return exits.failed;
    const infos = [...new Set(found.flat())];
    const verdict = judge(infos, state);
    const isOver = performance.now() >= end || signal.aborted;
    if (verdict === undefined && !isOver) {
      await sleep(lookEvery, signal);
      continue;
    }
    for (const info of infos) session.say(lineFor(info, state, isOver));
    return verdict ?? exits.failed;
  }
}

/** Success when all are there, failure when one will not get there by itself, undefined to look again. */
function judge(infos: readonly ProcessInfo[], state: string): Exit | undefined {
  if (infos.every(info => info.statename === state)) return exits.success;
  const isHopeless = state === 'RUNNING' && infos.some(info => info.statename === 'FATAL');
  return isHopeless ? exits.failed : undefined;
}

function lineFor(info: ProcessInfo, state: string, isOver: boolean): string {
  if (info.statename === state) return `${namespec(info)}: ${state}`;
  const why = isOver ? `still ${info.statename}` : `${info.statename}: ${info.spawnerr}`;
  return `${namespec(info)}: ERROR (${why})`;
}
