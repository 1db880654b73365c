import type { Process } from '../../rpc/api/model.ts';
import { type Action, act, type Named, nameOf, Refused } from './api.ts';
import { confirmed } from './confirm.ts';
import { complain, toast } from './toast.ts';

const DONE: Readonly<Record<Action, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  signal: 'signalled',
  clear: 'logs cleared',
};

/** The signals that are offered. */
export const SIGNALS = [
  'HUP',
  'INT',
  'TERM',
  'KILL',
  'USR1',
  'USR2',
  'QUIT',
  'CONT',
  'STOP',
  'WINCH',
] as const;

/** Does something with one process and says what came of it. */
export async function actOn(action: Action, target: Named, signal?: string): Promise<void> {
  const name = nameOf(target);
  try {
    await act(action, target, { signal });
    toast(`${name}: ${signal === undefined ? DONE[action] : `${signal} sent`}`);
  } catch (error) {
    complain(error instanceof Refused ? new Refused(`${name}: ${action}: ${error.message}`) : error);
  }
}

/** Requests under way at once: browsers have six connections for each site, and the page itself needs two. */
const AT_ONCE = 3;

/** Does something with several, a few at once, and says how many of them refused. Whether it is done shows by itself. */
export async function actOnAll(action: Action, targets: readonly Process[], signal?: string): Promise<void> {
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) return actOn(action, only, signal);
  const refusals: string[] = [];
  const queue = [...targets];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        await act(action, next, { signal, wait: false });
      } catch (error) {
        refusals.push(`${nameOf(next)}: ${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const told = targets.length - refusals.length;
  if (told > 0) toast(`${told} of ${targets.length}: ${signal ?? action} sent`);
  if (refusals.length > 0) toast(refusals.slice(0, 3).join('; '), 'bad');
}

/** Does something with a whole group, or with all: stops are asked about first. */
export async function actOnWhole(
  action: 'start' | 'stop' | 'restart',
  group: string,
  count: number,
): Promise<void> {
  const whole = group === '*' ? 'all processes' : `group ${group}`;
  if (action !== 'start') {
    const verb = action === 'stop' ? 'Stop' : 'Restart';
    const detail = `${count} ${count === 1 ? 'process' : 'processes'} will be stopped${action === 'restart' ? ' and started again' : ''}.`;
    if (!(await confirmed(`${verb} ${whole}?`, detail, `${verb} ${whole}`))) return;
  }
  try {
    const results = (await act(action, { group, name: '*' }, { wait: false })) ?? [];
    const failed = results.filter(({ status }) => status !== 'SUCCESS');
    if (failed.length > 0)
      toast(
        failed
          .slice(0, 3)
          .map(({ description }) => description)
          .join('; '),
        'bad',
      );
    else toast(`${whole}: ${action} sent`);
  } catch (error) {
    complain(error);
  }
}
