import { closeSync } from 'node:fs';
import { pipe } from './foreign.ts';
import type { Stdio } from './launch.ts';
import type { ProcessOutput } from './spawn.ts';

/** What a child gets as its 0, 1 and 2, and the daemon's end of it. */
export interface Pipes {
  readonly child: Stdio;
  /** The daemon's end of the child's stdin; undefined where that is a socket. */
  readonly stdin: number | undefined;
  closeChildEnds(): void;
}

/** Opens a child's ends, `socket` in place of a pipe for its 0. Throws an error with errno's name, leaving nothing open. */
export function openPipes(output: ProcessOutput, socket: number | undefined): Pipes {
  const { read, write } = socket === undefined ? pipe() : { read: undefined, write: undefined };
  const close = (fds: Iterable<number | undefined>) => {
    for (const fd of fds) if (fd !== undefined) closeSync(fd);
  };
  try {
    const { stdout, stderr } = output.openChildEnds();
    return {
      child: { stdin: read ?? (socket as number), stdout, stderr },
      stdin: write,
      closeChildEnds: () => close(new Set([read, stdout, stderr])),
    };
  } catch (error) {
    close([read, write]);
    throw error;
  }
}
