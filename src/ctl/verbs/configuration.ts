import type { FaultName } from '../../rpc/faults.ts';
import { type Exit, exits, lastFailure } from '../exits.ts';
import { availLine } from '../format.ts';
import { type Answer, isFault, type Problem } from '../problem.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';

type Changes = readonly [added: readonly string[], changed: readonly string[], removed: readonly string[]];

export const reread: Verb = {
  help: ["reread \t\t\tReload the daemon's configuration files without add/remove"],
  completion: 'nothing',
  async run(session, args) {
    if (args.length > 0) {
      misuse(session, 'Error: reread accepts no arguments', reread);
      return exits.failed;
    }
    const answer = await session.call('supervisor.reloadConfig');
    if (!answer.ok) return rereadFailed(session, answer.problem, 'ERROR: supervisor shutting down');
    const lines = changeLines(answer.value[0]);
    for (const line of lines.length > 0 ? lines : ['No config updates to processes']) session.say(line);
    return exits.success;
  },
};

function changeLines([added, changed, removed]: Changes): readonly string[] {
  return [
    ...added.map(name => [name, 'available'] as const),
    ...changed.map(name => [name, 'changed'] as const),
    ...removed.map(name => [name, 'disappeared'] as const),
  ]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, what]) => `${name}: ${what}`);
}

function rereadFailed(session: Session, problem: Problem, shuttingDown: string): Exit {
  if (isFault(problem, 'SHUTDOWN_STATE')) session.say(shuttingDown);
  else if (problem.kind === 'fault' && isFault(problem, 'CANT_REREAD')) session.say(`ERROR: ${problem.text}`);
  else session.report(problem);
  return exits.failed;
}

export const update: Verb = {
  help: [
    'update\t\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update all\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update <gname> [...]\tUpdate specific groups',
  ],
  completion: 'groups',
  async run(session, args) {
    const answer = await session.call('supervisor.reloadConfig');
    if (!answer.ok) return rereadFailed(session, answer.problem, 'ERROR: already shutting down');
    const [added, changed, removed] = answer.value[0];
    const wanted = args.includes('all') ? [] : args;
    const unknown = await unknownGroups(session, wanted, added);
    if (typeof unknown === 'number') return unknown;
    for (const group of unknown) session.say(`ERROR: no such group: ${group}`);
    const only = (names: readonly string[]) =>
      wanted.length === 0 ? names : names.filter(name => wanted.includes(name));
    const steps: readonly (readonly [Step, readonly string[]])[] = [
      [remove, only(removed)],
      [replace, only(changed)],
      [activate, only(added)],
    ];
    const ended: Exit[] = unknown.length > 0 ? [exits.failed] : [];
    for (const [step, groups] of steps) for (const group of groups) ended.push(await step(session, group));
    return lastFailure(ended);
  },
};

/** The words that name no group, neither one that runs nor one that was added to the file; an exit if we cannot tell. */
async function unknownGroups(
  session: Session,
  wanted: readonly string[],
  added: readonly string[],
): Promise<readonly string[] | Exit> {
  if (wanted.length === 0) return [];
  const answer = await session.call('supervisor.getAllProcessInfo');
  if (!answer.ok) return session.report(answer.problem);
  const known = new Set([...answer.value.map(info => info.group), ...added]);
  return wanted.filter(name => !known.has(name));
}

type Step = (session: Session, group: string) => Promise<Exit>;

const remove: Step = async (session, group) => {
  const stopped = await stopGroup(session, group);
  if (stopped) return stopped;
  const answer = await session.call('supervisor.removeProcessGroup', group);
  return sayDone(session, answer, `${group}: removed process group`);
};

const replace: Step = async (session, group) => {
  const stopped = await stopGroup(session, group);
  if (stopped) return stopped;
  const removed = await session.call('supervisor.removeProcessGroup', group);
  if (!removed.ok) return session.report(removed.problem);
  const answer = await session.call('supervisor.addProcessGroup', group);
  return sayDone(session, answer, `${group}: updated process group`);
};

const activate: Step = async (session, group) =>
  sayDone(session, await session.call('supervisor.addProcessGroup', group), `${group}: added process group`);

/** Says `stopped` even if nothing ran, as Supervisor does. */
async function stopGroup(session: Session, group: string): Promise<Exit> {
  return sayDone(session, await session.call('supervisor.stopProcessGroup', group), `${group}: stopped`);
}

function sayDone(session: Session, answer: Answer<unknown>, line: string): Exit {
  if (!answer.ok) return session.report(answer.problem);
  session.say(line);
  return exits.success;
}

type FaultWords = { readonly [name in FaultName]?: (group: string) => readonly [line: string, exit: Exit] };

const addFaults: FaultWords = {
  SHUTDOWN_STATE: () => ['ERROR: shutting down', exits.failed],
  ALREADY_ADDED: () => ['ERROR: process group already active', exits.success],
  BAD_NAME: group => [`ERROR: no such process/group: ${group}`, exits.failed],
};

const removeFaults: FaultWords = {
  STILL_RUNNING: group => [`ERROR: process/group still running: ${group}`, exits.failed],
  BAD_NAME: group => [`ERROR: no such process/group: ${group}`, exits.failed],
};

/** Calls a method for each group and prints a line for each; trouble with the server itself ends the row. */
async function forEach(
  session: Session,
  groups: readonly string[],
  method: 'supervisor.addProcessGroup' | 'supervisor.removeProcessGroup',
  done: string,
  faultWords: FaultWords,
): Promise<Exit> {
  const ended: Exit[] = [];
  for (const group of groups) {
    const answer = await session.call(method, group);
    if (answer.ok) {
      session.say(`${group}: ${done}`);
      continue;
    }
    const { problem } = answer;
    const name = (Object.keys(faultWords) as FaultName[]).find(each => isFault(problem, each));
    const words = name && faultWords[name]?.(group);
    if (!words) {
      session.report(problem);
      return exits.failed;
    }
    session.say(words[0]);
    ended.push(words[1]);
  }
  return lastFailure(ended);
}

export const add: Verb = {
  help: ['add <name> [...]\tActivates any updates in config for process/group'],
  completion: 'groups',
  run: (session, args) =>
    forEach(session, args, 'supervisor.addProcessGroup', 'added process group', addFaults),
};

export const removal: Verb = {
  help: ['remove <name> [...]\tRemoves process/group from active config'],
  completion: 'groups',
  run: (session, args) =>
    forEach(session, args, 'supervisor.removeProcessGroup', 'removed process group', removeFaults),
};

export const avail: Verb = {
  help: ['avail\t\t\tDisplay all configured processes'],
  completion: 'nothing',
  async run(session, args) {
    if (args.length > 0) {
      misuse(session, 'Error: avail accepts no arguments', avail);
      return exits.failed;
    }
    const answer = await session.call('supervisor.getAllConfigInfo');
    if (!answer.ok) {
      session.report(answer.problem);
      return exits.failed;
    }
    for (const info of answer.value) session.say(availLine(info));
    return exits.success;
  },
};
