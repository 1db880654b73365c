import { isLost } from './link.ts';

/** Hears a log. */
export interface LogReader {
  onText(text: string): void;
  /** The stream has begun, or begun anew: what was shown comes again. */
  onStart(): void;
  /** Why there is nothing to read now, in words. */
  onTrouble(words: string): void;
}

/** How long after a stream's end it is asked for again, in milliseconds. */
const AGAIN = 2000;
/** How often is looked whether the daemon is there again. */
const SOON = 250;

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Reads a log as it grows, and again when the stream ends, until the function that it returns is called. */
export function readLog(url: string, reader: LogReader): () => void {
  const closed = new AbortController();
  const run = async () => {
    while (!closed.signal.aborted) {
      // Nobody is asked who is known to be away: a browser would ask for a password again and again.
      if (isLost()) {
        await pause(SOON);
        continue;
      }
      try {
        await readOnce(url, reader, closed.signal);
      } catch (error) {
        if (closed.signal.aborted) return;
        reader.onTrouble(error instanceof TypeError ? 'no connection' : (error as Error).message);
      }
      await pause(AGAIN);
    }
  };
  void run();
  return () => closed.abort();
}

async function readOnce(url: string, { onText, onStart }: LogReader, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal });
  if (response.status === 404) throw new Error('no log file');
  if (!response.ok || response.body === null) throw new Error(`${response.status} ${response.statusText}`);
  onStart();
  const decoder = new TextDecoder();
  const chunks = response.body.getReader();
  for (;;) {
    const { done, value } = await chunks.read();
    if (done) return;
    onText(decoder.decode(value, { stream: true }));
  }
}
