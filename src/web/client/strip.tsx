import { useEffect, useReducer, useState } from 'preact/hooks';
import type { StateName } from '../../../machines/states.ts';
import type { Change } from '../history.ts';
import { daemonNow, useLink } from './link.ts';
import { Shape } from './state.tsx';
import { duration, moment } from './time.ts';

const SPANS = [
  { words: '2 min', seconds: 120 },
  { words: '10 min', seconds: 600 },
  { words: '1 h', seconds: 3600 },
  { words: '1 day', seconds: 86_400 },
] as const;

interface Segment {
  readonly state: StateName;
  readonly begins: number;
  readonly ends: number;
}

/** What a process was from one moment to another; what was before its first known change is not told. */
function segments(changes: readonly Change[], from: number, to: number): readonly Segment[] {
  return changes
    .map(({ at, to: state }, index) => ({ state, begins: at, ends: changes[index + 1]?.at ?? to }))
    .filter(({ ends }) => ends > from)
    .map(segment => ({ ...segment, begins: Math.max(from, segment.begins) }));
}

/** The states of a process as a strip over time. */
export function Strip({ changes }: { readonly changes: readonly Change[] }) {
  const now = daemonNow();
  useSeconds();
  const [span, setSpan] = useState<number>(600);
  const shown = segments(changes, now - span, now);
  const percent = (at: number) => ((at - (now - span)) / span) * 100;
  const latest = changes.slice(-6).toReversed();
  return (
    <section class="panel strip-panel" aria-label="Timeline">
      <header>
        <h2>Timeline</h2>
        <span class="choices" role="group" aria-label="Span">
          {SPANS.map(({ words, seconds }) => (
            <button key={words} aria-pressed={span === seconds} onClick={() => setSpan(seconds)}>
              {words}
            </button>
          ))}
        </span>
      </header>
      <svg
        class="strip"
        viewBox="0 0 100 10"
        preserveAspectRatio="none"
        role="img"
        aria-label="States over time"
      >
        {shown.map(({ state, begins, ends }) => (
          <rect
            key={begins}
            class={state}
            x={percent(begins)}
            width={Math.max(0.25, percent(ends) - percent(begins))}
            y={state === 'RUNNING' ? 3 : state === 'STOPPED' || state === 'EXITED' ? 6 : 0}
            height={state === 'RUNNING' ? 7 : state === 'STOPPED' || state === 'EXITED' ? 4 : 10}
          >
            <title>{`${state.toLowerCase()} ${moment(begins)}, ${duration(ends - begins)}`}</title>
          </rect>
        ))}
      </svg>
      <p class="axis">
        <span>{duration(span)} ago</span>
        <span>now</span>
      </p>
      <ol class="changes">
        {latest.map(({ at, from, to }) => (
          <li key={`${at} ${from} ${to}`}>
            <time>{moment(at)}</time> <Shape state={to} /> {from.toLowerCase()} → <b>{to.toLowerCase()}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Draws again each second, and when the daemon is lost: time goes on also where nothing happens, until it stands still. */
function useSeconds(): void {
  useLink();
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(() => again(undefined as never), 1000);
    return () => clearInterval(timer);
  }, []);
}
