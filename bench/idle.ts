import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from './usage.ts';

/** A daemon that is left alone. */
interface Idler {
  rss(): number;
  usage(): Usage;
}

const MINUTE = 60_000;

/**
 * Resolves when a daemon whose programs run now has come to rest: ours tidies its memory ten seconds after its start, and
 * works once more, for some 30 ms, fifteen seconds later. A short round does not wait for that.
 */
export const settled = (isShort = false): Promise<void> => sleep(isShort ? 12_000 : 28_000);

/**
 * What a daemon keeps and uses while nothing happens for `duration` milliseconds: MiB, and milliseconds and switches a
 * minute.
 */
export async function idle(daemon: Idler, duration: number, isShort = false) {
  await settled(isShort);
  const before = daemon.usage();
  await sleep(duration);
  const after = daemon.usage();
  const perMinute = (amount: number) => [(amount * MINUTE) / duration];
  return {
    rss: [daemon.rss()],
    idle: perMinute(after.cpu - before.cpu),
    switches: perMinute(after.switches - before.switches),
  };
}
