import type { Bulletin } from '../../machines/events.ts';
import type { Message } from './envelope.ts';
import { covers, type EventName } from './types.ts';

/** Somebody who is told of events. */
export interface Subscriber {
  /** The types, or their general names. */
  readonly events: readonly string[];
  /** Called once for all that happened in one turn of the program, in order. */
  tell(bulletins: readonly Bulletin[]): void;
}

/** Where events come in and subscribers are told of them. */
export interface Exchange {
  /** Tells a subscriber of what happens from now on, until the function that it returns is called. */
  subscribe(subscriber: Subscriber): () => void;
  /** How many would be told. */
  audience(name: EventName): number;
  /** Counts an event that anybody wants, and tells of it when the present turn of the program is over. */
  publish(message: Message): void;
}

/** Makes an exchange. `server` is the daemon's identifier. */
export function createExchange(server: () => string): Exchange {
  const subscribers = new Set<Subscriber>();
  const byName = new Map<EventName, readonly Subscriber[]>();
  let pending: { readonly bulletin: Bulletin; readonly audience: readonly Subscriber[] }[] = [];
  let serial = 0;

  const audienceOf = (name: EventName): readonly Subscriber[] => {
    let audience = byName.get(name);
    if (audience === undefined) {
      audience = [...subscribers].filter(({ events }) => events.some(event => covers(event, name)));
      byName.set(name, audience);
    }
    return audience;
  };
  // Events are made of notices that leave actors in the middle of a step: whoever is told now could not answer yet.
  const flush = () => {
    const shares = new Map<Subscriber, Bulletin[]>();
    for (const { bulletin, audience } of pending) {
      for (const subscriber of audience) {
        const share = shares.get(subscriber);
        if (share === undefined) shares.set(subscriber, [bulletin]);
        else share.push(bulletin);
      }
    }
    pending = [];
    for (const [subscriber, share] of shares) subscriber.tell(share);
  };

  return {
    subscribe(subscriber) {
      subscribers.add(subscriber);
      byName.clear();
      return () => {
        subscribers.delete(subscriber);
        byName.clear();
      };
    },
    audience: name => audienceOf(name).length,
    publish({ eventname, payload }) {
      const audience = audienceOf(eventname);
      if (audience.length === 0) return;
      if (pending.length === 0) queueMicrotask(flush);
      pending.push({ bulletin: { serial, eventname, server: server(), payload }, audience });
      serial += 1;
    },
  };
}
