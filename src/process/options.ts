import { accessSync, constants, type Stats, statSync } from 'node:fs';
import type { ProcessSpec, UserSpec } from '../../machines/spec.ts';

/** What to execute, fully resolved: whoever launches it searches and checks nothing again. */
export interface SpawnPlan {
  readonly file: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly umask: number | undefined;
}

/** A plan, or Supervisor's words for why there can be none. */
export type PlanOutcome = { readonly plan: SpawnPlan } | { readonly spawnerr: string };

/** The daemon's part in what a child becomes. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
}

/** Supervisor's own words, which scripts read, for a command that cannot be executed. */
const REFUSALS = {
  missing: (file: string) => `can't find command ${quoted(file)}`,
  directory: (file: string) => `command at ${quoted(file)} is a directory`,
  plain: (file: string) => `command at ${quoted(file)} is not executable`,
  forbidden: (file: string) => `no permission to run command ${quoted(file)}`,
} as const;

/** Quotes as Python's repr() does: single quotes, unless only double ones need no escape. */
const quoted = (text: string): string =>
  text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replace(/['\\]/g, '\\$&')}'`;

/**
 * Turns a process's spec into what to execute, or into Supervisor's words for why that cannot work. The command is
 * looked for where the daemon stands, before any change of directory or user, as in Supervisor.
 */
export function spawnOptions(spec: ProcessSpec, daemon: Surroundings): PlanOutcome {
  const [name = '', ...args] = spec.argv;
  const path = spec.environment.PATH?.split(':') ?? daemonPath(daemon.environment);
  const file = findCommand(name, path);
  const refusal = refuse(file);
  if (refusal) return { spawnerr: REFUSALS[refusal](file) };

  const env = childEnvironment(spec, daemon.environment);
  const umask = spec.umask;
  const user = spec.user?.uid === daemon.uid ? undefined : spec.user;
  if (!user) return { plan: { file, argv: [name, ...args], env, cwd: spec.directory, umask } };
  if (daemon.uid !== 0) {
    const complaint = `couldn't setuid to ${user.uid}: Can't drop privilege as nonroot user`;
    return { plan: { ...lastWords(complaint), env, cwd: undefined, umask } };
  }
  const [wrapper, ...rest] = asUser(user, spec.directory, [file, ...args]);
  const found = findCommand(wrapper, daemonPath(daemon.environment));
  return { plan: { file: found, argv: [wrapper, ...rest], env, cwd: undefined, umask } };
}

/**
 * What stands in for a child that failed between fork and exec: a process that says so in the child's stderr log and
 * exits 127. Supervisor's children do that themselves, so its pid and its exit are seen either way.
 */
export function lastWords(complaint: string): Pick<SpawnPlan, 'file' | 'argv'> {
  const script = 'printf "supervisor: %s\\nsupervisor: child process was not spawned\\n" "$1" >&2; exit 127';
  return { file: '/bin/sh', argv: ['sh', '-c', script, 'supervisor', complaint] };
}

/** Supervisor's words for a child that could not be executed, the directory being tried first; `code` is errno's name. */
export function complaintAbout(plan: SpawnPlan, code: string): string {
  const trouble = plan.cwd === undefined ? undefined : directoryTrouble(plan.cwd);
  return trouble === undefined
    ? `couldn't exec ${plan.argv[0]}: ${code}`
    : `couldn't chdir to ${plan.cwd}: ${trouble}`;
}

function childEnvironment(spec: ProcessSpec, inherited: Surroundings['environment']): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) if (value !== undefined) env[name] = value;
  env.SUPERVISOR_ENABLED = '1';
  if (spec.serverurl !== undefined) env.SUPERVISOR_SERVER_URL = spec.serverurl;
  env.SUPERVISOR_PROCESS_NAME = spec.name;
  env.SUPERVISOR_GROUP_NAME = spec.group;
  return Object.assign(env, spec.environment);
}

const daemonPath = (environment: Surroundings['environment']): readonly string[] =>
  environment.PATH ? environment.PATH.split(':') : ['/bin', '/usr/bin', '/usr/local/bin'];

/** The first file of that name in the path, executable or not; the name itself when there is none. */
function findCommand(name: string, path: readonly string[]): string {
  if (name.includes('/')) return name;
  const candidates = path.map(folder => (folder === '' ? name : `${folder.replace(/\/$/, '')}/${name}`));
  return candidates.find(candidate => stat(candidate) !== undefined) ?? name;
}

function refuse(file: string): keyof typeof REFUSALS | undefined {
  const found = stat(file);
  if (!found) return 'missing';
  if (found.isDirectory()) return 'directory';
  if ((found.mode & 0o111) === 0) return 'plain';
  return accessCode(file) === undefined ? undefined : 'forbidden';
}

function stat(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // A folder that may not be entered, or a file in place of a folder: it cannot be found, as in Supervisor.
    return undefined;
  }
}

/** errno's name when this process may not execute (or enter) the file. */
function accessCode(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** errno's name for what chdir would say, as far as this user can tell. */
function directoryTrouble(directory: string): string | undefined {
  return stat(directory)?.isDirectory() === false ? 'ENOTDIR' : accessCode(directory);
}

/**
 * The command line that becomes the command as another user: setpriv changes uid, gid and all supplementary groups,
 * then executes, so the pid stays. The directory is entered by the user, not by root: a shell does it in between.
 */
function asUser(
  user: UserSpec,
  directory: string | undefined,
  command: readonly string[],
): readonly [string, ...string[]] {
  const setpriv = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--'] as const;
  if (directory === undefined) return [...setpriv, ...command];
  const enter =
    'cd -- "$1" 2>/dev/null && shift 2 && exec "$@"; ' +
    'printf "supervisor: couldn\'t chdir to %s: %s\\nsupervisor: child process was not spawned\\n" "$1" "$2" >&2; exit 127';
  const code = directoryTrouble(directory) ?? 'EACCES';
  return [...setpriv, '/bin/sh', '-c', enter, 'supervisor', directory, code, ...command];
}
