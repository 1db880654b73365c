import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { type Seen, seen, speaker, speakerCommand } from '../support/listener.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

/** A clock that runs sixty times as fast, so long before an hour that a slow start is over by then. */
const START = '17:45:10';
const CLOCK = `@2026-11-22 ${START} x60`;
const HOUR = Date.UTC(2026, 10, 22, 18) / 1000;

const CONFIG = `[eventlistener:ticks]
${speakerCommand('ok', 'ticks')}
events=TICK
buffer_size=1000
startsecs=0
; Only the daemon's clock is another.
environment=LD_PRELOAD=""
`;

const whenOf = ({ payload }: Seen): number => {
  const when = /^when:(\d+)$/.exec(payload)?.[1];
  if (when === undefined) throw new Error(`${payload}: is no payload of a tick`);
  return Number(when);
};

describe.skipIf(!has('supervisor', 'faketime'))('the ticks of both daemons', () => {
  const daemons: Daemon[] = [];
  let both: readonly (readonly Seen[])[];
  beforeAll(async () => {
    const [, library = ''] =
      /LD_PRELOAD=(\S+)/.exec(
        execFileSync('faketime', ['now', 'sh', '-c', 'echo "LD_PRELOAD=$LD_PRELOAD"'], { encoding: 'utf8' }),
      ) ?? [];
    const options = { files: await speaker(), env: { LD_PRELOAD: library, FAKETIME: CLOCK, TZ: 'UTC' } };
    daemons.push(...(await Promise.all([startDaemon(CONFIG, options), startOracle(CONFIG, options)])));
    both = await Promise.all(
      daemons.map(daemon =>
        until('a minute after the hour', async () => {
          const ticks = await seen(daemon, 'ticks');
          return ticks.some(tick => tick.eventname === 'TICK_60' && whenOf(tick) > HOUR) && ticks;
        }),
      ),
    );
  });
  afterAll(async () => {
    await Promise.all(daemons.map(daemon => daemon.stop()));
  });

  it('come when the clock passes a multiple of their period, the first of them not before', () => {
    for (const ticks of both) {
      for (const [name, period] of [
        ['TICK_5', 5],
        ['TICK_60', 60],
        ['TICK_3600', 3600],
      ] as const) {
        const whens = ticks.filter(({ eventname }) => eventname === name).map(whenOf);
        expect(whens.filter(when => when % period !== 0)).toEqual([]);
        expect(whens).toEqual([...new Set(whens)].toSorted((a, b) => a - b));
      }
      // The hour and the minute that had begun at the start are not told.
      expect(ticks.filter(tick => whenOf(tick) <= HOUR - 900)).toEqual([]);
    }
  });

  it('come at the hour as TICK_5, TICK_60 and TICK_3600, once each', () => {
    for (const ticks of both) {
      const hour = ticks.findIndex(({ eventname }) => eventname === 'TICK_3600');
      const three = ticks.slice(hour - 2, hour + 1);
      expect(three.map(({ eventname }) => eventname)).toEqual(['TICK_5', 'TICK_60', 'TICK_3600']);
      expect(ticks.filter(({ eventname }) => eventname === 'TICK_3600').map(whenOf)).toEqual([HOUR]);
    }
  });

  it('have headers of the same form', () => {
    const form = ({ header }: Seen) => header.replace(/\d+/g, 'N');
    const [ours = [], theirs = []] = both.map(ticks => ticks.map(form));
    expect(new Set(ours)).toEqual(new Set(theirs));
    for (const ticks of both) expect(ticks.map(({ serial }) => serial)).toEqual(ticks.map((_, n) => n));
  });
});
