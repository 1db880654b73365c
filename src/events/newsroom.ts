import type { SupervisorNotice } from '../../machines/events.ts';
import type { Seconds } from '../../machines/spec.ts';
import type { OutputNotice } from '../output/channel.ts';
import { communicationMessage, logMessage, logName, messageOf, remoteMessage } from './envelope.ts';
import { createExchange, type Subscriber } from './exchange.ts';
import { giveBack, Loans } from './loans.ts';
import { Pieces } from './pieces.ts';
import { createTicks } from './ticks.ts';

/** Makes events of what happens, and tells who has subscribed to them. */
export interface Newsroom {
  /** Tells a subscriber of what happens from now on, until the function that it returns is called. */
  subscribe(subscriber: Subscriber): () => void;
  notice(notice: SupervisorNotice): void;
  /** PROCESS_LOG */
  log(output: OutputNotice): void;
  /** PROCESS_COMMUNICATION */
  communication(message: OutputNotice): void;
  /** REMOTE_COMMUNICATION */
  remote(type: string, data: string): void;
  /** No more ticks. */
  close(): void;
}

export interface NewsroomDeps {
  /** The daemon's identifier. */
  server(): string;
  /** Seconds since 1970. */
  wall(): Seconds;
}

/** Makes a newsroom; what nobody subscribed to costs next to nothing. */
export function createNewsroom({ server, wall }: NewsroomDeps): Newsroom {
  const { subscribe, audience, publish } = createExchange(server);
  const ticks = createTicks({ wants: name => audience(name) > 0, publish, wall });
  const loans = new Loans();
  const streams = new Map<string, { readonly pieces: Pieces; last: OutputNotice }>();
  const listeners = new Set<string>();
  let stopping = false;

  const tell = (output: OutputNotice, pieces: Iterable<Buffer>) => {
    const holders = audience(logName(output));
    for (const piece of pieces) if (holders > 0) publish(logMessage(output, loans.lend(piece, holders)));
  };
  // A process that has ended says no more: what was kept of its output goes out before the news of its end.
  const flush = (group: string, name: string) => {
    for (const channel of ['stdout', 'stderr'] as const) {
      const stream = streams.get(streamKey({ group, name, channel }));
      if (stream !== undefined) tell(stream.last, stream.pieces.flush());
    }
  };
  const forget = (isGone: (key: string) => boolean) => {
    for (const known of [streams, listeners]) {
      for (const key of known.keys()) if (isGone(key)) known.delete(key);
    }
  };
  const follow = (notice: SupervisorNotice) => {
    if (notice.type === 'pool.overflowed') for (const { payload } of notice.events) giveBack(payload);
    if (notice.type === 'instance.exited') flush(notice.group, notice.name);
    if (notice.type === 'group.added') {
      const pools = notice.group.programs.filter(({ kind }) => kind === 'eventlistener');
      for (const { group, name } of pools.flatMap(({ processes }) => processes))
        listeners.add(`${group}:${name}`);
    }
    if (notice.type === 'group.removed') forget(key => key.startsWith(`${notice.group}:`));
    if (notice.type !== 'supervisor.state') return;
    // A reload begins with other groups.
    if (notice.state === 'RUNNING') forget(() => true);
    const isNews = notice.state !== 'RUNNING' && !stopping;
    stopping = notice.state !== 'RUNNING';
    if (isNews) publish({ eventname: 'SUPERVISOR_STATE_CHANGE_STOPPING', payload: '' });
  };

  return {
    subscribe(subscriber) {
      const unsubscribe = subscribe(subscriber);
      ticks.arm();
      return () => {
        unsubscribe();
        ticks.arm();
      };
    },
    notice(notice) {
      follow(notice);
      const message = messageOf(notice);
      if (message !== undefined) publish(message);
    },
    log(output) {
      // What a listener says on stdout is the protocol: an event of it would bring the next one, for ever.
      if (output.channel === 'stdout' && listeners.has(`${output.group}:${output.name}`)) return;
      const key = streamKey(output);
      const stream = streams.get(key) ?? { pieces: new Pieces(), last: output };
      stream.last = output;
      streams.set(key, stream);
      tell(output, stream.pieces.add(output.data));
    },
    communication: message => publish(communicationMessage(message)),
    remote: (type, data) => publish(remoteMessage(type, data)),
    close: ticks.stop,
  };
}

const streamKey = ({ group, name, channel }: Pick<OutputNotice, 'group' | 'name' | 'channel'>) =>
  `${group}:${name}:${channel}`;
