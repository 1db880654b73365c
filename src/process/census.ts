import { readdirSync, readFileSync } from 'node:fs';
import type { Pid } from '../../machines/spec.ts';

/** A process as /proc shows it. */
export interface Citizen {
  readonly pid: Pid;
  readonly parent: Pid;
  readonly group: number;
  readonly session: number;
  /** When it was started, in ticks since the machine was: with the pid, this is its identity. */
  readonly since: number;
}

/** Every living process in this PID namespace, oldest first. Those that have ended but were not waited for are none. */
export const census = (): readonly Citizen[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .map(citizen)
    .filter(found => found !== undefined)
    .toSorted((a, b) => a.since - b.since || a.pid - b.pid);

/** One process; undefined where none of that pid lives. */
export function citizen(pid: Pid): Citizen | undefined {
  const stat = textOf(pid, 'stat');
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything; the fields come after the last of them.
  const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  const STARTTIME = 15;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    since: Number(rest[STARTTIME]),
  };
}

/** The environment that a process was executed with; empty where it has overwritten it, or hides it from this user. */
export const environmentOf = (pid: Pid): ReadonlyMap<string, string> =>
  new Map(
    (textOf(pid, 'environ') ?? '').split('\0').map(entry => {
      const [name = '', ...value] = entry.split('=');
      return [name, value.join('=')] as const;
    }),
  );

function textOf(pid: Pid, file: 'stat' | 'environ'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    // It has ended meanwhile, or belongs to a user who is none of our business.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return undefined;
    throw error;
  }
}
