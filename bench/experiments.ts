import { commandsOfAll } from './experiments/commands.ts';
import { fleet } from './experiments/fleet.ts';
import { growths } from './experiments/growth.ts';
import { logs } from './experiments/logs.ts';
import { respawn } from './experiments/respawn.ts';
import { restarts } from './experiments/restarts.ts';
import { shutdowns } from './experiments/stops.ts';
import { stormEvents, stormRequests, storms } from './experiments/storm.ts';
import { told } from './experiments/told.ts';
import type { Experiment } from './row.ts';

/** Everything that is measured, in the order of the table. The demands stand beside the figures. */
export const EXPERIMENTS: readonly Experiment[] = [
  respawn,
  ...storms,
  stormEvents,
  stormRequests,
  restarts,
  fleet(
    0,
    { rounds: { full: 3, quick: 1 }, seconds: { full: 128, quick: 40 } },
    { answer: 1, idle: 1, rss: 60 },
  ),
  fleet(
    10,
    { rounds: { full: 2, quick: 1 }, seconds: { full: 112, quick: 13 } },
    { fresh: 1, version: 2, pid: 2, status: 2 },
  ),
  fleet(100, { rounds: { full: 2, quick: 1 }, seconds: { full: 116, quick: 16 } }, { info: 5 }),
  fleet(
    1000,
    { rounds: { full: 3, quick: 1 }, seconds: { full: 162, quick: 50 } },
    { booted: 1.5, rss: 80, idle: 10, states16: 15, info: 20, status: 5, update: 2 },
  ),
  ...shutdowns,
  ...commandsOfAll,
  ...logs,
  told,
  ...growths,
];
