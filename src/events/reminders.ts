import type { Subject, SupervisorNotice } from '../../machines/events.ts';
import type { Milliseconds } from '../../machines/spec.ts';
import type { Line } from './narration.ts';

/** How often it is told that a process has not stopped yet. */
const REPORT: Milliseconds = 2000;

/** Tells of each process that is asked to stop that it is waited for, at once and again for as long as it lives. */
export interface Reminders {
  notice(notice: SupervisorNotice): void;
}

/** Who is waited for, and when that is told next. */
interface Awaited {
  readonly name: string;
  readonly due: Milliseconds;
}

const keyOf = ({ group, name }: Pick<Subject, 'group' | 'name'>) => `${group}:${name}`;

/**
 * One timer serves all, and only while somebody is waited for: one for each process would cost more than its stop. Where
 * everything stops, the root says whom it waits for, and nothing is told here. `clock` is monotonic.
 */
export function createReminders(tell: (line: Line) => void, clock: () => Milliseconds): Reminders {
  /** The one that is due first comes first: all wait for equally long. */
  const awaited = new Map<string, Awaited>();
  let everythingStops = false;
  let timer: NodeJS.Timeout | undefined;

  function remind(key: string, name: string): void {
    awaited.delete(key);
    awaited.set(key, { name, due: clock() + REPORT });
    tell({ level: 'info', text: `waiting for ${name} to stop` });
  }

  function arm(): void {
    const [first] = awaited.values();
    if (first !== undefined) timer ??= setTimeout(look, Math.max(0, first.due - clock())).unref();
  }

  function disarm(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function look(): void {
    timer = undefined;
    const now = clock();
    for (const [key, { name, due }] of [...awaited]) {
      if (due > now) break;
      remind(key, name);
    }
    arm();
  }

  function forget(key: string): void {
    if (awaited.delete(key) && awaited.size === 0) disarm();
  }

  return {
    notice(notice) {
      if (notice.type === 'instance.killing' && notice.why === 'stop' && !everythingStops) {
        remind(keyOf(notice), notice.name);
        arm();
      }
      if (notice.type === 'instance.killing' && notice.why === 'stopwaitsecs') forget(keyOf(notice));
      if (notice.type === 'instance.state' && notice.from === 'STOPPING') forget(keyOf(notice));
      if (notice.type !== 'supervisor.state') return;
      everythingStops = notice.state !== 'RUNNING';
      awaited.clear();
      disarm();
    },
  };
}
