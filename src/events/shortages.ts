import type { Shortage, Subject, SupervisorNotice } from '../../machines/events.ts';
import type { Milliseconds } from '../../machines/spec.ts';
import type { Line } from './narration.ts';

/** How often a shortage is looked at for as long as it lasts. */
const LOOK: Milliseconds = 1000;
/** It is over when nobody waits, and no spawn has failed for so long. */
const QUIET: Milliseconds = 3000;
/** How long after one summary the next is due: first so long, then twice as long each time, up to the longest. */
const FIRST_PAUSE: Milliseconds = 10_000;
const LONGEST_PAUSE: Milliseconds = 600_000;
/** So many names are told. */
const NAMED = 3;

const WHAT: Readonly<Record<Shortage, string>> = {
  processes: 'the limit of processes is reached',
  descriptors: 'no descriptors are left',
  memory: 'there is no memory',
};

/** One shortage from its first failed spawn until spawns work again. */
interface Storm {
  readonly since: Milliseconds;
  readonly timer: NodeJS.Timeout;
  /** The processes that could not be spawned, by group and name. */
  readonly waiting: Set<string>;
  failed: number;
  /** Whose spawns have failed since the last summary, and whether any of their lines was left out. */
  readonly names: Set<string>;
  silenced: boolean;
  lastFailure: Milliseconds;
  due: Milliseconds;
  pause: Milliseconds;
  /** Whether any that waited was spawned: the others were given up. */
  healed: boolean;
}

/** Tells of a machine's shortage once, and not at each spawn that fails of it. */
export interface Shortages {
  /** Whether the notice's own line is left out: it is counted, and told of later. */
  silences(notice: SupervisorNotice): boolean;
}

type Who = Pick<Subject, 'group' | 'name'>;

const key = ({ group, name }: Who) => `${group}:${name}`;

const seconds = (time: Milliseconds): string => `${Math.max(1, Math.round(time / 1000))} s`;

/** The first few names, and how many more there are. */
const few = (names: readonly string[]): string => {
  const more = names.length - NAMED;
  return more <= 1 ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${more} more`;
};

/**
 * The first spawn that fails of a shortage is told in Supervisor's words, by its own line. The others are counted: soon,
 * and ever more rarely, a line says who waits; a last one, that spawns work again. `clock` is monotonic.
 */
export function createShortages(tell: (line: Line) => void, clock: () => Milliseconds): Shortages {
  const storms = new Map<Shortage, Storm>();

  function begin(shortage: Shortage): Storm {
    const since = clock();
    const storm: Storm = {
      since,
      timer: setInterval(look, LOOK, shortage).unref(),
      waiting: new Set(),
      failed: 0,
      names: new Set(),
      silenced: false,
      lastFailure: since,
      due: since + LOOK,
      pause: FIRST_PAUSE,
      healed: false,
    };
    storms.set(shortage, storm);
    return storm;
  }

  function look(shortage: Shortage): void {
    const storm = storms.get(shortage);
    if (storm === undefined) return;
    const now = clock();
    if (storm.silenced && now >= storm.due) summarise(shortage, storm, now);
    if (storm.waiting.size === 0 && now - storm.lastFailure >= QUIET) end(shortage, storm);
  }

  function summarise(shortage: Shortage, storm: Storm, now: Milliseconds): void {
    const { names, failed, since, pause } = storm;
    const tries = `${failed} tries to spawn ${few([...names])} have failed in ${seconds(now - since)}`;
    const text = `${tries}: ${WHAT[shortage]}; they go on`;
    tell({ level: 'warn', text });
    names.clear();
    storm.silenced = false;
    storm.due = now + pause;
    storm.pause = Math.min(2 * pause, LONGEST_PAUSE);
  }

  function end(shortage: Shortage, { timer, healed, failed, since, lastFailure }: Storm): void {
    clearInterval(timer);
    storms.delete(shortage);
    if (!healed) return;
    const text = `processes are spawned again, after ${failed} failed tries in ${seconds(lastFailure - since)}`;
    tell({ level: 'info', text });
  }

  /** Whether the failure is not the first of its shortage. */
  function note(shortage: Shortage, who: Who): boolean {
    const known = storms.get(shortage);
    const storm = known ?? begin(shortage);
    storm.waiting.add(key(who));
    storm.failed += 1;
    storm.lastFailure = clock();
    storm.names.add(who.name);
    storm.silenced ||= known !== undefined;
    return known !== undefined;
  }

  function settle(who: Who, spawned: boolean): void {
    for (const storm of storms.values()) {
      const waited = storm.waiting.delete(key(who));
      if (waited && spawned) storm.healed = true;
    }
  }

  return {
    silences(notice) {
      if (notice.type === 'instance.spawnerr')
        return notice.shortage !== undefined && note(notice.shortage, notice);
      if (notice.type === 'instance.spawned') settle(notice, true);
      if (notice.type === 'instance.state' && (notice.to === 'STOPPED' || notice.to === 'FATAL'))
        settle(notice, false);
      return false;
    },
  };
}
