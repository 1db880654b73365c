import type { Exits } from './exits.ts';
import { errorName, hasPosixSpawn, posixSpawn } from './foreign.ts';
import { bequeathing, type Launch, type LaunchSettings } from './launch.ts';

/** Whether libc can start a child in a directory and a process group of its own in one call. */
export const canSpawn = hasPosixSpawn;

/** Launches by posix_spawn: the child shares memory with the daemon until it executes, so nothing is copied. */
export function createPosixLaunch(settings: LaunchSettings, exits: Exits): Launch {
  return (plan, stdio, reports) => {
    const { pid, errno } = bequeathing(plan, settings, () => posixSpawn(plan, stdio));
    if (errno !== 0) return reports.failed(errorName(errno));
    exits.expect(pid, exit => reports.exited(exit));
    reports.started(pid);
  };
}
