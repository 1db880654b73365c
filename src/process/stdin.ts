import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Bytes } from '../../machines/spec.ts';

/** The daemon's end of a child's standard input. */
export interface Stdin {
  write(data: Uint8Array): void;
  close(): void;
}

/** What a child may leave unread before more is turned away, so that it cannot fill the daemon's memory. */
const UNREAD_LIMIT: Bytes = 1024 * 1024;

/** Owns the writing end of a pipe. What the child does not read yet waits here; what cannot be written is trouble. */
export function createStdin(fd: number, onTrouble: (cause: Error) => void): Stdin {
  // Most programs are never written to, and a socket costs memory: it is made at the first write.
  let socket: Socket | undefined;
  let closed = false;

  function open(): Socket {
    const opened = new Socket({ fd, readable: false, writable: true });
    opened.on('error', onTrouble);
    opened.unref();
    return opened;
  }

  return {
    write(data) {
      if (closed) return onTrouble(new Error('stdin is closed'));
      socket ??= open();
      if (socket.destroyed) return onTrouble(new Error('stdin is closed'));
      if (socket.writableLength + data.byteLength > UNREAD_LIMIT) {
        return onTrouble(new Error(`stdin is full: ${socket.writableLength} bytes wait to be read`));
      }
      socket.write(data);
    },
    close() {
      if (closed) return;
      closed = true;
      if (socket) socket.destroy();
      else closeSync(fd);
    },
  };
}
