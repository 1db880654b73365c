import { faults } from '../../rpc/faults.ts';
import { type Exit, exits } from '../exits.ts';
import { isPattern, meant, namespec, target } from '../names.ts';
import type { Answer, Problem } from '../problem.ts';
import type { ProcessInfo } from '../protocol.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';
import { labels } from './label.ts';

const channels = ['stdout', 'stderr'] as const;

/** One of a process's two logs. */
export type Channel = (typeof channels)[number];

/** How many bytes are shown without -N. */
const shownBytes = 1600;

const pressCtrlC = '==> Press Ctrl-C to exit <==';

export const tail: Verb = {
  help: [
    'tail [-f] <name> [stdout|stderr] (default stdout)',
    'Ex:',
    'tail -f <name>\t\tContinuous tail of named process stdout',
    '\t\t\tCtrl-C to exit.',
    'tail -100 <name>\tlast 100 *bytes* of process stdout',
    'tail <name> stderr\tlast 1600 *bytes* of process stderr',
  ],
  more: ['tail -f <name> <name> …\tContinuous tail of several, each line with its process name'],
  completion: 'processes',
  asksFirst: true,
  async run(session, args) {
    const several = await severalNames(session, args);
    if (several) return followSeveral(session, several);
    if (args.length < 1 || args.length > 3) {
      misuse(session, `Error: too ${args.length < 1 ? 'few' : 'many'} arguments`, tail);
      return exits.failed;
    }
    const [modifier, rest] = splitModifier(args);
    const [name] = rest;
    if (name === undefined) return fail(session, 'Error: tail requires process name');
    const word = rest.length > 1 ? (rest.at(-1) ?? '') : 'stdout';
    const channel = channels.find(each => each === word.toLowerCase());
    if (!channel) return fail(session, `Error: bad channel '${word}'`);
    if (modifier === '-f') return followLog(session, `/logtail/${pathOf(name)}/${channel}`);
    const bytes = readBytes(modifier);
    if (bytes === undefined) return fail(session, `Error: bad argument ${modifier}`);
    return sayLog(session, name, await readProcessLog(session, channel, name, bytes));
  },
};

export const maintail: Verb = {
  help: [
    'maintail -f \tContinuous tail of supervisor main log file (Ctrl-C to exit)',
    'maintail -100\tlast 100 *bytes* of supervisord main log file',
    'maintail\tlast 1600 *bytes* of supervisor main log file',
    '',
  ],
  completion: 'nothing',
  asksFirst: true,
  async run(session, args) {
    if (args.length > 1) {
      misuse(session, 'Error: too many arguments', maintail);
      return exits.failed;
    }
    const [modifier] = args;
    if (modifier === '-f') return followLog(session, '/mainlogtail');
    const bytes = modifier?.startsWith('-') === false ? undefined : readBytes(modifier);
    if (bytes === undefined) return fail(session, `Error: bad argument ${modifier}`);
    return sayLog(session, 'supervisord', await session.call('supervisor.readLog', -bytes, 0));
  },
};

/** Reads the last bytes of a process's log. */
export function readProcessLog(
  session: Session,
  channel: Channel,
  name: string,
  bytes: number,
): Promise<Answer<string>> {
  const stream = channel === 'stdout' ? 'Stdout' : 'Stderr';
  return session.call(`supervisor.readProcess${stream}Log`, name, -bytes, 0);
}

/** Says why a log cannot be read. */
export function sayLogProblem(session: Session, name: string, problem: Problem): Exit {
  const text = problem.kind === 'fault' ? logFaults.get(problem.code) : undefined;
  if (text === undefined) return session.report(problem);
  return fail(session, `${name}: ERROR (${text})`);
}

const logFaults: ReadonlyMap<number, string> = new Map([
  [faults.NO_FILE.code, 'no log file'],
  [faults.FAILED.code, 'unknown error reading log'],
  [faults.BAD_NAME.code, 'no such process name'],
]);

function sayLog(session: Session, name: string, answer: Answer<string>): Exit {
  if (!answer.ok) return sayLogProblem(session, name, answer.problem);
  session.say(answer.value);
  return exits.success;
}

function fail(session: Session, line: string): Exit {
  session.say(line);
  return exits.failed;
}

function splitModifier(args: readonly string[]): readonly [string | undefined, readonly string[]] {
  return args[0]?.startsWith('-') ? [args[0], args.slice(1)] : [undefined, args];
}

/** `-100` is 100; what follows the dash may be any whole number. */
function readBytes(modifier: string | undefined): number | undefined {
  if (modifier === undefined) return shownBytes;
  return /^-[+-]?\d+$/.test(modifier) ? Number(modifier.slice(1)) : undefined;
}

function pathOf(name: string): string {
  return encodeURIComponent(name).replaceAll('%3A', ':');
}

/** Shows a log as it grows. A log that cannot be had is said on stderr and is no failure: so does Supervisor. */
async function followLog(session: Session, path: string): Promise<Exit> {
  session.say(pressCtrlC);
  const take = (bytes: Buffer) => session.terminal.write(bytes);
  return session.untilInterrupted(async signal => {
    const answer = await session.follow(path, take, signal);
    if (signal.aborted) session.say('');
    if (answer.ok) return exits.success;
    if (answer.problem.kind !== 'status') return session.report(answer.problem);
    session.terminal.hint(`${session.url}${path} Cannot read, status code ${answer.problem.status}`);
    return exits.success;
  });
}

interface Several {
  readonly infos: readonly ProcessInfo[];
  readonly channel: Channel;
}

/** `tail -f A B`, `tail -f 'web*'`, `tail -f group:*`; undefined for what Supervisor's own form means. */
async function severalNames(session: Session, args: readonly string[]): Promise<Several | undefined> {
  const [modifier, rest] = splitModifier(args);
  if (modifier !== '-f') return undefined;
  const last = channels.find(channel => channel === rest.at(-1));
  const names = last ? rest.slice(0, -1) : rest;
  if (names.length < 2 && !names.some(isMany)) return undefined;
  const answer = await session.call('supervisor.getAllProcessInfo');
  if (!answer.ok) return undefined;
  const found = names.map(name => meant(name, answer.value));
  if (found.some(infos => infos.length === 0)) return undefined;
  return { infos: [...new Set(found.flat())], channel: last ?? 'stdout' };
}

function isMany(name: string): boolean {
  return isPattern(name) || target(name).process === undefined;
}

async function followSeveral(session: Session, { infos, channel }: Several): Promise<Exit> {
  session.say(pressCtrlC);
  const label = labels(infos.map(namespec), session.terminal.hasColours);
  return session.untilInterrupted(async signal => {
    await Promise.all(
      infos.map(async info => {
        const name = namespec(info);
        const lines = label(name);
        const path = `/logtail/${pathOf(name)}/${channel}`;
        const take = (bytes: Buffer) => session.terminal.write(lines.take(bytes));
        const answer = await session.follow(path, take, signal);
        session.terminal.write(lines.rest());
        if (answer.ok) return;
        if (answer.problem.kind === 'status')
          session.terminal.hint(`${session.url}${path} Cannot read, status code ${answer.problem.status}`);
        else session.report(answer.problem);
      }),
    );
    if (signal.aborted) session.say('');
    return exits.success;
  });
}
