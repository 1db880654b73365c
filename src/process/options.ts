import type { ProcessSpec, UserSpec } from '../../machines/spec.ts';
import { mayExecute } from './access.ts';
import { accessCode, type CommandTrouble, findCommand, stat, troubleWith } from './command.ts';
import { lookupUser } from './users.ts';

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

/** What keeps a process's command from being executed, as things stand; undefined when nothing does. */
export const commandTrouble = (
  spec: ProcessSpec,
  environment: Surroundings['environment'] = process.env,
): CommandTrouble | undefined => troubleWith(fileOf(spec, environment));

/**
 * Turns a process's spec into what to execute, or into Supervisor's words for why that cannot work. The command is
 * looked for where the daemon stands, before any change of directory or user, as in Supervisor.
 */
export function spawnOptions(spec: ProcessSpec, daemon: Surroundings): PlanOutcome {
  const file = fileOf(spec, daemon.environment);
  const trouble = troubleWith(file);
  if (trouble) return { spawnerr: trouble.text };

  const [name = '', ...args] = spec.argv;
  const env = childEnvironment(spec, daemon);
  const umask = spec.umask;
  const user = spec.user?.uid === daemon.uid ? undefined : spec.user;
  if (!user) return { plan: { file, argv: [name, ...args], env, cwd: spec.directory, umask } };
  if (daemon.uid !== 0) {
    const complaint = `couldn't setuid to ${user.uid}: Can't drop privilege as nonroot user`;
    return { plan: { ...lastWords(complaint), env, cwd: undefined, umask } };
  }
  // By the name that was typed, where setpriv will find the same file by it: programs look at what they are called.
  const command = env.PATH ? spec.argv : [file, ...args];
  const argv = [...becoming(user), ...enteringIfDoubtful(user, spec.directory, file), ...command] as const;
  const setpriv = findCommand(argv[0], daemonPath(daemon.environment));
  return { plan: { file: setpriv, argv, env, cwd: spec.directory, umask } };
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

const fileOf = (
  { argv: [name = ''], environment }: ProcessSpec,
  inherited: Surroundings['environment'],
): string => findCommand(name, environment.PATH?.split(':') ?? daemonPath(inherited));

function childEnvironment(spec: ProcessSpec, daemon: Surroundings): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(daemon.environment)) if (value !== undefined) env[name] = value;
  env.SUPERVISOR_ENABLED = '1';
  if (spec.serverurl !== undefined) env.SUPERVISOR_SERVER_URL = spec.serverurl;
  env.SUPERVISOR_PROCESS_NAME = spec.name;
  env.SUPERVISOR_GROUP_NAME = spec.group;
  if (spec.login_environment) Object.assign(env, loginEnvironment(spec.user, daemon.uid));
  return Object.assign(env, spec.environment);
}

/** What a login sets for this user, or for the daemon's own. A uid that has no name has none of it. */
function loginEnvironment(user: UserSpec | undefined, uid: number): Record<string, string> {
  const who = user ?? lookupUser(String(uid));
  return who ? { HOME: who.home, USER: who.name, LOGNAME: who.name, SHELL: who.shell || '/bin/sh' } : {};
}

const daemonPath = (environment: Surroundings['environment']): readonly string[] =>
  environment.PATH ? environment.PATH.split(':') : ['/bin', '/usr/bin', '/usr/local/bin'];

/** errno's name for what chdir would say, as far as this user can tell. */
function directoryTrouble(directory: string): string | undefined {
  return stat(directory)?.isDirectory() === false ? 'ENOTDIR' : accessCode(directory);
}

/** setpriv changes uid, gid and all supplementary groups, then executes what follows: the pid stays. */
const becoming = (user: UserSpec): readonly [string, ...string[]] => [
  'setpriv',
  `--reuid=${user.uid}`,
  `--regid=${user.gid}`,
  '--init-groups',
  '--',
];

/** Tries as the user, and says in Supervisor's words what failed. Its arguments: directory, file, and the command. */
const ENTER = `
fail() { printf "supervisor: couldn't %s\\nsupervisor: child process was not spawned\\n" "$1" >&2; exit 127; }
[ -z "$1" ] || cd -- "$1" 2>/dev/null || fail "chdir to $1: EACCES"
[ -e "$2" ] || fail "exec $3: ENOENT"
[ -x "$2" ] || fail "exec $3: EACCES"
shift 2
exec "$@"`;

/**
 * The directory is entered by root, before setpriv. What the user may not enter or execute must still fail as in
 * Supervisor, so where that is in doubt a shell tries it as the user; shells meddle with the environment.
 */
function enteringIfDoubtful(user: UserSpec, directory: string | undefined, file: string): readonly string[] {
  const certain = (directory === undefined || mayExecute(user, directory)) && mayExecute(user, file);
  return certain ? [] : ['/bin/sh', '-c', ENTER, 'supervisor', directory ?? '', file];
}
