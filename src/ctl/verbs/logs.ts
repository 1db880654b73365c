import { type Exit, exits } from '../exits.ts';
import { readDuration, readOptions } from '../options.ts';
import type { Answer } from '../problem.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';
import { type Channel, readProcessLog, sayLogProblem } from './tail.ts';
import { firstLineSince, readMoment } from './timestamp.ts';

/** Bytes that are read from the log's end at first; four times as many each time that was too little. */
const firstBytes = 64 * 1024;

export const logs: Verb = {
  help: [
    'logs --since <when> <name> [stdout|stderr]\tThe part of a log that is younger than that',
    "\t\t\t<when> is an age (90s, 15m, 2h, 3d) or a time ('14:05', '2024-05-01 14:05')",
    '\t\t\tThe lines of the log must carry their times.',
  ],
  completion: 'processes',
  async run(session, args) {
    const { given, names, problem } = readOptions(args, { since: 'value' });
    const [name, channel = 'stdout', ...surplus] = names;
    const wrong =
      problem ??
      (given.since === undefined ? 'logs requires --since' : undefined) ??
      (name === undefined ? 'logs requires a process name' : undefined) ??
      (surplus.length > 0 ? 'too many arguments' : undefined) ??
      (isChannel(channel) ? undefined : `bad channel '${channel}'`);
    const since = readSince(given.since ?? '');
    if (wrong || since === undefined || name === undefined || !isChannel(channel)) {
      misuse(session, `Error: ${wrong ?? `invalid value for --since: '${given.since}'`}`, logs);
      return exits.invalidArguments;
    }
    const refused = await session.check();
    return refused || showSince(session, name, channel, since);
  },
};

function isChannel(word: string): word is Channel {
  return word === 'stdout' || word === 'stderr';
}

function readSince(text: string): Date | undefined {
  const age = readDuration(text);
  return age === undefined ? readMoment(text) : new Date(Date.now() - age * 1000);
}

async function showSince(session: Session, name: string, channel: Channel, since: Date): Promise<Exit> {
  for (let bytes = firstBytes; ; bytes *= 4) {
    const answer = await readWhole(session, channel, name, bytes);
    if (!answer.ok) return sayLogProblem(session, name, answer.problem);
    const isAll = Buffer.byteLength(answer.value) < bytes;
    const found = firstLineSince(answer.value, since);
    if (found === 'no times') {
      if (!isAll) continue;
      session.say(`${name}: ERROR (the lines of its log carry no times)`);
      return exits.failed;
    }
    // When even the first line is young enough, older ones may be, too.
    if (found.isFirst && !isAll) continue;
    session.terminal.write(answer.value.slice(found.index));
    return exits.success;
  }
}

/** Python's server fails when the bytes begin inside a character: then one to three more are asked for. */
async function readWhole(
  session: Session,
  channel: Channel,
  name: string,
  bytes: number,
): Promise<Answer<string>> {
  for (let more = 0; ; more++) {
    const answer = await readProcessLog(session, channel, name, bytes + more);
    if (answer.ok || answer.problem.kind !== 'status' || more === 3) return answer;
  }
}
