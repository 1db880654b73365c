import type { Instant } from '../../../machines/events.ts';
import type { ProcessInfo } from '../../../machines/info.ts';
import type { GroupSpec, ProcessSpec } from '../../../machines/spec.ts';
import type { Backend } from '../backend.ts';
import { describe } from '../description.ts';
import { faultName, faults } from '../faults.ts';
import type { Result } from '../rounds.ts';
import type { ActionResult, Process, ProcessConfig } from './model.ts';

/** What the API says of a process at a moment. */
export function processOf(
  info: ProcessInfo,
  logs: Pick<Backend['logs'], 'process' | 'dropped'>,
  now: Instant,
): Process {
  const { stdout, stderr } = logs.process(info.group, info.name);
  const dropped = logs.dropped(info.group, info.name);
  const { start, stop } = info;
  const isRunning = info.state === 'RUNNING' && start !== undefined;
  return {
    group: info.group,
    name: info.name,
    program: info.program,
    state: info.state,
    statecode: info.statecode,
    description: describe(info, now),
    pid: info.pid,
    start: start?.wall ?? null,
    stop: stop?.wall ?? null,
    uptime: isRunning ? Math.max(0, (now.monotonic - start.monotonic) / 1000) : null,
    exitstatus: info.exitstatus,
    spawnerr: info.spawnerr,
    retries: info.retries,
    wanted: info.wanted,
    stdout_logfile: stdout ?? null,
    stderr_logfile: stderr ?? null,
    stdout_dropped: dropped.stdout,
    stderr_dropped: dropped.stderr,
  };
}

/** What the API says of a process's configuration. */
export const configOf = (spec: ProcessSpec, group: GroupSpec, inuse: boolean): ProcessConfig => ({
  group: group.name,
  name: spec.name,
  program: spec.program,
  inuse,
  command: spec.command,
  directory: spec.directory ?? null,
  user: spec.user?.name ?? null,
  priority: spec.priority,
  group_priority: group.priority,
  autostart: spec.autostart,
  autorestart: spec.autorestart,
  startsecs: spec.startsecs,
  startretries: spec.startretries,
  exitcodes: spec.exitcodes,
  stopsignal: spec.stopsignal,
  stopwaitsecs: spec.stopwaitsecs,
  stopasgroup: spec.stopasgroup,
  killasgroup: spec.killasgroup,
  redirect_stderr: spec.redirect_stderr,
  environment: Object.keys(spec.environment).toSorted(),
});

/** What the API says of an action's result. */
export const resultOf = ({ group, name, status, description }: Result): ActionResult => ({
  group,
  name,
  status: faultName(status) ?? 'FAILED',
  code: status,
  description,
});

/** The result of an action that succeeded on one process. */
export const success = ({
  group,
  name,
}: {
  readonly group: string;
  readonly name: string;
}): ActionResult => ({
  group,
  name,
  status: 'SUCCESS',
  code: faults.SUCCESS.code,
  description: 'OK',
});
