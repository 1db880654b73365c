import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Milliseconds } from '../../../machines/spec.ts';
import type { ApiEvent, Happening } from './model.ts';
import type { Ring } from './ring.ts';

/** What a stream is made from. */
export interface StreamOptions {
  readonly ring: Ring<Happening>;
  /** Which daemon counts: a number of another one means nothing here. */
  readonly epoch: string;
  /** Which happenings the client wants. */
  readonly wants: (happening: Happening) => boolean;
  /** Where the client left off, as its Last-Event-ID says; undefined begins with what comes now. */
  readonly after: string | undefined;
}

/** Proxies cut a connection that is silent for a minute. */
const heartbeat: Milliseconds = 15_000;

/**
 * Sends what happens as server-sent events, from where the client left off. A client that reads slowly is waited for.
 * One that falls behind the ring, or comes from another daemon's stream, is told so by `stream.reset`, and then what
 * happens from that moment on.
 */
export function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  options: StreamOptions,
): void {
  const { ring, epoch, wants } = options;
  let next = beginning(options);
  let isScheduled = false;
  const write = (event: ApiEvent): boolean =>
    response.write(`id: ${epoch}-${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const reset = (missed: number | null) => {
    next = ring.last + 1;
    write({ seq: ring.last, time: Date.now() / 1000, type: 'stream.reset', missed });
  };
  const pump = () => {
    isScheduled = false;
    if (response.writableNeedDrain) return;
    if (next === undefined) reset(null);
    else if (next < ring.first) reset(ring.last + 1 - next);
    for (let entry = ring.get(next ?? 0); entry !== undefined; entry = ring.get(entry.seq + 1)) {
      next = entry.seq + 1;
      if (wants(entry.item) && !write({ ...entry.item, seq: entry.seq, time: entry.time })) return;
    }
  };
  // What happens in one turn of the loop goes out together.
  const schedule = () => {
    if (!isScheduled) setImmediate(pump);
    isScheduled = true;
  };
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  request.socket.setNoDelay(true);
  const beat = setInterval(() => response.write(': still here\n\n'), heartbeat).unref();
  const unwatch = ring.watch(schedule);
  response.on('drain', schedule);
  response.once('close', () => {
    clearInterval(beat);
    unwatch();
  });
  schedule();
}

/** The number of the first event to send; undefined where the client's last one is of another daemon. */
function beginning({ ring, epoch, after }: StreamOptions): number | undefined {
  if (after === undefined) return ring.last + 1;
  const [theirs, seq = ''] = after.split('-');
  const isOurs = theirs === epoch && /^\d{1,15}$/.test(seq) && Number(seq) <= ring.last;
  return isOurs ? Number(seq) + 1 : undefined;
}
