import type { StateName } from '../../../machines/states.ts';
import type { Process } from '../../rpc/api/model.ts';
import { COLUMNS, isBigFirst } from './columns.ts';
import { actOnAll, actOnWhole, SIGNALS } from './deeds.ts';
import { type Look, type SortKey, STATES } from './shown.ts';
import { Shape } from './state.tsx';

interface BarProps {
  readonly look: Look;
  readonly onLook: (look: Look) => void;
  readonly processes: ReadonlyMap<string, Process>;
  readonly targets: readonly Process[];
  readonly shown: number;
  readonly filter: { readonly current: HTMLInputElement | null };
}

/** What stands above the list: filter, states, and what can be done. */
export function Bar({ look, onLook, processes, targets, shown, filter }: BarProps) {
  const counts = new Map<StateName, number>();
  for (const { state } of processes.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  const flip = (state: StateName) => {
    const states = new Set(look.states);
    if (!states.delete(state)) states.add(state);
    onLook({ ...look, states });
  };
  return (
    <div class="bar">
      <div class="find">
        <input
          ref={filter as never}
          type="search"
          placeholder="Filter by name, state, description"
          aria-label="Filter"
          value={look.words}
          onInput={event => onLook({ ...look, words: event.currentTarget.value })}
          onKeyDown={event => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <select
          class="sort"
          aria-label="Sort by"
          value={look.sort}
          onChange={event => {
            const sort = event.currentTarget.value as SortKey;
            onLook({ ...look, sort, descending: isBigFirst(sort) });
          }}
        >
          {COLUMNS.map(
            ({ sort, words }) =>
              sort && <option key={sort} value={sort}>{`by ${words.toLowerCase()}`}</option>,
          )}
        </select>
      </div>
      <div class="counts" role="group" aria-label="Show only">
        {STATES.filter(state => counts.has(state)).map(state => (
          <button
            key={state}
            aria-pressed={look.states.has(state)}
            class={`count ${state}`}
            onClick={() => flip(state)}
          >
            <Shape state={state} /> {counts.get(state)} {state.toLowerCase()}
          </button>
        ))}
      </div>
      <Deeds targets={targets} all={processes.size} shown={shown} />
    </div>
  );
}

/** What can be done with those that are selected; with all where none is. */
function Deeds({
  targets,
  all,
  shown,
}: {
  readonly targets: readonly Process[];
  readonly all: number;
  readonly shown: number;
}) {
  const none = targets.length === 0;
  const does = (action: 'start' | 'stop' | 'restart') => () =>
    none ? actOnWhole(action, '*', all) : actOnAll(action, targets);
  const whom = none ? ' all' : '';
  return (
    <div class="deeds" role="group" aria-label={none ? 'All processes' : 'Selected processes'}>
      <span class="whom" aria-live="polite">
        {none ? (shown === all ? '' : `${shown} of ${all} shown`) : `${targets.length} selected`}
      </span>
      {(['start', 'restart', 'stop'] as const).map(action => (
        <button key={action} disabled={all === 0} onClick={does(action)}>
          {`${action[0]?.toUpperCase()}${action.slice(1)}${whom}`}
        </button>
      ))}
      {none ? null : (
        <>
          <SignalChoice onSignal={signal => actOnAll('signal', targets, signal)} />
          <button onClick={() => actOnAll('clear', targets)}>Clear log</button>
        </>
      )}
    </div>
  );
}

/** Chooses a signal and sends it at once. */
export function SignalChoice({
  onSignal,
  why,
}: {
  readonly onSignal: (signal: string) => void;
  readonly why?: string;
}) {
  return (
    <select
      class="signal"
      aria-label="Send a signal"
      disabled={why !== undefined}
      title={why}
      value=""
      onChange={event => {
        const { value } = event.currentTarget;
        event.currentTarget.value = '';
        if (value !== '') onSignal(value);
      }}
    >
      <option value="">Signal…</option>
      {SIGNALS.map(signal => (
        <option key={signal} value={signal}>
          {signal}
        </option>
      ))}
    </select>
  );
}
