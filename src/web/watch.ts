import type { IncomingMessage, ServerResponse } from 'node:http';
import { infoOf, type ProcessInfo, type ProcessView } from '../../machines/info.ts';
import type { Milliseconds } from '../../machines/spec.ts';
import type { Process } from '../rpc/api/model.ts';
import { processOf } from '../rpc/api/views.ts';
import { processNamed, queryOf } from './address.ts';
import type { Change, Exit } from './history.ts';
import { type Possible, possible } from './possible.ts';
import { pathOf, type Timer, timerOf } from './timer.ts';
import type { Web } from './web.ts';

/** A transition that was taken, by the ids of the chart's states. */
export interface Taken {
  readonly from: string;
  /** '' where it stayed. */
  readonly to: string;
  readonly on: string;
}

/** A process at a moment, as its page shows it. */
export interface Moment {
  readonly time: number;
  readonly process: Process;
  /** The innermost active state, by its id in the chart. */
  readonly path: string;
  readonly timer: Timer | null;
  readonly possible: readonly Possible[];
  readonly changes: readonly Change[];
  readonly exits: readonly Exit[];
  /** The options that its story needs. */
  readonly options: Readonly<
    Pick<ProcessInfo['spec'], 'startretries' | 'exitcodes' | 'stopsignal' | 'startsecs' | 'stopwaitsecs'>
  >;
}

/** Proxies cut a connection that is silent for a minute. */
const heartbeat: Milliseconds = 15_000;

/** What a process's page shows at this moment. */
export function momentOf({ backend, histories }: Web, { ref }: Pick<ProcessView, 'ref'>): Moment {
  const snapshot = ref.getSnapshot();
  const info = infoOf(snapshot);
  const now = backend.now();
  const history = histories.of(info);
  const path = pathOf(snapshot.value);
  const { startretries, exitcodes, stopsignal, startsecs, stopwaitsecs } = info.spec;
  return {
    time: now.wall,
    process: processOf(info, backend.logs, now),
    path,
    timer: timerOf(ref, now.wall * 1000),
    possible: possible({ ref, info }),
    changes: history.changes,
    exits: history.exits,
    options: { startretries, exitcodes, stopsignal, startsecs, stopwaitsecs },
  };
}

/** Sends a process as server-sent events: `moment` at each of its snapshots, `taken` for the way there, `gone` at last. */
export function watch(web: Web, request: IncomingMessage, response: ServerResponse): void {
  const found = processNamed(web, queryOf(request.url).get('processname'));
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  request.socket.setNoDelay(true);
  const send = (event: string, data: unknown) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const end = () => {
    send('gone', {});
    response.end();
  };
  if (found === undefined) {
    end();
    return;
  }
  const { ref } = found;
  let taken: Taken[] = [];
  let scheduled = false;
  const flush = () => {
    scheduled = false;
    if (response.destroyed || response.writableNeedDrain) return;
    if (taken.length > 0) send('taken', taken);
    taken = [];
    send('moment', momentOf(web, { ref }));
  };
  // A storm of restarts goes out once a turn of the loop; a page that reads slowly gets only the latest.
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };
  const inspection = ref.system.inspect({
    next: event => {
      if (event.type !== '@xstate.microstep' || event.actorRef !== ref) return;
      taken.push(
        ...event._transitions.map(({ source, target, eventType }) => ({
          from: source.path.join('.'),
          to: target?.[0]?.path.join('.') ?? '',
          on: eventType,
        })),
      );
      if (taken.length > 100) taken = taken.slice(-100);
    },
  });
  const subscription = ref.subscribe({
    next: schedule,
    complete: end,
  });
  const beat = setInterval(() => response.write(': still here\n\n'), heartbeat);
  beat.unref();
  response.on('drain', schedule);
  response.once('close', () => {
    clearInterval(beat);
    inspection.unsubscribe();
    subscription.unsubscribe();
  });
  flush();
}
