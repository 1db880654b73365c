/** The way to one viewer. */
export interface Outlet {
  /** Sends a text; calls back when the kernel has taken it, or the viewer is gone. */
  send(text: string, taken: () => void): void;
  /** How many bytes wait to be taken. */
  readonly waiting: number;
}

/** Where a viewer's messages come from. */
export interface Source {
  /** Every actor as it stands, made one by one as the viewer takes them. */
  tree(): Iterator<string>;
  /** The message that says how many were dropped. */
  dropped(count: number): string;
}

/** A viewer that may be slow: what waits for it is bounded. */
export interface Viewer {
  push(text: string): void;
  /** Counts messages that were never made, as if they had been dropped. */
  miss(count: number): void;
}

/** So much may lie in the socket's own buffer, and so much in ours, in bytes or characters. */
export const BOUNDS = { socket: 256 * 1024, queue: 4 * 1024 * 1024 } as const;

/**
 * Sends the tree, then what is pushed. When too much waits, the oldest is dropped; the viewer is told how many and,
 * since one of them may have been an actor, gets the tree once more.
 */
export function createViewer(outlet: Outlet, source: Source): Viewer {
  let tree: Iterator<string> | undefined = source.tree();
  const queue: string[] = [];
  let held = 0;
  let dropped = 0;
  let isPumping = false;
  const next = (): string | undefined => {
    if (dropped > 0) {
      const text = source.dropped(dropped);
      dropped = 0;
      tree = source.tree();
      return text;
    }
    const actor = tree?.next();
    if (actor !== undefined && !actor.done) return actor.value;
    tree = undefined;
    const text = queue.shift();
    held -= text?.length ?? 0;
    return text;
  };
  const pump = (): void => {
    // A socket that takes a text at once calls back while the loop runs.
    if (isPumping) return;
    isPumping = true;
    while (outlet.waiting < BOUNDS.socket) {
      const text = next();
      if (text === undefined) break;
      outlet.send(text, pump);
    }
    isPumping = false;
  };
  pump();
  return {
    push(text) {
      queue.push(text);
      held += text.length;
      while (held > BOUNDS.queue) {
        held -= queue.shift()?.length ?? 0;
        dropped += 1;
      }
      pump();
    },
    miss(count) {
      dropped += count;
      pump();
    },
  };
}
