import { useEffect, useReducer, useState } from 'preact/hooks';
import type { Taken } from '../watch.ts';
import { keyOf } from './api.ts';
import { SignalChoice } from './bar.tsx';
import { Chart } from './chart.tsx';
import { actOn } from './deeds.ts';
import { daemonNow, shownNow, useLink } from './link.ts';
import { Configuration, Exits, Logs } from './panels.tsx';
import { Spark } from './spark.tsx';
import { State } from './state.tsx';
import { Strip } from './strip.tsx';
import { size } from './time.ts';
import { curveOf, usageOf, useUsage, wantCurves } from './usage.ts';
import { useProcess, type Watched } from './watching.ts';
import { cannotWords, story } from './words.ts';

const NOTHING: readonly Taken[] = [];

/** What the buttons say. */
const WORDS = { start: 'Start', stop: 'Stop', restart: 'Restart', signal: 'Signal' } as const;

/** The page of one process. */
export function ProcessPage() {
  const name = document.documentElement.dataset.process ?? '';
  const [taken, setTaken] = useState(NOTHING);
  const watched = useProcess(name, setTaken);
  const { moment, gone } = watched;
  useEffect(() => {
    if (moment !== undefined) document.title = `${name}: ${moment.process.state}`;
  }, [moment?.process.state]);
  if (moment === undefined) return <p class="nothing">{gone ? `${name} does not run here.` : 'Looking…'}</p>;
  return (
    <div class={`process ${gone ? 'gone' : ''}`}>
      <Head name={name} watched={watched} taken={taken} />
      <div class="columns">
        <div>
          <Logs process={moment.process} />
          <Configuration name={name} start={moment.process.start} />
        </div>
        <div>
          <Strip changes={moment.changes} />
          <Exits exits={moment.exits} />
        </div>
      </div>
    </div>
  );
}

/** What is left of the machine's timer, in milliseconds. */
const leftOf = ({ moment, arrived }: Watched): number =>
  moment?.timer == null ? 0 : Math.max(0, moment.timer.remaining - (shownNow() - arrived));

/**
 * Draws again at each tick: ten times a second while a timer runs, else each second; and when the daemon is lost, the
 * moment at which all clocks stand still.
 */
function useTick(isFast: boolean): void {
  useLink();
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(() => again(undefined as never), isFast ? 100 : 1000);
    return () => clearInterval(timer);
  }, [isFast]);
}

function Head({
  name,
  watched,
  taken,
}: {
  readonly name: string;
  readonly watched: Watched;
  readonly taken: readonly Taken[];
}) {
  const { moment, gone } = watched;
  useTick(moment?.timer != null);
  if (moment === undefined) return null;
  const { process, path, timer, possible } = moment;
  const left = leftOf(watched);
  const countdown = timer === null ? '' : `${timer.name} ${(left / 1000).toFixed(1)} s`;
  return (
    <>
      <div class="title">
        <h1>{name}</h1>
        <span aria-live="polite">
          <State state={process.state} />
        </span>
        <Uses process={process} />
        <div class="deeds" role="group" aria-label="Actions">
          {possible.map(({ act, why }) =>
            act === 'signal' ? (
              <SignalChoice key={act} why={why} onSignal={signal => actOn('signal', process, signal)} />
            ) : (
              <button
                key={act}
                disabled={why !== undefined}
                title={why && `Cannot ${act}: ${why}`}
                aria-label={why && `${WORDS[act]}, not possible: ${why}`}
                onClick={() => actOn(act, process)}
              >
                {WORDS[act]}
              </button>
            ),
          )}
          <button onClick={() => actOn('clear', process)}>Clear log</button>
        </div>
      </div>
      <p class={`story ${process.state}`}>
        {gone ? 'Is no longer part of the configuration that runs.' : story(moment, left, daemonNow())}
        {timer === null ? null : (
          <progress
            max={timer.total || 1}
            value={timer.total - left}
            aria-label={`${timer.name} running out`}
          />
        )}
      </p>
      <p class="cannot">{cannotWords(possible)}</p>
      <Chart path={path} countdown={countdown} taken={taken} />
    </>
  );
}

function Uses({
  process,
}: {
  readonly process: { readonly group: string; readonly name: string; readonly pid: number };
}) {
  useUsage();
  const key = keyOf(process);
  useEffect(() => void wantCurves([key]), [key]);
  const usage = process.pid === 0 ? undefined : usageOf(key);
  const curve = curveOf(key);
  if (usage === undefined) return null;
  return (
    <span class="uses">
      <span>
        CPU <Spark values={curve?.cpu} floor={20} label="processor, ten minutes" />{' '}
        <b>{usage[0].toFixed(1)} %</b>
      </span>
      <span>
        Memory <Spark values={curve?.memory} floor={1} label="memory, ten minutes" /> <b>{size(usage[1])}</b>
      </span>
    </span>
  );
}
