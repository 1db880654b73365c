import { faults } from '../../rpc/faults.ts';
import { type Exit, exits, lastFailure } from '../exits.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';
import { type Action, act, noSuchProcess } from './action.ts';
import { sayForeign } from './inspect.ts';

/** What stands for the daemon's own log. A process of that name is `main:main`. */
const main = 'main';

const rotateAction: Action = {
  one: (session, name) => session.call('statevisor.rotateProcessLogs', name),
  group: undefined,
  all: session => session.call('statevisor.rotateAllProcessLogs'),
  outcomes: new Map([
    noSuchProcess,
    [faults.SUCCESS.code, ['rotated', exits.success]],
    [faults.FAILED.code, ['ERROR (failed)', exits.failed]],
  ]),
  noGroup: exits.failed,
};

export const rotate: Verb = {
  help: [
    'rotate <name>\t\tRotate the log files of a process now',
    'rotate <name> <name>\tRotate the log files of several processes',
    "rotate all\t\tRotate all processes' log files",
    "rotate main\t\tRotate supervisord's own log file",
  ],
  more: ["Empty files stay as they are. Names may be patterns: 'web*', '/^web[0-9]+$/'."],
  completion: 'processes',
  asksFirst: true,
  async run(session, args) {
    if (args.length === 0) {
      misuse(session, 'Error: rotate requires a process name', rotate);
      return exits.failed;
    }
    if (!(await isAble(session))) return sayForeign(session, 'rotate');
    const names = args.filter(name => name !== main);
    const ended: Exit[] = names.length < args.length ? [await rotateMain(session)] : [];
    if (names.length > 0) ended.push(await act(session, rotateAction, names));
    return lastFailure(ended);
  },
};

/** Whether the server knows our methods: Python's does not. */
async function isAble(session: Session): Promise<boolean> {
  const answer = await session.call('system.listMethods');
  return answer.ok && answer.value.includes('statevisor.rotateProcessLogs');
}

async function rotateMain(session: Session): Promise<Exit> {
  const answer = await session.call('statevisor.rotateMainLog');
  if (!answer.ok) return session.report(answer.problem);
  session.say('supervisord: rotated');
  return exits.success;
}
