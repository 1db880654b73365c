import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiEvent } from '../rpc/api/model.ts';
import { ApiError, type Http } from './http.ts';

/** Which events a client wants. */
export interface EventOptions {
  /** Types such as `process.state`, or what they begin with, such as `process`. */
  readonly types?: readonly string[];
  readonly group?: string;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** Waits before it connects again, in milliseconds: the first, and the longest. */
const [soonest, latest] = [100, 5000] as const;

/**
 * What happens, from now until the signal. A connection that breaks is opened again and goes on where it was; what was
 * missed nevertheless is told by `stream.reset`. Throws `ApiError` where the daemon refuses, and the system's error
 * where nobody answers at first.
 */
export async function* events(
  http: Http,
  { types, group, signal }: EventOptions = {},
): AsyncGenerator<ApiEvent, void> {
  let last: string | undefined;
  let hasBegun = false;
  let pause: number = soonest;
  while (!signal?.aborted) {
    try {
      const headers: Record<string, string> = last === undefined ? {} : { 'Last-Event-ID': last };
      const query = { type: types, group };
      const response = await http.open({ method: 'GET', path: '/events', query, headers, signal });
      hasBegun = true;
      for await (const { id, data } of messages(response)) {
        last = id;
        pause = soonest;
        yield JSON.parse(data);
      }
    } catch (error) {
      if (signal?.aborted) return;
      // A refusal stays one, and so does a daemon that was never there; a connection that breaks may come back.
      if (error instanceof ApiError || !hasBegun) throw error;
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 2, latest);
  }
}

interface Message {
  readonly id: string;
  readonly data: string;
}

/** The messages of a stream of server-sent events, as far as this API uses them: an id and one line of data each. */
async function* messages(response: IncomingMessage): AsyncGenerator<Message> {
  let rest = '';
  for await (const text of response.setEncoding('utf8')) {
    const blocks = `${rest}${text}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map(line => line.split(/: (.*)/s) as [string, string]));
      const [id, data] = [fields.get('id'), fields.get('data')];
      if (id !== undefined && data !== undefined) yield { id, data };
    }
  }
}
