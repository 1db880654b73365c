import { type Exit, exits } from '../exits.ts';
import { sleep } from '../pause.ts';
import { isFault } from '../problem.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';

/** Milliseconds between two looks at whether the process still runs. */
const lookEvery = 500;

export const foreground: Verb = {
  help: ['fg <process>\tConnect to a process in foreground mode', '\t\tCtrl-C to exit'],
  completion: 'processes',
  asksFirst: true,
  async run(session, args) {
    const [name, ...surplus] = args;
    if (name === undefined) {
      misuse(session, 'ERROR: no process name supplied', foreground);
      return exits.failed;
    }
    if (surplus.length > 0) return fail(session, 'ERROR: too many process names supplied');
    const answer = await session.call('supervisor.getProcessInfo', name);
    if (answer.ok && answer.value.statename === 'RUNNING') return connect(session, name);
    if (answer.ok) return fail(session, 'ERROR: process not running');
    if (isFault(answer.problem, 'BAD_NAME')) return fail(session, 'ERROR: bad process name supplied');
    return session.report(answer.problem);
  },
};

function fail(session: Session, line: string): Exit {
  session.say(line);
  return exits.failed;
}

/** Shows the process's output and sends it what is typed, until it ends, input ends or Ctrl-C. */
async function connect(session: Session, name: string): Promise<Exit> {
  session.say('==> Press Ctrl-C to exit <==');
  return session.untilInterrupted(async interrupt => {
    const over = new AbortController();
    interrupt.addEventListener('abort', () => over.abort());
    const path = `/logtail/${encodeURIComponent(name).replaceAll('%3A', ':')}/stdout`;
    const output = session.follow(path, bytes => session.terminal.write(bytes), over.signal);
    const reason = await Promise.race([pass(session, name, over.signal), watch(session, name, over.signal)]);
    over.abort();
    await output;
    if (reason === 'killed') session.say('Process got killed');
    session.say('Exiting foreground');
    return exits.success;
  });
}

type Reason = 'left' | 'killed';

/** Sends each line that is typed; ends at the end of input, or when the process takes no more. */
async function pass(session: Session, name: string, signal: AbortSignal): Promise<Reason> {
  for (;;) {
    const line = await session.terminal.read('', signal);
    if (line === undefined) return 'left';
    const answer = await session.call('supervisor.sendProcessStdin', name, `${line}\n`);
    if (answer.ok) continue;
    if (answer.problem.kind !== 'fault') session.report(answer.problem);
    return 'killed';
  }
}

/** Ends when the process no longer runs. */
async function watch(session: Session, name: string, signal: AbortSignal): Promise<Reason> {
  while (!signal.aborted) {
    await sleep(lookEvery, signal);
    if (signal.aborted) break;
    const answer = await session.call('supervisor.getProcessInfo', name);
    if (!answer.ok || answer.value.statename !== 'RUNNING') return 'killed';
  }
  return 'left';
}
