import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ApiEvent } from '../../rpc/api/model.ts';
import { nameOf } from './api.ts';
import { Bar } from './bar.tsx';
import { COLUMNS, isBigFirst } from './columns.ts';
import { useKeys } from './keys.ts';
import { refresh, useEvents, useLive } from './live.ts';
import { pageOf } from './row.tsx';
import { focusRow, Rows } from './rows.tsx';
import { type Line, type Look, linesOf } from './shown.ts';
import { toast } from './toast.ts';

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
        <p class="nothing">{processes.size === 0 ? NO_PROGRAMS : 'Nothing matches.'}</p>
      ) : null}
      <p class="hints" aria-hidden="true">
        <kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> move <kbd>x</kbd> select <kbd>Enter</kbd> open{' '}
        <kbd>r</kbd> refresh <kbd>Esc</kbd> clear
      </p>
    </>
  );
}

const NO_PROGRAMS = (
  <>
    No programs to manage. Add a <code>[program:x]</code> to the configuration, then check it on the page of{' '}
    <a href="daemon.html">the daemon</a>.
  </>
);

/** What has failed for good is said aloud: it waits for an operator. */
function tellFatal(event: ApiEvent): void {
  if (event.type === 'process.state' && event.to === 'FATAL') {
    toast(`${nameOf(event)} is FATAL: ${event.spawnerr}`, 'bad');
  }
}

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
