import type { AnyActorRef, InspectionEvent, Subscription } from 'xstate';
import type { SupervisorRef } from '../../machines/supervisor.ts';
import { actorMessage, droppedMessage, type Making, messageOf } from './message.ts';
import { secretsOf } from './sanitise.ts';
import { createViewer, type Outlet, type Viewer } from './viewer.ts';

/** A live view into the tree of actors. */
export interface Inspector {
  /**
   * Sends the tree and from then on all that happens in it, of these groups alone where any are named. The returned
   * function ends it. The tree is watched only while somebody looks.
   */
  view(outlet: Outlet, groups?: ReadonlySet<string>): () => void;
}

interface Watcher {
  readonly viewer: Viewer;
  readonly wants: (group: string | undefined) => boolean;
}

/** What an inspector is made from. */
export interface Inspected {
  readonly root: SupervisorRef;
  /** The daemon's own environment: none of its values is shown. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hears of a defect of ours, which the tree must not feel. */
  report(error: unknown): void;
}

/** Makes the inspector of a tree. */
export function createInspector({ root, environment, report }: Inspected): Inspector {
  const watchers = new Set<Watcher>();
  let told: InspectionEvent[] = [];
  let subscription: Subscription | undefined;
  const making = (now: number): Making => ({
    rootId: root.sessionId,
    secrets: secretsOf(root.getSnapshot().context.groups, environment),
    now,
  });
  const flush = (): void => {
    const batch = told;
    told = [];
    const made = making(Date.now());
    for (const event of batch) {
      try {
        send(event, made);
      } catch (error) {
        report(error);
      }
    }
  };
  const send = (event: InspectionEvent, made: Making): void => {
    const group = groupOf(event.actorRef as AnyActorRef) ?? addressee(event);
    const wanting = [...watchers].filter(({ wants }) => wants(group));
    const message = wanting.length > 0 ? messageOf(event, made) : undefined;
    if (message === undefined) return;
    const text = JSON.stringify(message);
    for (const { viewer } of wanting) viewer.push(text);
  };
  // In a later turn: a new actor is told of before it has a snapshot, and the tree is not held up.
  const note = (event: InspectionEvent): void => {
    if (told.length === 0) setImmediate(flush);
    told.push(event);
  };
  return {
    view(outlet, groups) {
      const wants = (group: string | undefined) =>
        group === undefined || groups === undefined || groups.has(group);
      const source = {
        *tree() {
          for (const ref of family(root)) {
            if (wants(groupOf(ref))) yield JSON.stringify(actorMessage(ref, making(Date.now())));
          }
        },
        dropped: (count: number) => JSON.stringify(droppedMessage(count, making(Date.now()))),
      };
      const watcher = { wants, viewer: createViewer(outlet, source) };
      watchers.add(watcher);
      subscription ??= root.system.inspect({ next: note });
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        subscription?.unsubscribe();
        subscription = undefined;
      };
    },
  };
}

/** An actor and all below it, parents first. */
function* family(ref: AnyActorRef): Generator<AnyActorRef> {
  yield ref;
  const { children = {} } = ref.getSnapshot() ?? {};
  for (const child of Object.values<AnyActorRef | undefined>(children)) if (child) yield* family(child);
}

const groups = new WeakMap<AnyActorRef, string>();

/** The group of an actor: its own spec's, or that of whom it works for; undefined above the groups. */
function groupOf(ref: AnyActorRef): string | undefined {
  const known = groups.get(ref);
  if (known !== undefined) return known;
  const own: unknown = ref.getSnapshot()?.context?.spec?.group;
  const found = typeof own === 'string' ? own : ref._parent && groupOf(ref._parent);
  if (found !== undefined) groups.set(ref, found);
  return found;
}

/** The group that the root is told of, where it is told of one. */
function addressee(told: InspectionEvent): string | undefined {
  if (told.type !== '@xstate.event' && told.type !== '@xstate.snapshot') return undefined;
  const { group, to } = told.event as {
    readonly group?: unknown;
    readonly to?: { readonly group?: unknown };
  };
  return [group, to?.group].find(name => typeof name === 'string');
}
