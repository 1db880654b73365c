import { randomBytes } from 'node:crypto';
import type { AnyActorRef, SnapshotFrom } from 'xstate';
import type { Pid } from '../../machines/spec.ts';
import type { StateName } from '../../machines/states.ts';
import type { SupervisorRef, SupervisorSnapshot } from '../../machines/supervisor.ts';
import { family } from '../inspect/family.ts';
import { pathOf } from './timer.ts';

/** An actor of the tree as it is at the moment. */
export interface Actor {
  /** Its own for as long as the daemon runs. */
  readonly id: string;
  /** '' for the root. */
  readonly parent: string;
  /** The id of its machine; `port` for what is none: the way to a process, to a listener's pipes, or to who hears notices. */
  readonly kind: 'supervisor' | 'program' | 'instance' | 'pool' | 'listener' | 'port';
  readonly name: string;
  /** Where it is in its chart; '' where that has no states. */
  readonly path: string;
  /** What else there is to say of it. */
  readonly note: string;
  /** Of an instance: Supervisor's word for its state, and who it is. */
  readonly process?: {
    readonly group: string;
    readonly name: string;
    readonly state: StateName;
    readonly pid: Pid;
  };
}

/** What has become of the tree. */
export interface ActorNews {
  /** Ask for what comes after it. */
  readonly revision: string;
  /** Whether this is the whole tree, parents first, and what was known is to be forgotten. */
  readonly isWhole: boolean;
  readonly actors: readonly Actor[];
  readonly gone: readonly string[];
}

/** The tree of actors, looked at only when somebody asks. */
export interface Actors {
  /** What has changed since a revision; everything where it is not known (any more). */
  since(revision: string | null): ActorNews;
}

/** So many ends of actors are remembered for those who ask seldom. */
const REMEMBERED = 2000;

interface Known {
  readonly actor: Actor;
  readonly text: string;
  readonly snapshot: unknown;
  readonly revision: number;
}

/** Makes the view of a tree. */
export function createActors(root: SupervisorRef): Actors {
  // A revision of another daemon must not be taken for one of ours.
  const epoch = randomBytes(6).toString('base64url');
  const known = new Map<string, Known>();
  let gone: readonly { readonly id: string; readonly revision: number }[] = [];
  let [revision, oldest] = [0, 0];

  const look = (): void => {
    const next = revision + 1;
    const seen = new Set<string>();
    for (const ref of family(root)) {
      seen.add(ref.sessionId);
      const before = known.get(ref.sessionId);
      const snapshot: unknown = ref.getSnapshot();
      if (before !== undefined && before.snapshot === snapshot) continue;
      const actor = actorOf(ref);
      const text = JSON.stringify(actor);
      const isSame = before?.text === text;
      known.set(actor.id, { actor, text, snapshot, revision: isSame ? before.revision : next });
      if (!isSame) revision = next;
    }
    const ended = [...known.keys()].filter(id => !seen.has(id));
    if (ended.length === 0) return;
    revision = next;
    for (const id of ended) known.delete(id);
    gone = [...gone, ...ended.map(id => ({ id, revision }))];
    oldest = gone.at(-REMEMBERED - 1)?.revision ?? oldest;
    gone = gone.slice(-REMEMBERED);
  };

  return {
    since(asked) {
      look();
      const [theirs, number] = (asked ?? '').split('.');
      const after = Number(number);
      const isWhole = theirs !== epoch || !(after >= oldest && after <= revision);
      const all = [...known.values()];
      return {
        revision: `${epoch}.${revision}`,
        isWhole,
        actors: all.filter(each => isWhole || each.revision > after).map(({ actor }) => actor),
        gone: isWhole ? [] : gone.filter(each => each.revision > after).map(({ id }) => id),
      };
    },
  };
}

const KINDS: ReadonlySet<string> = new Set<Actor['kind']>([
  'supervisor',
  'program',
  'instance',
  'pool',
  'listener',
]);

const isKind = (id: unknown): id is Actor['kind'] => typeof id === 'string' && KINDS.has(id);

function actorOf(ref: AnyActorRef): Actor {
  const snapshot = ref.getSnapshot();
  const machine: unknown = snapshot?.machine?.id;
  const kind = isKind(machine) ? machine : 'port';
  const path = kind === 'port' ? '' : pathOf(snapshot.value);
  const base = { id: ref.sessionId, parent: ref._parent?.sessionId ?? '', kind, name: ref.id, path };
  return { ...base, ...(DETAILS[kind] as (snapshot: unknown) => Details)(snapshot) };
}

type ChildOf<Children> = Children extends Readonly<Record<string, infer Ref>> ? Ref : never;

/** The snapshots from the root downwards. */
interface Snapshots {
  readonly supervisor: SupervisorSnapshot;
  readonly program: SnapshotFrom<ChildOf<SupervisorSnapshot['context']['programs']>>;
  readonly instance: SnapshotFrom<ChildOf<Snapshots['program']['context']['instances']>>;
  readonly pool: SnapshotFrom<NonNullable<Snapshots['program']['context']['pool']>>;
  readonly listener: SnapshotFrom<ChildOf<Snapshots['pool']['context']['listeners']>>;
  readonly port: unknown;
}

type Details = Partial<Pick<Actor, 'name' | 'process'>> & Pick<Actor, 'note'>;

/** What is to be said of an actor besides its chart, by its snapshot. */
const DETAILS: { readonly [Kind in Actor['kind']]: (snapshot: Snapshots[Kind]) => Details } = {
  supervisor: () => ({ name: 'supervisor', note: '' }),
  program: ({ context: { spec, live, instances } }) => ({
    name: spec.group === spec.name ? spec.name : `${spec.group}:${spec.name}`,
    note: `${live} of ${Object.keys(instances).length} up`,
  }),
  instance: ({ context: { spec, state, pid } }) => ({
    process: { group: spec.group, name: spec.name, state, pid },
    note: pid === 0 ? '' : `pid ${pid}`,
  }),
  pool: ({ context: { spec, buffer, free, listeners } }) => ({
    name: spec.name,
    note: `${buffer.size} of ${spec.listener?.buffer_size ?? 1} events wait, ${free.size} of ${Object.keys(listeners).length} listeners free`,
  }),
  listener: ({ context: { event } }) => ({
    note: event === undefined ? '' : `${event.eventname}, serial ${event.serial}`,
  }),
  port: () => ({ note: '' }),
};
