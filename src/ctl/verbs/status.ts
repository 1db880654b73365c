import { type Exit, exits, statusExits } from '../exits.ts';
import { statusLines, table } from '../format.ts';
import { meant, namespec, target } from '../names.ts';
import { type Options, readDuration, readOptions } from '../options.ts';
import { sleep } from '../pause.ts';
import type { Answer } from '../problem.ts';
import type { DroppedBytes, ProcessInfo } from '../protocol.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';

/** A process, with what only our own server tells of it. */
type Told = ProcessInfo & Partial<DroppedBytes>;

/** What one look at the processes gave: those that the words name, and a line for each word that names none. */
interface Look {
  readonly infos: readonly Told[];
  readonly unknown: readonly string[];
}

const forms = { json: 'bare', format: 'value', watch: 'optional' } as const;
type Given = Options<keyof typeof forms>['given'];

export const status: Verb = {
  help: [
    'status <name>\t\tGet status for a single process',
    'status <gname>:*\tGet status for all processes in a group',
    'status <name> <name>\tGet status for multiple named processes',
    'status\t\t\tGet all process status info',
  ],
  more: [
    'status --json\t\tPrint an array of objects with all that is known',
    'status --format <columns>\tPrint these columns: name,group,process,state,pid,uptime,…',
    'status --watch[=<seconds>]\tShow it anew every second (Ctrl-C to exit)',
    "Names may be patterns: 'web*', '/^web[0-9]+$/'.",
  ],
  completion: 'names',
  async run(session, args) {
    const { given, names, problem } = readOptions(args, forms);
    const wrong = problem ?? wrongValue(given);
    if (wrong) {
      misuse(session, `Error: ${wrong}`, status);
      return exits.invalidArguments;
    }
    // Whatever the server refuses, the state of the processes is what is unknown; foreign servers are plain failures.
    const refused = await session.check();
    if (refused) return refused === exits.failed ? exits.failed : statusExits.unknown;
    return given.watch === undefined ? show(session, names, given) : watch(session, names, given);
  },
};

function wrongValue(given: Given): string | undefined {
  const unknown = given.format?.split(',').find(name => !cells.has(name));
  if (unknown !== undefined)
    return `invalid value for --format: no column '${unknown}' (there are ${[...cells.keys()].join(', ')})`;
  if (given.watch && !readDuration(given.watch))
    return `invalid value for --watch: '${given.watch}' is no number of seconds`;
  return undefined;
}

async function show(session: Session, names: readonly string[], given: Given): Promise<Exit> {
  const answer = await ask(session, given);
  if (!answer.ok) return session.report(answer.problem);
  const look = select(answer.value, names);
  for (const line of lines(look, given)) session.say(line);
  const isDown = look.infos.some(info => !upStates.has(info.statename));
  if (isDown) return statusExits.down;
  return look.unknown.length > 0 ? statusExits.unknown : exits.success;
}

/** All processes. What Python's server does not know is left out. */
async function ask(session: Session, given: Given): Promise<Answer<readonly Told[]>> {
  const infos = await session.call('supervisor.getAllProcessInfo');
  if (!infos.ok || given.json === undefined) return infos;
  const dropped = await session.call('statevisor.getAllDroppedBytes');
  if (!dropped.ok) return infos;
  const byName = new Map(dropped.value.map(each => [namespec(each), each]));
  return { ok: true, value: infos.value.map(info => ({ ...info, ...byName.get(namespec(info)) })) };
}

/** The states that count as up: those in which a process runs or is about to, and the way out of them. */
const upStates: ReadonlySet<string> = new Set(['RUNNING', 'STARTING', 'BACKOFF', 'STOPPING']);

function select(infos: readonly Told[], names: readonly string[]): Look {
  if (names.length === 0 || names.includes('all')) return { infos, unknown: [] };
  const found: Told[] = [];
  const unknown: string[] = [];
  for (const name of names) {
    const fitting = meant(name, infos);
    if (fitting.length > 0) found.push(...fitting);
    else unknown.push(unknownLine(name));
  }
  return { infos: found, unknown };
}

function unknownLine(name: string): string {
  const { group, process } = target(name);
  return process === undefined ? `${group}: ERROR (no such group)` : `${name}: ERROR (no such process)`;
}

function lines({ infos, unknown }: Look, given: Given): readonly string[] {
  if (given.json !== undefined) return [JSON.stringify(infos.map(asRecord), null, 2)];
  if (given.format === undefined) return [...unknown, ...statusLines(infos)];
  const names = given.format.split(',');
  const rows = infos.map(info => names.map(name => cells.get(name)?.(info) ?? ''));
  return [...unknown, ...table(names, rows)];
}

/** One process as `--json` shows it: the server's own words, with the name that people use and the uptime in seconds. */
function asRecord(info: Told): object {
  return { namespec: namespec(info), ...info, uptime: uptime(info) };
}

function uptime(info: ProcessInfo): number {
  return info.pid === 0 ? 0 : Math.max(0, info.now - info.start);
}

/** The columns that `--format` knows. */
const cells: ReadonlyMap<string, (info: ProcessInfo) => string> = new Map<
  string,
  (info: ProcessInfo) => string
>([
  ['name', namespec],
  ['group', info => info.group],
  ['process', info => info.name],
  ['state', info => info.statename],
  ['pid', info => `${info.pid}`],
  ['uptime', info => `${uptime(info)}`],
  ['start', info => `${info.start}`],
  ['stop', info => `${info.stop}`],
  ['exitstatus', info => `${info.exitstatus}`],
  ['spawnerr', info => info.spawnerr],
  ['stdout_logfile', info => info.stdout_logfile],
  ['stderr_logfile', info => info.stderr_logfile],
  ['description', info => info.description],
]);

/** Shows the status again and again; on a terminal in place, else one block after the other. */
async function watch(session: Session, names: readonly string[], given: Given): Promise<Exit> {
  const pause = (readDuration(given.watch || '1') ?? 1) * 1000;
  return session.untilInterrupted(async signal => {
    if (session.terminal.isTty) session.terminal.write('\x1b[2J');
    while (!signal.aborted) {
      const answer = await ask(session, given);
      if (!answer.ok) return session.report(answer.problem);
      draw(session, lines(select(answer.value, names), given));
      await sleep(pause, signal);
    }
    session.say('');
    return exits.success;
  });
}

/** Home, then each line with the rest of its row wiped, then all below wiped: no flicker. */
function draw(session: Session, shown: readonly string[]): void {
  const { terminal } = session;
  if (terminal.isTty) terminal.write(`\x1b[H${shown.map(line => `${line}\x1b[K\n`).join('')}\x1b[J`);
  else terminal.write(`${shown.join('\n')}\n\n`);
}
