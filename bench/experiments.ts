import { fleet } from './experiments/fleet.ts';
import { logs } from './experiments/logs.ts';
import { respawn } from './experiments/respawn.ts';
import { group, groups } from './experiments/stops.ts';
import { stormEvents, stormRequests, storms } from './experiments/storm.ts';
import type { Experiment } from './row.ts';

/** Everything that is measured, in the order of the table. The demands stand beside the figures. */
export const EXPERIMENTS: readonly Experiment[] = [
  respawn,
  ...storms,
  stormEvents,
  stormRequests,
  fleet(0, { full: 5, quick: 1 }, { answer: 1, idle: 1, rss: 60, version: 2 }),
  fleet(10, { full: 3, quick: 0 }, { fresh: 1, version: 2, status: 2 }),
  fleet(100, { full: 3, quick: 1 }, { info: 5 }),
  fleet(
    1000,
    { full: 3, quick: 1 },
    { booted: 1.5, rss: 80, idle: 10, states16: 15, info: 20, status: 5, update: 2 },
  ),
  groups,
  group,
  ...logs,
];
