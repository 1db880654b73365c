import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from './ear.ts';
import type { Usage } from './usage.ts';

/** A daemon that is left alone. */
interface Idler {
  readonly startedAt: number;
  rss(): number;
  usage(): Usage;
}

const MINUTE = 60_000;

/** Ours tidies its memory ten seconds after its start: until then everyone's is waited for, in milliseconds. */
const SETTLED = 12_000;

/** Resolves when the daemon has tidied up after its start, and two seconds from now at the earliest. */
export const settled = ({ startedAt }: Pick<Idler, 'startedAt'>): Promise<void> =>
  sleep(Math.max(2000, startedAt + SETTLED - clock()));

/**
 * What a daemon keeps and uses while nothing happens for `duration` milliseconds: MiB, and milliseconds and switches a
 * minute.
 */
export async function idle(daemon: Idler, duration: number) {
  await settled(daemon);
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
