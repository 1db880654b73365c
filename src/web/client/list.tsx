import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { StateName } from '../../../machines/states.ts';
import type { ApiEvent, Process } from '../../rpc/api/model.ts';
import { nameOf } from './api.ts';
import { actOnAll, actOnWhole, SIGNALS } from './deeds.ts';
import { useKeys } from './keys.ts';
import { refresh, useEvents, useLive } from './live.ts';
import { pageOf } from './row.tsx';
import { focusRow, Rows } from './rows.tsx';
import { type Line, type Look, linesOf, type SortKey, STATES } from './shown.ts';
import { Shape } from './state.tsx';
import { toast } from './toast.ts';

const COLUMNS: readonly { readonly sort?: SortKey; readonly class: string; readonly words: string }[] = [
  { sort: 'name', class: 'name', words: 'Name' },
  { sort: 'state', class: 'what', words: 'State' },
  { sort: 'pid', class: 'pid', words: 'Pid' },
  { sort: 'uptime', class: 'uptime', words: 'Uptime' },
  { sort: 'cpu', class: 'cpu', words: 'CPU' },
  { sort: 'memory', class: 'memory', words: 'Memory' },
  { class: 'past', words: 'Exits' },
  { class: 'note', words: 'Description' },
  { class: 'deeds', words: 'Actions' },
];

/** The page of all processes. */
export function List() {
  const { processes, exits, loaded } = useLive();
  const [look, setLook] = useState<Look>({ words: '', states: new Set(), sort: 'name', descending: false });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState(-1);
  const place = useRef<HTMLDivElement>(null);
  const filter = useRef<HTMLInputElement>(null);
  const last = useRef<string | undefined>(undefined);
  const lines = useMemo(() => linesOf(processes.values(), look), [processes, look]);
  const targets = useMemo(
    () => [...selected].map(key => processes.get(key)).filter(process => process !== undefined),
    [selected, processes],
  );

  const select = useCallback(
    (key: string, extend: boolean) => {
      setSelected(before => toggled(before, key, extend ? between(lines, last.current, key) : [key]));
      last.current = key;
    },
    [lines],
  );
  const move = (step: number) => {
    let next = cursor + step;
    while (lines[next]?.kind === 'group') next += step;
    if (lines[next] === undefined) return;
    setCursor(next);
    requestAnimationFrame(() => place.current && focusRow(place.current, next));
  };
  useKeys({
    '/': () => filter.current?.focus(),
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    x: () => {
      const line = lines[cursor];
      if (line?.kind === 'process') select(line.key, false);
    },
    Enter: () => {
      const line = lines[cursor];
      if (line?.kind === 'process') location.href = pageOf(line.process);
    },
    r: () => void refresh().catch(() => {}),
    Escape: () => {
      setSelected(new Set());
      setLook({ ...look, words: '', states: new Set() });
    },
  });
  useEffect(() => {
    if (cursor >= lines.length) setCursor(lines.length - 1);
  }, [lines.length]);

  useEvents(tellFatal);
  const fatal = [...processes.values()].filter(({ state }) => state === 'FATAL').length;
  useEffect(() => {
    const { identification } = document.documentElement.dataset;
    document.title = `${fatal > 0 ? `${fatal} fatal, ` : ''}${identification}: processes`;
  }, [fatal]);

  const shownKeys = lines.filter(({ kind }) => kind === 'process').map(({ key }) => key);
  const allSelected = shownKeys.length > 0 && shownKeys.every(key => selected.has(key));
  return (
    <>
      <Bar
        look={look}
        onLook={setLook}
        processes={processes}
        targets={targets}
        shown={shownKeys.length}
        filter={filter}
      />
      <div
        class="list"
        role="grid"
        aria-label="Processes"
        aria-multiselectable="true"
        aria-rowcount={lines.length + 1}
        ref={place}
        data-loaded={loaded}
      >
        <div class="row head" role="row" aria-rowindex={1}>
          <span role="columnheader" class="pick">
            <input
              type="checkbox"
              aria-label="Select all shown"
              checked={allSelected}
              onClick={() => setSelected(new Set(allSelected ? [] : shownKeys))}
            />
          </span>
          {COLUMNS.map(({ sort, class: name, words }) => (
            <span
              key={name}
              role="columnheader"
              class={name}
              aria-sort={look.sort !== sort ? undefined : look.descending ? 'descending' : 'ascending'}
            >
              {sort === undefined ? (
                words
              ) : (
                <button
                  onClick={() =>
                    setLook({
                      ...look,
                      sort,
                      descending: look.sort === sort ? !look.descending : isBigFirst(sort),
                    })
                  }
                >
                  {words}
                  {look.sort === sort ? (look.descending ? ' ↓' : ' ↑') : ''}
                </button>
              )}
            </span>
          ))}
        </div>
        <Rows
          lines={lines}
          exits={exits}
          selected={selected}
          cursor={cursor < 0 ? lines.findIndex(({ kind }) => kind === 'process') : cursor}
          onSelect={select}
          onCursor={setCursor}
        />
      </div>
      {loaded && lines.length === 0 ? (
        <p class="nothing">{processes.size === 0 ? 'No programs to manage.' : 'Nothing matches.'}</p>
      ) : null}
      <p class="hints" aria-hidden="true">
        <kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> move <kbd>x</kbd> select <kbd>Enter</kbd> open{' '}
        <kbd>r</kbd> refresh <kbd>Esc</kbd> clear
      </p>
    </>
  );
}

/** What has failed for good is said aloud: it waits for an operator. */
function tellFatal(event: ApiEvent): void {
  if (event.type === 'process.state' && event.to === 'FATAL') {
    toast(`${nameOf(event)} is FATAL: ${event.spawnerr}`, 'bad');
  }
}

/** Whoever sorts by what is used wants to see the most of it. */
const isBigFirst = (sort: SortKey): boolean => sort === 'cpu' || sort === 'memory';

/** The keys from one line to another. */
function between(lines: readonly Line[], from: string | undefined, to: string): readonly string[] {
  const [a, b] = [from, to].map(key => lines.findIndex(line => line.key === key));
  if (a === undefined || b === undefined || a < 0) return [to];
  return lines
    .slice(Math.min(a, b), Math.max(a, b) + 1)
    .filter(({ kind }) => kind === 'process')
    .map(({ key }) => key);
}

/** All of them become what the first is not. */
function toggled(before: ReadonlySet<string>, key: string, keys: readonly string[]): ReadonlySet<string> {
  const after = new Set(before);
  const isAdded = !before.has(key);
  for (const each of keys) isAdded ? after.add(each) : after.delete(each);
  return after;
}

interface BarProps {
  readonly look: Look;
  readonly onLook: (look: Look) => void;
  readonly processes: ReadonlyMap<string, Process>;
  readonly targets: readonly Process[];
  readonly shown: number;
  readonly filter: { readonly current: HTMLInputElement | null };
}

function Bar({ look, onLook, processes, targets, shown, filter }: BarProps) {
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
      <button onClick={does('start')}>Start{whom}</button>
      <button onClick={does('restart')}>Restart{whom}</button>
      <button onClick={does('stop')}>Stop{whom}</button>
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
