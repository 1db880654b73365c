import type { SupervisorNotice } from '../../../machines/events.ts';
import type { Happening } from './model.ts';

type NoticeOf<Type> = Extract<SupervisorNotice, { type: Type }>;
type Told = { readonly [Type in SupervisorNotice['type']]?: (notice: NoticeOf<Type>) => Happening };

const subject = <Notice extends { group: string; program: string; name: string }>({
  group,
  program,
  name,
}: Notice) => ({ group, program, name });

/** What a client is told of each notice. Specs stay here: they hold the values of environments. */
const told: Told = {
  'instance.state': notice => ({
    type: 'process.state',
    ...subject(notice),
    from: notice.from,
    to: notice.to,
    pid: notice.pid,
    tries: notice.tries,
    expected: notice.expected,
    exitstatus: notice.exitstatus,
    spawnerr: notice.spawnerr,
  }),
  'instance.spawned': notice => ({ type: 'process.spawned', ...subject(notice), pid: notice.pid }),
  'instance.spawnerr': notice => ({
    type: 'process.spawnerr',
    ...subject(notice),
    spawnerr: notice.spawnerr,
  }),
  'instance.exited': notice => ({
    type: 'process.exited',
    ...subject(notice),
    pid: notice.pid,
    exitstatus: notice.exitstatus,
    signal: notice.signal ?? null,
    expected: notice.expected,
    during: notice.during,
  }),
  'instance.killing': notice => ({
    type: 'process.signalled',
    ...subject(notice),
    pid: notice.pid,
    signal: notice.signal,
    asgroup: notice.asgroup,
    why: notice.why,
  }),
  'group.added': ({ group }) => ({ type: 'group.added', group: group.name }),
  'group.removed': ({ group }) => ({ type: 'group.removed', group }),
  'supervisor.state': ({ state }) => ({ type: 'daemon.state', state }),
  'supervisor.waiting': ({ names }) => ({ type: 'daemon.waiting', names }),
};

/** What a client is told of a notice; undefined where it is the daemon's own affair. */
export const happeningOf = (notice: SupervisorNotice): Happening | undefined =>
  // The table is keyed by the type, which the compiler cannot follow through a variable.
  (told[notice.type] as ((notice: SupervisorNotice) => Happening) | undefined)?.(notice);
