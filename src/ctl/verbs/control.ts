import { faults } from '../../rpc/faults.ts';
import { exits, lastFailure } from '../exits.ts';
import { readOptions } from '../options.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';
import { type Action, act, noSuchProcess } from './action.ts';

const startAction = (wait: readonly [boolean?]): Action => ({
  one: (session, name) => session.call('supervisor.startProcess', name, ...wait),
  group: (session, group) => session.call('supervisor.startProcessGroup', group, ...wait),
  all: session => session.call('supervisor.startAllProcesses', ...wait),
  outcomes: new Map([
    noSuchProcess,
    [faults.SUCCESS.code, [wait[0] === false ? 'starting' : 'started', exits.success]],
    [faults.ALREADY_STARTED.code, ['ERROR (already started)', exits.success]],
    [faults.NO_FILE.code, ['ERROR (no such file)', exits.failed]],
    [faults.NOT_EXECUTABLE.code, ['ERROR (file is not executable)', exits.failed]],
    [faults.SPAWN_ERROR.code, ['ERROR (spawn error)', exits.notRunning]],
    [faults.ABNORMAL_TERMINATION.code, ['ERROR (abnormal termination)', exits.notRunning]],
  ]),
  noGroup: exits.invalidArguments,
});

const stopAction = (wait: readonly [boolean?]): Action => ({
  one: (session, name) => session.call('supervisor.stopProcess', name, ...wait),
  group: (session, group) => session.call('supervisor.stopProcessGroup', group, ...wait),
  all: session => session.call('supervisor.stopAllProcesses', ...wait),
  outcomes: new Map([
    noSuchProcess,
    [faults.SUCCESS.code, [wait[0] === false ? 'stopping' : 'stopped', exits.success]],
    [faults.NOT_RUNNING.code, ['ERROR (not running)', exits.success]],
    [faults.FAILED.code, ['ERROR (failed)', exits.failed]],
  ]),
  noGroup: exits.failed,
});

const signalAction = (signal: string): Action => ({
  one: (session, name) => session.call('supervisor.signalProcess', name, signal),
  group: (session, group) => session.call('supervisor.signalProcessGroup', group, signal),
  all: session => session.call('supervisor.signalAllProcesses', signal),
  outcomes: new Map([
    noSuchProcess,
    [faults.SUCCESS.code, ['signalled', exits.success]],
    [faults.BAD_SIGNAL.code, ['ERROR (bad signal name)', exits.failed]],
    [faults.NOT_RUNNING.code, ['ERROR (not running)', exits.notRunning]],
  ]),
  noGroup: exits.failed,
});

const clearAction: Action = {
  one: (session, name) => session.call('supervisor.clearProcessLogs', name),
  group: undefined,
  all: session => session.call('supervisor.clearAllProcessLogs'),
  outcomes: new Map([
    noSuchProcess,
    [faults.SUCCESS.code, ['cleared', exits.success]],
    [faults.FAILED.code, ['ERROR (failed)', exits.failed]],
  ]),
  noGroup: exits.failed,
};

const patterns = "Names may be patterns: 'web*', '/^web[0-9]+$/'.";

/** Starts or stops what the words name. */
async function startOrStop(
  session: Session,
  args: readonly string[],
  { word, verb, action, noNames }: { word: string; verb: Verb; action: typeof startAction; noNames: number },
): Promise<number> {
  const { given, names, problem } = readOptions(args, { 'no-wait': 'bare' });
  if (problem || names.length === 0) {
    misuse(session, `Error: ${problem ?? `${word} requires a process name`}`, verb);
    return noNames;
  }
  return act(session, action(given['no-wait'] === undefined ? [] : [false]), names);
}

export const start: Verb = {
  help: [
    'start <name>\t\tStart a process',
    'start <gname>:*\t\tStart all processes in a group',
    'start <name> <name>\tStart multiple processes or groups',
    'start all\t\tStart all processes',
  ],
  more: ['start --no-wait <name>\tReturn at once, without waiting for startsecs', patterns],
  completion: 'names',
  asksFirst: true,
  run: (session, args) =>
    startOrStop(session, args, {
      word: 'start',
      verb: start,
      action: startAction,
      noNames: exits.invalidArguments,
    }),
};

export const stop: Verb = {
  help: [
    'stop <name>\t\tStop a process',
    'stop <gname>:*\t\tStop all processes in a group',
    'stop <name> <name>\tStop multiple processes or groups',
    'stop all\t\tStop all processes',
  ],
  more: ['stop --no-wait <name>\tReturn at once, without waiting for the end', patterns],
  completion: 'names',
  asksFirst: true,
  run: (session, args) =>
    startOrStop(session, args, { word: 'stop', verb: stop, action: stopAction, noNames: exits.failed }),
};

export const restart: Verb = {
  help: [
    'restart <name>\t\tRestart a process',
    'restart <gname>:*\tRestart all processes in a group',
    'restart <name> <name>\tRestart multiple processes or groups',
    'restart all\t\tRestart all processes',
    'Note: restart does not reread config files. For that, see reread and update.',
  ],
  more: [patterns],
  completion: 'names',
  asksFirst: true,
  async run(session, args) {
    if (args.length === 0) {
      misuse(session, 'Error: restart requires a process name', restart);
      return exits.failed;
    }
    const stopped = await act(session, stopAction([]), args);
    return lastFailure([stopped, await act(session, startAction([]), args)]);
  },
};

export const signal: Verb = {
  help: [
    'signal <signal name> <name>\t\tSignal a process',
    'signal <signal name> <gname>:*\t\tSignal all processes in a group',
    'signal <signal name> <name> <name>\tSignal multiple processes or groups',
    'signal <signal name> all\t\tSignal all processes',
  ],
  more: [patterns],
  completion: 'signals',
  asksFirst: true,
  async run(session, args) {
    const [name, ...words] = args;
    if (name === undefined || words.length === 0) {
      misuse(session, 'Error: signal requires a signal name and a process name', signal);
      return exits.failed;
    }
    return act(session, signalAction(name), words);
  },
};

export const clear: Verb = {
  help: [
    "clear <name>\t\tClear a process' log files.",
    "clear <name> <name>\tClear multiple process' log files",
    "clear all\t\tClear all process' log files",
  ],
  more: [patterns],
  completion: 'processes',
  asksFirst: true,
  async run(session, args) {
    if (args.length === 0) {
      misuse(session, 'Error: clear requires a process name', clear);
      return exits.failed;
    }
    return act(session, clearAction, args);
  },
};
