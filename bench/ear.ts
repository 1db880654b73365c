import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** What a child said: when by the monotonic clock in milliseconds, who, and what more. */
export interface Word {
  readonly at: number;
  readonly pid: number;
  readonly more: string;
}

/** A FIFO by which children tell that they live. */
export interface Ear {
  readonly path: string;
  /** All that was heard since the last forget(). */
  readonly words: readonly Word[];
  /** Resolves when so many words were heard since the last forget(); rejects after `within` milliseconds. */
  hear(count: number, within?: number): Promise<readonly Word[]>;
  forget(): void;
  close(): void;
}

/** Milliseconds by the same clock as a child's words. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Makes the FIFO and listens. */
export function createEar(path: string): Ear {
  execFileSync('mkfifo', [path]);
  // Open for writing as well: it does not end when a child closes it.
  const socket = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
  let words: Word[] = [];
  let rest = '';
  let heard = () => {};
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) words.push(parse(line));
    heard();
  });
  return {
    path,
    get words() {
      return words;
    },
    hear: (count, within = 60_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`children: heard ${words.length} of ${count} within ${within} ms`)),
          within,
        );
        heard = () => {
          if (words.length < count) return;
          clearTimeout(timer);
          heard = () => {};
          resolve(words);
        };
        heard();
      }),
    forget() {
      words = [];
    },
    close: () => void socket.destroy(),
  };
}

function parse(line: string): Word {
  const [time = '0', pid = '0', ...more] = line.split(' ');
  return { at: Number(time) / 1e6, pid: Number(pid), more: more.join(' ') };
}
