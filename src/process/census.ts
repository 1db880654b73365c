import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
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
  pids()
    .map(citizen)
    .filter(found => found !== undefined)
    .toSorted((a, b) => a.since - b.since || a.pid - b.pid);

/** One process; undefined where none of that pid lives. */
export function citizen(pid: Pid): Citizen | undefined {
  const field = statOf(pid);
  if (field === undefined || field(3) === 'Z' || field(3) === 'X') return undefined;
  return {
    pid,
    parent: Number(field(4)),
    group: Number(field(5)),
    session: Number(field(6)),
    since: Number(field(22)),
  };
}

/** The fields of /proc/PID/stat by their numbers in proc(5), from 3 on; undefined where there is no such process. */
export function statOf(pid: Pid): ((number: number) => string | undefined) | undefined {
  const stat = textOf(pid, 'stat');
  return stat === undefined ? undefined : fieldsOf(stat);
}

/** The fields of a line of /proc/PID/stat. The name in parentheses may hold anything, the fields come after the last. */
export function fieldsOf(stat: string): (number: number) => string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return number => fields[number - 3];
}

/** Every pid of this PID namespace. */
export const pids = (): readonly Pid[] => readdirSync('/proc').map(Number).filter(Number.isInteger);

/** The environment that a process was executed with; empty where it has overwritten it, or hides it from this user. */
export const environmentOf = (pid: Pid): ReadonlyMap<string, string> =>
  new Map(
    (textOf(pid, 'environ') ?? '').split('\0').map(entry => {
      const [name = '', ...value] = entry.split('=');
      return [name, value.join('=')] as const;
    }),
  );

/** What a process has open as its 1 and 2; nothing where it has closed them, or hides them from this user. */
export const outputsOf = (pid: Pid): readonly Stats[] =>
  [1, 2].map(fd => ofOthers(() => statSync(`/proc/${pid}/fd/${fd}`))).filter(stats => stats !== undefined);

const textOf = (pid: Pid, file: 'stat' | 'environ'): string | undefined =>
  ofOthers(() => readFileSync(`/proc/${pid}/${file}`, 'latin1'));

/** What is read of a process; undefined where it has ended meanwhile, or belongs to a user who is none of our business. */
function ofOthers<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return undefined;
    throw error;
  }
}
