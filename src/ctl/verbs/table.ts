import { exits } from '../exits.ts';
import { columns } from '../format.ts';
import type { Session } from '../session.ts';
import type { Verb } from '../verb.ts';
import { chart } from './chart.ts';
import { completionVerb } from './completion.ts';
import { add, avail, removal, reread, update } from './configuration.ts';
import { clear, restart, signal, start, stop } from './control.ts';
import { doctor } from './doctor.ts';
import { foreground } from './foreground.ts';
import { inspect } from './inspect.ts';
import { logs } from './logs.ts';
import { password } from './password.ts';
import { rotate } from './rotate.ts';
import { open, pid, reload, shutdown, version } from './server.ts';
import { status } from './status.ts';
import { maintail, tail } from './tail.ts';
import { wait } from './wait.ts';

const leave = async () => exits.success;

const help: Verb = {
  help: ['help\t\tPrint a list of available actions', 'help <action>\tPrint help for <action>'],
  completion: 'verbs',
  async run(session, args) {
    if (args.length === 0) {
      list(session, 'default commands (type help <topic>):', [...supervisors.keys()]);
      list(session, 'more commands (type help <topic>):', [...ours.keys()]);
      return exits.success;
    }
    const verb = findVerb(args.join(' '));
    for (const line of verb ? [...verb.help, ...(verb.more ?? [])] : [`*** No help on ${args.join(' ')}`])
      session.say(line);
    return exits.success;
  },
};

function list(session: Session, title: string, names: readonly string[]): void {
  const rows = columns(names.toSorted());
  for (const line of ['', title, '='.repeat(title.length), ...rows, '']) session.say(line);
}

/** Supervisor's verbs, as its help lists them. */
const supervisors: ReadonlyMap<string, Verb> = new Map(
  Object.entries({
    add,
    avail,
    clear,
    exit: { help: ['exit\tExit the supervisor shell.'], completion: 'nothing', run: leave },
    fg: foreground,
    maintail,
    open,
    pid,
    quit: { help: ['quit\tExit the supervisor shell.'], completion: 'nothing', run: leave },
    reload,
    remove: removal,
    reread,
    restart,
    shutdown,
    signal,
    start,
    status,
    stop,
    tail,
    update,
    version,
  } satisfies Record<string, Verb>),
);

/** The verbs that Supervisor does not have. */
const ours: ReadonlyMap<string, Verb> = new Map(
  Object.entries({
    chart,
    completion: completionVerb(() => verbNames()),
    doctor,
    'hash-password': password,
    inspect,
    logs,
    rotate,
    wait,
  } satisfies Record<string, Verb>),
);

/** Promises the verb of that name, `help` included. */
export function findVerb(name: string): Verb | undefined {
  return name === 'help' ? help : (supervisors.get(name) ?? ours.get(name));
}

/** Promises the names of all verbs, sorted. */
export function verbNames(): readonly string[] {
  return [...supervisors.keys(), ...ours.keys(), 'help'].toSorted();
}
