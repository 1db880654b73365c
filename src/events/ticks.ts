import type { Milliseconds, Seconds } from '../../machines/spec.ts';
import type { Message } from './envelope.ts';
import { TICKS } from './types.ts';

type TickName = keyof typeof TICKS;

/** The clock that listeners are told of. */
export interface Ticks {
  /** Looks again who wants ticks: without anybody there is no timer. */
  arm(): void;
  stop(): void;
}

export interface TicksDeps {
  wants(name: TickName): boolean;
  publish(message: Message): void;
  /** Seconds since 1970. */
  wall(): Seconds;
}

const NAMES = Object.keys(TICKS) as readonly TickName[];

/** The longest sleep: a clock that was set, or a machine that slept, is noticed after that. */
const LONGEST: Seconds = 60;

const slice = (name: TickName, wall: Seconds): Seconds => Math.floor(wall / TICKS[name]) * TICKS[name];

/** Ticks when the wall clock passes a multiple of 5, 60 and 3600 seconds. */
export function createTicks({ wants, publish, wall }: TicksDeps): Ticks {
  const last = new Map<TickName, Seconds>();
  let timer: NodeJS.Timeout | undefined;

  const note = () => {
    for (const name of NAMES) last.set(name, slice(name, wall()));
  };
  const sleep = () => {
    const periods = NAMES.filter(wants).map(name => TICKS[name]);
    timer = undefined;
    if (periods.length === 0) return;
    const period = Math.min(LONGEST, ...periods);
    const now = wall();
    const rest: Milliseconds = (Math.floor(now / period) * period + period - now) * 1000;
    // A timer may come a millisecond early: then it would find the old time.
    timer = setTimeout(wake, rest + 1);
    timer.unref();
  };
  const wake = () => {
    const now = wall();
    for (const name of NAMES) {
      const current = slice(name, now);
      if (current === last.get(name)) continue;
      last.set(name, current);
      if (wants(name)) publish({ eventname: name, payload: `when:${current}` });
    }
    sleep();
  };

  return {
    arm() {
      if (timer === undefined) note();
      clearTimeout(timer);
      sleep();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
