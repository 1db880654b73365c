import type { Instant } from '../../machines/events.ts';
import type { Pid, SignalName } from '../../machines/spec.ts';
import { keepDescriptors } from './descriptors.ts';
import type { Exits } from './exits.ts';
import type { SpawnPlan } from './options.ts';
import { canSpawn, createPosixLaunch } from './posix.ts';

/** How a process ended. exitstatus is -1 for a death by signal. */
export interface Exit {
  readonly exitstatus: number;
  readonly signal: SignalName | undefined;
  /** Whether the kernel wrote what it was to a file. */
  readonly core?: boolean;
  readonly at: Instant;
}

/** The descriptors that become the child's 0, 1 and 2. */
export interface Stdio {
  readonly stdin: number;
  readonly stdout: number;
  readonly stderr: number;
}

/** Told by a launch: `started` and then `exited`, or only `failed` with errno's name. Each at most once. */
export interface LaunchReports {
  started(pid: Pid): void;
  failed(code: string): void;
  exited(exit: Exit): void;
}

/**
 * Executes a plan as the leader of a process group, with default signals, and no descriptor but its stdio. The
 * descriptors stay the caller's, who may close them once `started` or `failed` was told. What it throws after
 * `started` is no more than trouble: the process runs, and its exit will be told.
 */
export type Launch = (plan: SpawnPlan, stdio: Stdio, reports: LaunchReports) => void;

/** What every launch needs to know of the daemon. */
export interface LaunchSettings {
  now(): Instant;
  /** The soft limit of open files for the children; undefined leaves them the daemon's. */
  readonly nofile: number | undefined;
}

/**
 * The best launch that this machine has: posix_spawn costs a twentieth of the CPU, keeps the child in the daemon's
 * session as Supervisor does, and tells a failed chdir by errno; execa serves where libc is too old for it.
 */
export async function chooseLaunch(settings: LaunchSettings, exits: Exits): Promise<Launch> {
  keepDescriptors();
  if (canSpawn()) return createPosixLaunch(settings, exits);
  // Loaded only here: execa takes longer to load than the daemon has to start.
  const { createExecaLaunch } = await import('./execa.ts');
  return createExecaLaunch(settings);
}

/** Runs a synchronous spawn while this process has the umask that the child is to inherit. */
export function bequeathing<Result>(umask: number | undefined, spawn: () => Result): Result {
  if (umask === undefined) return spawn();
  const own = process.umask(umask);
  try {
    return spawn();
  } finally {
    process.umask(own);
  }
}
