import { faults } from '../../rpc/faults.ts';
import { type Exit, exits, lastFailure } from '../exits.ts';
import { isPattern, meant, namespec, target } from '../names.ts';
import { type Answer, isFault, type Problem } from '../problem.ts';
import type { ActionResult } from '../protocol.ts';
import type { Session } from '../session.ts';

/** What is said of one outcome, and the exit status that it leads to. */
type Outcome = readonly [text: string, exit: Exit];

/** Something that is done to processes by name, by group or to all: start, stop, signal, clear. */
export interface Action {
  readonly one: (session: Session, name: string) => Promise<Answer<boolean>>;
  /** Undefined where the interface has no call for a group. */
  readonly group: ((session: Session, group: string) => Promise<Answer<readonly ActionResult[]>>) | undefined;
  readonly all: (session: Session) => Promise<Answer<readonly ActionResult[]>>;
  /** What follows a process's name, by the code of a fault or of a group's result. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /** The exit status when a group does not exist. */
  readonly noGroup: Exit;
}

/** The outcome of an unknown name, the same for all actions. */
export const noSuchProcess: readonly [number, Outcome] = [
  faults.BAD_NAME.code,
  ['ERROR (no such process)', exits.failed],
];

/** Does an action to everything that the words name and prints a line each; `all` among the words stands for all. */
export async function act(session: Session, action: Action, words: readonly string[]): Promise<Exit> {
  if (words.includes('all')) {
    const answer = await action.all(session);
    return answer.ok ? sayResults(session, action, answer.value) : session.report(answer.problem);
  }
  const ended: Exit[] = [];
  for (const word of await expand(session, words)) {
    const { group, process } = target(word);
    const { problem, exit } = await (process === undefined && action.group
      ? actOnGroup(session, action, action.group, group)
      : actOnOne(session, action, word));
    // Trouble with the server itself is said once.
    if (problem) return session.report(problem);
    ended.push(exit);
  }
  return lastFailure(ended);
}

interface Step {
  readonly exit: Exit;
  readonly problem?: Problem;
}

async function actOnOne(session: Session, action: Action, word: string): Promise<Step> {
  const { group, process } = target(word);
  // Where groups have no call of their own, Supervisor shows the missing process of `group:` as None.
  const shown = namespec({ group, name: process ?? 'None' });
  const answer = await action.one(session, word);
  if (answer.ok) return { exit: sayOutcome(session, action, shown, faults.SUCCESS.code, '') };
  const { problem } = answer;
  if (problem.kind !== 'fault' || !action.outcomes.has(problem.code)) return { exit: exits.failed, problem };
  return { exit: sayOutcome(session, action, shown, problem.code, problem.text) };
}

async function actOnGroup(
  session: Session,
  action: Action,
  call: NonNullable<Action['group']>,
  group: string,
): Promise<Step> {
  const answer = await call(session, group);
  if (answer.ok) return { exit: sayResults(session, action, answer.value) };
  const { problem } = answer;
  if (!isFault(problem, 'BAD_NAME')) return { exit: exits.failed, problem };
  session.say(`${group}: ERROR (no such group)`);
  return { exit: action.noGroup };
}

function sayResults(session: Session, action: Action, results: readonly ActionResult[]): Exit {
  return lastFailure(
    results.map(result => sayOutcome(session, action, namespec(result), result.status, result.description)),
  );
}

function sayOutcome(session: Session, action: Action, name: string, code: number, text: string): Exit {
  const outcome = action.outcomes.get(code);
  if (outcome) {
    session.say(`${name}: ${outcome[0]}`);
    return outcome[1];
  }
  session.say(code === faults.FAILED.code ? text : `error: ${name}: ${text}`);
  return exits.failed;
}

/** Replaces each pattern by the names that fit; one that fits none stays, and is an unknown name. */
async function expand(session: Session, words: readonly string[]): Promise<readonly string[]> {
  if (!words.some(isPattern)) return words;
  const answer = await session.call('supervisor.getAllProcessInfo');
  if (!answer.ok) return words;
  return words.flatMap(word => {
    const found = isPattern(word) ? meant(word, answer.value) : [];
    return found.length > 0 ? found.map(namespec) : [word];
  });
}
