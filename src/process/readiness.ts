import type { Milliseconds } from '../../machines/spec.ts';
import { canPoll, controlEpoll, createEpoll, pollReadable, readableOf } from './foreign.ts';

/** The descriptors that are watched, and who is called for each. */
const watched = new Map<number, () => void>();

let epoll: { readonly fd: number; start(): void; stop(): void } | undefined;

/** A descriptor that is watched. */
class Watch {
  readonly #fd: number;
  readonly #onReadable: () => void;
  #isKnown = false;

  constructor(fd: number, onReadable: () => void) {
    this.#fd = fd;
    this.#onReadable = onReadable;
  }

  /** Calls back once when there is something to read, also where there is already. */
  arm(): void {
    epoll ??= openEpoll();
    controlEpoll(epoll.fd, this.#isKnown ? 'arm' : 'add', this.#fd);
    if (this.#isKnown) return;
    this.#isKnown = true;
    // The loop goes on for as long as anything is watched, and no longer.
    if (watched.size === 0) epoll.start();
    watched.set(this.#fd, this.#onReadable);
  }

  /** Ends it; call it before the descriptor is closed. */
  close(): void {
    if (!this.#isKnown || epoll === undefined) return;
    this.#isKnown = false;
    controlEpoll(epoll.fd, 'forget', this.#fd);
    watched.delete(this.#fd);
    if (watched.size === 0) epoll.stop();
  }
}

/**
 * Watches a FIFO without a socket of Node's for it, which costs 5 KiB: all of them share one epoll, and that one is
 * what the event loop knows of. Nothing is told before the first arm(). Throws ForeignError where the kernel refuses.
 */
export const watch = (fd: number, onReadable: () => void): Watch => new Watch(fd, onReadable);

function openEpoll() {
  const fd = createEpoll();
  const look = () => {
    // One that is closed by another's callback is called no more.
    for (const readable of readableOf(fd)) watched.get(readable)?.();
  };
  return { fd, ...(canPoll() ? pollReadable(fd, look) : glances(look)) };
}

/** How often is looked where the event loop cannot be told of the epoll, in milliseconds. */
const GLANCE: Milliseconds = 10;

function glances(look: () => void): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      timer = setInterval(look, GLANCE);
    },
    stop: () => clearInterval(timer),
  };
}
