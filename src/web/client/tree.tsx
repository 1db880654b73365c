import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Actor } from '../actors.ts';
import { type Family, useActors } from './actors.ts';
import { type Branch, branches, type Folds } from './branches.ts';
import { pageOf } from './row.tsx';
import { State } from './state.tsx';

/** The height of a line in pixels, as in the style sheet. */
const LINE = 26;
/** So many lines beyond the edges are there before they are scrolled into the frame. */
const MARGIN = 8;

/** The tree of actors, each with its state: only the lines that are seen exist. */
export function Tree() {
  const family = useActors();
  const [folds, setFolds] = useState<Folds>(new Map());
  const [words, setWords] = useState('');
  const lines = useMemo(() => branches(family, folds, words), [family, folds, words]);
  const fold = (id: string, isOpen: boolean) => setFolds(before => new Map(before).set(id, isOpen));
  return (
    <section class="panel" aria-label="Actors">
      <header>
        <h2>Actors</h2>
        <small>{census(family)}</small>
        <input
          type="search"
          placeholder="Filter actors"
          aria-label="Filter actors"
          value={words}
          onInput={event => setWords(event.currentTarget.value)}
        />
      </header>
      <Lines lines={lines} onFold={fold} />
      {family.size > 0 && lines.length === 0 ? <p class="nothing">Nothing matches.</p> : null}
    </section>
  );
}

const COUNTED = ['program', 'instance', 'pool', 'listener'] as const;

/** `8 programs, 13 instances`. */
function census(family: Family): string {
  const kinds = Map.groupBy(family.values(), ({ kind }) => kind);
  return COUNTED.map(kind => [kind, kinds.get(kind)?.length ?? 0] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`)
    .join(', ');
}

function Lines({
  lines,
  onFold,
}: {
  readonly lines: readonly Branch[];
  readonly onFold: (id: string, isOpen: boolean) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [chosen, setChosen] = useState('');
  const at = Math.max(
    0,
    lines.findIndex(({ actor }) => actor.id === chosen),
  );
  useEffect(() => {
    const place = frame.current;
    if (place === null || chosen === '') return;
    if (at * LINE < place.scrollTop) place.scrollTop = at * LINE;
    const over = (at + 1) * LINE - place.scrollTop - place.clientHeight;
    if (over > 0) place.scrollTop += over;
  }, [at, chosen]);
  const choose = (index: number) => setChosen(lines[index]?.actor.id ?? '');
  const keys: Readonly<Record<string, (line: Branch) => void>> = {
    ArrowDown: () => choose(Math.min(at + 1, lines.length - 1)),
    ArrowUp: () => choose(Math.max(at - 1, 0)),
    Home: () => choose(0),
    End: () => choose(lines.length - 1),
    ArrowRight: ({ actor, children, isOpen }) =>
      children === 0 ? undefined : isOpen ? choose(at + 1) : onFold(actor.id, true),
    ArrowLeft: ({ actor, isOpen }) =>
      isOpen ? onFold(actor.id, false) : setChosen(actor.parent || actor.id),
    Enter: ({ actor }) => {
      if (actor.process !== undefined) location.href = pageOf(actor.process);
    },
    ' ': ({ actor, isOpen }) => onFold(actor.id, !isOpen),
  };
  const height = frame.current?.clientHeight ?? 520;
  const first = Math.max(0, Math.floor(scrolled / LINE) - MARGIN);
  const last = Math.min(lines.length, Math.ceil((scrolled + height) / LINE) + MARGIN);
  const shown = lines.slice(first, last).map((line, index) => ({ line, index: first + index }));
  const kept = lines[at];
  // The one that the keyboard is at stays, so that a screen reader has something to speak of.
  if (kept !== undefined && (at < first || at >= last)) shown.push({ line: kept, index: at });
  return (
    <div
      class="tree"
      role="tree"
      aria-label="Actors"
      ref={frame}
      tabIndex={0}
      aria-activedescendant={kept && `actor-${kept.actor.id}`}
      onScroll={event => setScrolled(event.currentTarget.scrollTop)}
      onKeyDown={event => {
        const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
        if (act === undefined || kept === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act(kept);
      }}
    >
      <div role="none" class="lines" style={{ height: `${lines.length * LINE}px` }}>
        {shown.map(({ line, index }) => (
          <Item
            key={line.actor.id}
            line={line}
            top={index * LINE}
            isChosen={index === at}
            onChoose={() => {
              setChosen(line.actor.id);
              if (line.children > 0) onFold(line.actor.id, !line.isOpen);
            }}
          />
        ))}
      </div>
    </div>
  );
}

function Item({
  line: { actor, level, place, siblings, children, isOpen },
  top,
  isChosen,
  onChoose,
}: {
  readonly line: Branch;
  readonly top: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const { id, kind, name, note, process } = actor;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys for all of its lines
    <div
      id={`actor-${id}`}
      class={`actor ${isChosen ? 'chosen' : ''}`}
      role="treeitem"
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-expanded={children > 0 ? isOpen : undefined}
      aria-selected={isChosen}
      style={{ transform: `translateY(${top}px)`, paddingLeft: `${level * 18}px` }}
      onClick={onChoose}
    >
      <i class={`fold ${children === 0 ? 'leaf' : isOpen ? 'open' : ''}`} aria-hidden="true" />
      <i class="kind">{kind}</i>
      {process === undefined ? (
        <b>{name}</b>
      ) : (
        <a href={pageOf(process)} tabIndex={-1} onClick={event => event.stopPropagation()}>
          {name}
        </a>
      )}
      <Where actor={actor} />
      <small>{note}</small>
    </div>
  );
}

/** Where an actor is in its chart, in Supervisor's words where it has some. */
function Where({ actor: { kind, path, process } }: { readonly actor: Actor }) {
  if (process !== undefined) return <State state={process.state} />;
  if (path === 'serving') return null; // As every program does until it is removed.
  if (kind !== 'listener') return <span class="path">{path.split('.').join(' ')}</span>;
  // `present.ready.free` is READY in the event protocol.
  const word = path.split('.')[1] ?? path;
  return <span class={`path listener-${word}`}>{word}</span>;
}
