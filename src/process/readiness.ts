import { controlEpoll, createEpoll, pollReadable, readableOf } from './foreign.ts';

/** A descriptor that is watched. */
export interface Watch {
  /** Calls back once when there is something to read, also where there is already. */
  arm(): void;
  /** Ends it; call it before the descriptor is closed. */
  close(): void;
}

/** Who is called, by descriptor. */
const watched = new Map<number, () => void>();

let epoll: { readonly fd: number; start(): void; stop(): void } | undefined;

/**
 * Watches a FIFO without a socket of Node's for it, which costs 5 KiB: all of them share one epoll, and that one is
 * what the event loop knows of. Nothing is told before the first arm(). Throws ForeignError where the kernel refuses.
 */
export function watch(fd: number, onReadable: () => void): Watch {
  epoll ??= openEpoll();
  const { fd: set, start, stop } = epoll;
  let isKnown = false;
  return {
    arm() {
      controlEpoll(set, isKnown ? 'arm' : 'add', fd);
      if (isKnown) return;
      isKnown = true;
      // The loop goes on for as long as anything is watched, and no longer.
      if (watched.size === 0) start();
      watched.set(fd, onReadable);
    },
    close() {
      if (!isKnown) return;
      isKnown = false;
      controlEpoll(set, 'forget', fd);
      watched.delete(fd);
      if (watched.size === 0) stop();
    },
  };
}

function openEpoll() {
  const fd = createEpoll();
  const poll = pollReadable(fd, () => {
    // One that is closed by another's callback is called no more.
    for (const readable of readableOf(fd)) watched.get(readable)?.();
  });
  return { fd, ...poll };
}
