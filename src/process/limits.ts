import { readFileSync } from 'node:fs';
import { getrlimit, type Limit, type Resource, setrlimit } from './foreign.ts';

/** What minfds and minprocs ask for. */
export interface Minimums {
  readonly minfds: number;
  readonly minprocs: number;
}

/** Limits that are high enough now, or why they cannot be. */
export type LimitsOutcome =
  /** `infos` are lines for the log; `nofile` is the soft limit of open files for the children. */
  { readonly infos: readonly string[]; readonly nofile: number } | { readonly refusal: string };

interface Minimum {
  readonly resource: Resource;
  readonly name: string;
  readonly value: number;
  readonly inherited: Limit;
  /** Supervisor's words. */
  refusal(value: number, hard: number): string;
}

/** Raises the limits of this process as Supervisor does; the refusal is Supervisor's text for a failed start. */
export function raiseLimits({ minfds, minprocs }: Minimums, environment = process.env): LimitsOutcome {
  const openFiles = getrlimit('nofile');
  const minimums: readonly Minimum[] = [
    {
      resource: 'nofile',
      name: 'RLIMIT_NOFILE',
      value: minfds,
      inherited: { ...openFiles, soft: inheritedSoft(openFiles, environment) },
      refusal: (value, hard) =>
        `The minimum number of file descriptors required to run this process is ${value} as per the "minfds" ` +
        'command-line argument or config file setting. The current environment will only allow you to open ' +
        `${hard} file descriptors.  Either raise the number of usable file descriptors in your environment ` +
        '(see README.rst) or lower the minfds setting in the config file to allow the process to start.',
    },
    {
      resource: 'nproc',
      name: 'RLIMIT_NPROC',
      value: minprocs,
      inherited: getrlimit('nproc'),
      refusal: (value, hard) =>
        `The minimum number of available processes required to run this program is ${value} as per the "minprocs" ` +
        'command-line argument or config file setting. The current environment will only allow you to open ' +
        `${hard} processes.  Either raise the number of usable processes in your environment ` +
        '(see README.rst) or lower the minprocs setting in the config file to allow the program to start.',
    },
  ];
  const short = minimums.filter(({ inherited, value }) => inherited.soft < value);
  const refused = short.find(minimum => !raise(minimum));
  if (refused) return { refusal: refused.refusal(refused.value, refused.inherited.hard) };
  return {
    infos: short.map(({ name, value }) => `Increased ${name} limit to ${value}`),
    nofile: Math.max((minimums[0] as Minimum).inherited.soft, minfds),
  };
}

/** Whether the limit is high enough now. Only root may raise a hard limit. */
function raise({ resource, value }: Minimum): boolean {
  const own = getrlimit(resource);
  if (own.soft >= value) return true;
  try {
    setrlimit(resource, { soft: value, hard: Math.max(own.hard, value) });
    return true;
  } catch {
    // EPERM, or more than the kernel gives anybody: the answer is no, and the refusal says what was asked for.
    return false;
  }
}

/** The environment variable by which a launcher tells the soft limit that it had. */
export const SOFT_LIMIT_VARIABLE = 'STATEVISOR_NOFILE';

/**
 * The soft limit of open files that this process was given. Node raises its own to the hard one before any line of
 * ours runs, and programs that loop over all descriptors suffer from a high one: so the children get the old one back.
 * A launcher may tell it; else it is the parent's, where that shares our hard limit; else ours.
 */
function inheritedSoft(own: Limit, environment: Readonly<Record<string, string | undefined>>): number {
  const told = Number(environment[SOFT_LIMIT_VARIABLE]);
  if (told > 0) return Math.min(told, own.hard);
  const parent = limitOf(process.ppid);
  return parent?.hard === own.hard ? parent.soft : own.soft;
}

function limitOf(pid: number): Limit | undefined {
  try {
    const line = /^Max open files +(\d+|unlimited) +(\d+|unlimited)/m.exec(
      readFileSync(`/proc/${pid}/limits`, 'utf8'),
    );
    const [soft, hard] = [line?.[1], line?.[2]].map(word =>
      word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word),
    );
    return { soft: soft as number, hard: hard as number };
  } catch {
    // The parent is outside of our PID namespace, or another user's: then it tells us nothing.
    return undefined;
  }
}
