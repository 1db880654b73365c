import type { Exits } from './exits.ts';
import { getrlimit, hasPosixSpawn, posixSpawn, setrlimit } from './foreign.ts';
import { bequeathing, type Launch, type LaunchSettings } from './launch.ts';
import { errorName } from './libc.ts';

/** Whether libc can start a child in a directory and a process group of its own in one call. */
export const canSpawn = hasPosixSpawn;

/** Launches by posix_spawn: the child shares memory with the daemon until it executes, so nothing is copied. */
export function createPosixLaunch(settings: LaunchSettings, exits: Exits): Launch {
  return (plan, stdio, reports) => {
    const { pid, errno } = bequeathing(plan.umask, () =>
      withOpenFiles(settings.nofile, () => posixSpawn(plan, stdio)),
    );
    if (errno !== 0) return reports.failed(errorName(errno));
    exits.expect(pid, reports.exited);
    reports.started(pid);
  };
}

/** Runs a spawn under the soft limit that the child is to inherit; posix_spawn itself opens nothing meanwhile. */
function withOpenFiles<Result>(soft: number | undefined, spawn: () => Result): Result {
  if (soft === undefined) return spawn();
  const own = getrlimit('nofile');
  setrlimit('nofile', { soft: Math.min(soft, own.hard), hard: own.hard });
  try {
    return spawn();
  } finally {
    setrlimit('nofile', own);
  }
}
