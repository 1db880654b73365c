import type { AnyActorRef, InspectionEvent, Snapshot, Subscription } from 'xstate';
import type { SupervisorRef } from '../../machines/supervisor.ts';
import { family } from './family.ts';
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

/** So long, in milliseconds, messages are made in one turn of the loop: the programs come first. */
const SLICE = 5;
/** So much of what happened waits to be told; beyond that the oldest is not. */
const MOST_TOLD = 20_000;

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
  let isNews = createNews();
  const making = (now: number): Making => ({
    rootId: root.sessionId,
    secrets: secretsOf(root.getSnapshot().context.groups, environment),
    now,
  });
  const flush = (): void => {
    const made = making(Date.now());
    const end = performance.now() + SLICE;
    let done = 0;
    while (done < told.length && performance.now() < end) {
      try {
        send(told[done] as InspectionEvent, made);
      } catch (error) {
        report(error);
      }
      done += 1;
    }
    told = told.slice(done);
    if (told.length > 0) setImmediate(flush);
  };
  const send = (event: InspectionEvent, made: Making): void => {
    if (!isNews(event)) return;
    const group = groupOf(event.actorRef as AnyActorRef) ?? addressee(event);
    const wanting = [...watchers].filter(({ wants }) => wants(group));
    const message = wanting.length > 0 ? messageOf(event, made) : undefined;
    if (message === undefined) return;
    const text = JSON.stringify(message);
    for (const { viewer } of wanting) viewer.push(text);
  };
  const present = (ref: AnyActorRef): string | undefined => {
    try {
      return JSON.stringify(actorMessage(ref, making(Date.now())));
    } catch (error) {
      report(error);
      return undefined;
    }
  };
  // In a later turn: a new actor is told of before it has a snapshot, and the tree is not held up.
  const note = (event: InspectionEvent): void => {
    if (told.length === 0) setImmediate(flush);
    told.push(event);
    if (told.length <= MOST_TOLD) return;
    const missed = MOST_TOLD / 2;
    told = told.slice(missed);
    for (const { viewer } of watchers) viewer.miss(missed);
  };
  return {
    view(outlet, groups) {
      const wants = (group: string | undefined) =>
        group === undefined || groups === undefined || groups.has(group);
      const source = {
        *tree() {
          for (const ref of family(root)) {
            const text = wants(groupOf(ref)) ? present(ref) : undefined;
            if (text !== undefined) yield text;
          }
        },
        dropped: (count: number) => JSON.stringify(droppedMessage(count, making(Date.now()))),
      };
      const watcher = { wants, viewer: createViewer(outlet, source) };
      watchers.add(watcher);
      if (subscription === undefined) {
        isNews = createNews();
        subscription = root.system.inspect({ next: note });
      }
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        subscription?.unsubscribe();
        subscription = undefined;
      };
    },
  };
}

/** Says whether an actor has come to another state or context: most of what passes through a parent changes nothing. */
function createNews(): (event: InspectionEvent) => boolean {
  const states = new WeakMap<object, string>();
  const contexts = new WeakMap<object, unknown>();
  return event => {
    if (event.type !== '@xstate.snapshot') return true;
    const { value, context, status } = event.snapshot as Snapshot<unknown> & Record<string, unknown>;
    const state = JSON.stringify([status, value]);
    if (states.get(event.actorRef) === state && contexts.get(event.actorRef) === context) return false;
    states.set(event.actorRef, state);
    contexts.set(event.actorRef, context);
    return true;
  };
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
