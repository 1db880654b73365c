import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bulletin } from '../../machines/events.ts';
import type { Milliseconds, Seconds } from '../../machines/spec.ts';
import type { Subscriber } from './exchange.ts';
import type { Line } from './narration.ts';
import { textOf } from './text.ts';

/** A [webhook:x]: a URL that is told of events. */
export interface WebhookOptions {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Signs each body; undefined signs none. */
  readonly secret: string | undefined;
  /** How many events wait at most. */
  readonly buffer_size: number;
  /** How long an answer may take. */
  readonly timeout: Seconds;
  /** How often an event is sent again that was not taken. */
  readonly retries: number;
}

/** A webhook at work: the exchange tells it of events, and it tells its URL, one event at a time and in order. */
export interface Webhook extends Subscriber {
  /** Takes no more events; resolves when those that wait are sent or given up, at the latest after so long. */
  close(within: Milliseconds): Promise<void>;
}

export interface WebhookDeps {
  log(level: Line['level'], text: string): void;
  /** Seconds since 1970. */
  wall(): Seconds;
  /** What sends a request: fetch, but in tests. */
  readonly fetch: typeof fetch;
  /** The first wait before an event is sent again; each further one is twice as long, up to a minute. */
  readonly backoff?: Milliseconds;
}

/** Answers that a later try will not change. */
const isFinal = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429;
const LONGEST: Milliseconds = 60_000;

/** One event as it is posted. */
const bodyOf = (webhook: string, time: Seconds, { serial, eventname, server, payload }: Bulletin): string =>
  JSON.stringify({ webhook, server, serial, eventname, time, payload: textOf(payload) });

/** Starts a webhook. Nothing of it ever holds up the daemon: what the URL does not take in time is dropped and logged. */
export function createWebhook(options: WebhookOptions, deps: WebhookDeps): Webhook {
  const { name, url, secret, buffer_size, timeout, retries, events } = options;
  const { log, wall, fetch, backoff = 1000 } = deps;
  const waiting: { readonly time: Seconds; readonly bulletin: Bulletin }[] = [];
  const abandoned = new AbortController();
  let working: Promise<void> | undefined;
  let closed = false;

  /** Why the event was not taken; undefined when it was. */
  const attempt = async (
    body: string,
  ): Promise<{ readonly why: string; readonly final: boolean } | undefined> => {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'user-agent': 'statevisor',
    };
    if (secret !== undefined) {
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      headers['x-statevisor-signature'] = `sha256=${signature}`;
    }
    const { signal, release } = limited(timeout * 1000, abandoned.signal);
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      await response.body?.cancel();
      if (response.ok) return undefined;
      return { why: `HTTP ${response.status}`, final: isFinal(response.status) };
    } catch (error) {
      return { why: reasonOf(error), final: abandoned.signal.aborted };
    } finally {
      release();
    }
  };
  const deliver = async (serial: number, body: string): Promise<void> => {
    for (let tries = 0; ; tries++) {
      const refused = await attempt(body);
      if (refused === undefined) return;
      const what = `webhook ${name}: event ${serial}: ${refused.why}`;
      if (refused.final || tries >= retries) return log('error', `${what}, given up`);
      const pause = Math.min(LONGEST, backoff * 2 ** tries);
      log('warn', `${what}, sent again in ${pause / 1000} seconds`);
      // Cut short when the daemon ends: then the next try is refused at once.
      await sleep(pause, undefined, { signal: abandoned.signal, ref: false }).catch(() => {});
    }
  };
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await deliver(next.bulletin.serial, bodyOf(name, next.time, next.bulletin));
    working = undefined;
  };

  return {
    events,
    tell(bulletins) {
      if (closed) return;
      const time = wall();
      for (const bulletin of bulletins) {
        if (waiting.length >= buffer_size) {
          const oldest = waiting.shift();
          log(
            'error',
            `webhook ${name} event buffer overflowed, discarding event ${oldest?.bulletin.serial}`,
          );
        }
        waiting.push({ time, bulletin });
        working ??= work();
      }
    },
    async close(within) {
      closed = true;
      const late = setTimeout(() => abandoned.abort(), within);
      await working;
      clearTimeout(late);
    },
  };
}

/**
 * A signal for one request: after so long, or by the other one. Once it is released the other knows nothing of it any
 * more; of each that AbortSignal.any() makes, a signal that lives as long as the daemon would keep something.
 */
function limited(within: Milliseconds, other: AbortSignal) {
  const request = new AbortController();
  const abandon = () => request.abort();
  const late = setTimeout(() => request.abort(new DOMException('late', 'TimeoutError')), within);
  other.addEventListener('abort', abandon);
  if (other.aborted) abandon();
  return {
    signal: request.signal,
    release() {
      clearTimeout(late);
      other.removeEventListener('abort', abandon);
    },
  };
}

/** Why a request failed: errno's name where there is one. */
function reasonOf(error: unknown): string {
  const { cause, name, message } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  return name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? message);
}
