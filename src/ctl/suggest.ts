import { namespec } from './names.ts';
import type { Session } from './session.ts';
import type { Completion } from './verb.ts';
import { findVerb, verbNames } from './verbs/table.ts';

const signals = ['HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2', 'TERM', 'STOP', 'CONT', 'WINCH'];

/** Promises what may follow a half-typed line, and the word that it would replace. */
export async function suggest(session: Session, line: string): Promise<[words: string[], word: string]> {
  const words = line.trimStart().split(/\s+/);
  const word = words.at(-1) ?? '';
  const verb = words.length > 1 ? findVerb(words[0] ?? '') : undefined;
  const offered = words.length > 1 ? await offer(session, verb?.completion, words.length) : verbNames();
  return [offered.filter(each => each.startsWith(word)).map(each => `${each} `), word];
}

async function offer(
  session: Session,
  completion: Completion | undefined,
  count: number,
): Promise<readonly string[]> {
  if (completion === 'verbs') return count === 2 ? verbNames() : [];
  if (completion === 'signals' && count === 2) return signals;
  if (completion === undefined || completion === 'nothing') return [];
  const answer = await session.offer('supervisor.getAllProcessInfo');
  if (!answer.ok) return [];
  const processes = answer.value.map(namespec);
  if (completion === 'processes') return processes;
  const groups = [...new Set(answer.value.map(info => info.group))];
  if (completion === 'groups') return groups;
  const several = groups.filter(group => !processes.includes(group)).map(group => `${group}:*`);
  return [...processes, ...several].toSorted();
}
