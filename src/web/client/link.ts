import { useEffect, useReducer } from 'preact/hooks';
import type { Release } from '../routes.ts';
import { ask } from './api.ts';

/** How the page stands with the daemon. */
export interface Link {
  /** `refused`: it is there, and no longer accepts this sign-in. */
  readonly state: 'opening' | 'on' | 'lost' | 'refused';
  /** When it was lost, by the browser's clock in milliseconds since 1970. */
  readonly since: number;
  /** How often it was made: what was read before another one may be outdated. */
  readonly times: number;
  /** Whether the daemon that answers now has other pages than this one: another version took its place. */
  readonly outdated: boolean;
}

/** So long after a failure it is tried again, in milliseconds. */
const AGAIN = 1000;
/** Who has not answered a small question within so many milliseconds does not answer. */
const PATIENCE = 5000;

/** The script that this page was made with. */
const ownScript = () => document.querySelector('script[type=module]')?.getAttribute('src');

let link: Link = { state: 'opening', since: 0, times: 0, outdated: false };
let clockOffset = 0;
let suspect = () => {};
const watchers = new Set<() => void>();

/** Whether nothing can be asked at the moment. */
export const isLost = (): boolean => link.state === 'lost' || link.state === 'refused';

/** Now by the browser's clock; while the daemon is away it stands still, as all that is shown does. */
export const shownNow = (): number => (isLost() ? link.since : Date.now());

/** Now on the daemon's clock, in seconds since 1970. */
export const daemonNow = (): number => shownNow() / 1000 + clockOffset;

/** Notes what the daemon's clock says at this moment. */
export const setClock = (seconds: number): void => {
  clockOffset = seconds - Date.now() / 1000;
};

function change(next: Partial<Link>): void {
  link = { ...link, ...next };
  document.documentElement.dataset.link = link.state;
  for (const watcher of watchers) watcher();
}

function turn(state: Link['state']): void {
  change({
    state,
    since: isLost() ? link.since : Date.now(),
    times: link.times + Number(state === 'on'),
  });
}

/** Looks whether it is still the same daemon's page: one that was replaced may be of another version. */
async function compare(): Promise<void> {
  const release = await look<Release>('web/release');
  if (release !== undefined) change({ outdated: release.script !== ownScript() });
}

/** How the page stands with the daemon, and again at each change. */
export function useLink(): Link {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const draw = () => again(undefined as never);
    watchers.add(draw);
    return () => void watchers.delete(draw);
  }, []);
  return link;
}

/** Asks for something that can wait; undefined where the daemon is away, or turns out to be. */
export async function look<Answer>(path: string): Promise<Answer | undefined> {
  if (isLost()) return undefined;
  try {
    return await ask<Answer>(path, { signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') suspect();
    return undefined;
  }
}

/** What comes through a channel. */
export interface Channel {
  url(): string;
  /** By the types of the events. */
  readonly hear: Readonly<Record<string, (message: MessageEvent<string>) => void>>;
  onOpen?(): void;
}

/**
 * Hears the daemon's events, again and again, until the function that it returns is called: it is what tells the page
 * how it stands with the daemon. A page that nobody sees holds no connection: browsers have but six for each site.
 */
export function openChannel({ url, hear, onOpen }: Channel): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    const own = new EventSource(url());
    source = own;
    for (const [type, listener] of Object.entries(hear)) own.addEventListener(type, listener);
    own.onopen = () => {
      turn('on');
      onOpen?.();
      if (link.times > 1) void compare();
    };
    own.onerror = () => {
      // A browser gives up by itself where it got another answer than a stream.
      const wasAnswered = own.readyState === EventSource.CLOSED;
      close();
      turn('lost');
      if (wasAnswered) void judge();
      else timer = setTimeout(open, AGAIN);
    };
  };
  // Without the password, so that the browser does not ask for one each second.
  const judge = async () => {
    const answer = await fetch('api/v1/daemon', { credentials: 'omit' }).catch(() => undefined);
    if (source !== undefined) return;
    if (answer?.status === 401) turn('refused');
    else timer = setTimeout(open, AGAIN);
  };
  suspect = () => {
    turn('lost');
    open();
  };
  const see = () => {
    // What nobody looks at can be replaced without asking.
    if (document.visibilityState === 'hidden' && link.outdated) location.reload();
    else if (document.visibilityState === 'hidden') close();
    else if (source === undefined) open();
  };
  // Leaving for another page must not leave a connection behind in the back-forward cache.
  const come = (event: PageTransitionEvent) => event.persisted && see();
  document.addEventListener('visibilitychange', see);
  addEventListener('pagehide', close);
  addEventListener('pageshow', come);
  open();
  return () => {
    close();
    suspect = () => {};
    document.removeEventListener('visibilitychange', see);
    removeEventListener('pagehide', close);
    removeEventListener('pageshow', come);
  };
}
