import { closeSync, writevSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Input } from '../../machines/events.ts';
import type { Bytes } from '../../machines/spec.ts';
import { hasReader, setPipeSize } from './foreign.ts';

/** The daemon's end of a child's standard input. */
export interface Stdin {
  /** Writes the parts in a row, and keeps none of them: what waits is a copy. */
  write(data: Input): void;
  /** Whether the child still has an end to read from. */
  isOpen(): boolean;
  close(): void;
}

/**
 * What a child may leave unread before more is turned away, so that it cannot fill the daemon's memory. One write of
 * any size is taken by a child that left nothing unread: an event for a listener may be large.
 */
const UNREAD_LIMIT: Bytes = 1024 * 1024;
/** What a pipe holds as the kernel makes it, and what any event of output fits. */
const PIPE: Bytes = 64 * 1024;
const LARGE_PIPE: Bytes = 256 * 1024;

/**
 * Owns the writing end of a pipe; undefined where the child has none. What the child does not read yet waits here;
 * what cannot be written is trouble.
 */
export function createStdin(fd: number | undefined, onTrouble: (cause: Error) => void): Stdin {
  // Most programs are never written to, and a socket costs memory: it is made at the first write.
  let socket: Socket | undefined;
  let closed = false;
  let isLarge = false;

  function open(end: number): Socket {
    const opened = new Socket({ fd: end, readable: false, writable: true });
    opened.on('error', onTrouble);
    opened.unref();
    return opened;
  }

  /** Makes room for large events: each would take several turns of a pipe that it fills. */
  function enlarge(end: number): void {
    isLarge = true;
    try {
      setPipeSize(end, LARGE_PIPE);
    } catch {
      // Over the user's share of pipe memory: a small pipe is slower, and as correct.
    }
  }

  return {
    isOpen: () => !closed && fd !== undefined && socket?.destroyed !== true && hasReader(fd),
    write(data) {
      const parts = data instanceof Uint8Array ? [data] : data;
      const size = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
      if (!closed && fd !== undefined) {
        socket ??= open(fd);
        if (size > PIPE && !isLarge) enlarge(fd);
      }
      if (!socket || socket.destroyed || fd === undefined) return onTrouble(new Error('stdin is closed'));
      const unread = socket.writableLength;
      const taken = unread === 0 ? writeNow(fd, parts) : 0;
      if (taken === size) return;
      if (unread === 0 || unread + size <= UNREAD_LIMIT) socket.write(Buffer.concat(parts).subarray(taken));
      else onTrouble(new Error(`stdin is full: ${unread} bytes wait to be read`));
    },
    close() {
      if (closed) return;
      closed = true;
      if (socket) socket.destroy();
      else if (fd !== undefined) closeSync(fd);
    },
  };
}

/** Writes what the pipe takes without waiting, and tells how much: a large event is not copied on its way. */
function writeNow(fd: number, parts: readonly Uint8Array[]): Bytes {
  try {
    return writevSync(fd, parts);
  } catch {
    // The pipe is full, or nobody reads it any more: the socket waits for the one and tells of the other.
    return 0;
  }
}
