import { fstatSync, type Stats } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Milliseconds, Pid, SignalName } from '../../machines/spec.ts';
import { type Citizen, census, environmentOf, outputsOf } from './census.ts';
import { sendSignal } from './signal.ts';

/** A process that was left behind by one that ended, and was given to this daemon. */
export interface Orphan extends Citizen {
  /** Whether it is surely of this tree; else nothing speaks against it, as it has overwritten its environment. */
  readonly certain: boolean;
}

/** All that descends from one spawn, in whatever process group or session, also when its parents are gone. */
export interface Tree {
  /** What the environment of the first process must hold, by which those are known whose parents are gone. */
  readonly mark: Readonly<Record<string, string>>;
  /** Also those are known by from now on who write to these descriptors, where they are FIFOs: nobody else has them. */
  recogniseBy(outputs: readonly number[]): void;
  /** What was left behind and lives, oldest first. */
  orphans(): readonly Orphan[];
  /** Sends every living member, found from `root` where that lives, a signal; answers how many there were. */
  signal(signal: SignalName, root?: Pid): number;
  /** Remembers who descends from `root` now: what changes its group and loses its parent is still known. */
  remember(root: Pid): void;
  /** Kills until nothing is left; rejects where something cannot be killed. */
  clear(): Promise<void>;
}

const MARK = 'SUPERVISOR_TREE';
/** How often is looked whether all of a killed tree is gone. */
const LOOK: Milliseconds = 10;
/** What has not died of a KILL after this long hangs in the kernel. */
const PATIENCE: Milliseconds = 5000;

let count = 0;

/** What tells a file from all others. */
const fileOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

/** A tree that has nobody yet. `isOwned` says which children of the daemon belong to somebody else. */
export function createTree(isOwned: (pid: Pid) => boolean): Tree {
  const value = `${process.pid}-${Math.trunc(performance.timeOrigin)}-${count++}`;
  let known: ReadonlyMap<Pid, number> = new Map();
  /** The process groups and sessions of those that are known: a process without parents may still be in one. */
  let circles: ReadonlySet<number> = new Set();

  /** The FIFOs that the first process was given to write to. */
  let fifos: ReadonlySet<string> = new Set();

  const isKnown = ({ pid, since, group, session }: Citizen): boolean =>
    known.get(pid) === since || circles.has(group) || circles.has(session);

  /** Whether an orphan is of this tree: yes, no, or perhaps. */
  function kinship(orphan: Citizen): 'yes' | 'no' | 'perhaps' {
    if (isKnown(orphan)) return 'yes';
    const environment = environmentOf(orphan.pid);
    const told = environment.get(MARK);
    if (told !== undefined) return told === value ? 'yes' : 'no';
    // sudo, env -i and others change the environment, but hand on what they write to.
    if (outputsOf(orphan.pid).some(output => fifos.has(fileOf(output)))) return 'yes';
    return environment.has('SUPERVISOR_PROCESS_NAME') ? 'no' : 'perhaps';
  }

  function orphansAmong(all: readonly Citizen[]): readonly Orphan[] {
    return all
      .filter(({ pid, parent }) => parent === process.pid && !isOwned(pid))
      .map(orphan => ({ ...orphan, kinship: kinship(orphan) }))
      .filter(orphan => orphan.kinship !== 'no')
      .map(({ kinship: kin, ...orphan }) => ({ ...orphan, certain: kin === 'yes' }));
  }

  function members(root?: Pid): readonly Citizen[] {
    const all = census();
    const certain = new Set(
      orphansAmong(all)
        .filter(orphan => orphan.certain)
        .map(({ pid }) => pid),
    );
    const seeds = all.filter(citizen => citizen.pid === root || isKnown(citizen) || certain.has(citizen.pid));
    const found = closure(seeds, all).filter(({ pid }) => pid === root || !isOwned(pid));
    known = new Map(found.map(({ pid, since }) => [pid, since]));
    circles = new Set(found.flatMap(({ group, session }) => [group, session]).filter(isForeign(all)));
    return found;
  }

  const signal: Tree['signal'] = (name, root) => {
    const found = members(root);
    for (const { pid } of found) sendSignal(pid, name, false);
    return found.length;
  };

  return {
    mark: { [MARK]: value },
    recogniseBy(outputs) {
      const found = outputs.map(fd => fstatSync(fd)).filter(stats => stats.isFIFO());
      fifos = new Set(found.map(fileOf));
    },
    orphans: () => orphansAmong(census()),
    remember: root => void members(root),
    signal,
    async clear() {
      const end = performance.now() + PATIENCE;
      while (signal('SIGKILL') > 0) {
        if (performance.now() > end) throw new Error('some of its descendants cannot be killed');
        await sleep(LOOK);
      }
    },
  };
}

/** Whether a process group or session is not the daemon's own. */
const isForeign = (all: readonly Citizen[]) => {
  const daemon = all.find(({ pid }) => pid === process.pid);
  return (circle: number): boolean => circle !== daemon?.group && circle !== daemon?.session;
};

/** These, their descendants, and who shares a process group or session with them that is not the daemon's own. */
function closure(seeds: readonly Citizen[], all: readonly Citizen[]): readonly Citizen[] {
  const isMeant = isForeign(all);
  const pids = new Set(seeds.map(({ pid }) => pid));
  const circles = new Set<number>();
  for (let before = -1; before !== pids.size; ) {
    before = pids.size;
    for (const { pid, parent, group, session } of all) {
      if (pid === process.pid) continue;
      if (!(pids.has(pid) || pids.has(parent) || circles.has(group) || circles.has(session))) continue;
      pids.add(pid);
      for (const circle of [group, session]) if (isMeant(circle)) circles.add(circle);
    }
  }
  return all.filter(({ pid }) => pids.has(pid));
}
