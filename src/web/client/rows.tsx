import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { Exit } from '../history.ts';
import { useLink } from './link.ts';
import { ProcessRow } from './row.tsx';
import type { Line } from './shown.ts';
import { useUsage, wantCurves } from './usage.ts';

const NO_EXITS: readonly Exit[] = [];

/** The height of a row in pixels: the style sheet's --row, which is higher on a phone. */
const rowHeight = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 36;

/** So many rows beyond the window's edges are there before they are scrolled into it. */
const MARGIN = 6;

export interface RowsProps {
  readonly lines: readonly Line[];
  readonly exits: ReadonlyMap<string, readonly Exit[]>;
  readonly selected: ReadonlySet<string>;
  readonly cursor: number;
  readonly onSelect: (key: string, extend: boolean) => void;
  readonly onCursor: (index: number) => void;
}

/** The rows of a list, of which only those in the window exist. */
export function Rows({ lines, exits, selected, cursor, onSelect, onCursor }: RowsProps) {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const frame = useRef<HTMLDivElement>(null);
  useUsage();
  // At the moment at which the daemon is lost all clocks stand still.
  useLink();
  useEffect(() => {
    const draw = () => again(undefined as never);
    addEventListener('scroll', draw, { passive: true });
    addEventListener('resize', draw);
    const second = setInterval(draw, 1000);
    return () => {
      removeEventListener('scroll', draw);
      removeEventListener('resize', draw);
      clearInterval(second);
    };
  }, []);
  const height = rowHeight();
  const offset = frame.current === null ? 0 : frame.current.getBoundingClientRect().top;
  const first = Math.max(0, Math.floor(-offset / height) - MARGIN);
  const last = Math.min(lines.length, Math.ceil((innerHeight - offset) / height) + MARGIN);
  const visible = lines.slice(first, last);
  // The row that has the focus stays: without it the keyboard would fall back to the page.
  const kept =
    cursor >= 0 && cursor < lines.length && (cursor < first || cursor >= last) ? lines[cursor] : undefined;
  const keys = visible.filter(({ kind }) => kind === 'process').map(({ key }) => key);
  const wanted = keys.join('\n');
  useEffect(() => void wantCurves(wanted.split('\n').filter(Boolean)), [wanted]);
  useLayoutEffect(() => {
    if (frame.current?.contains(document.activeElement) && document.activeElement?.matches('.row'))
      focusRow(frame.current, cursor);
  }, [cursor]);
  const row = (line: Line, index: number) => (
    <ProcessRow
      key={line.key}
      line={line}
      index={index}
      top={index * height}
      isCursor={index === cursor}
      isSelected={selected.has(line.key)}
      exits={exits.get(line.key) ?? NO_EXITS}
      onSelect={onSelect}
      onFocus={onCursor}
    />
  );
  return (
    <div class="rows" role="rowgroup" ref={frame} style={{ height: `${lines.length * height}px` }}>
      {visible.map((line, index) => row(line, first + index))}
      {kept && row(kept, cursor)}
    </div>
  );
}

/** Puts the focus on a row and scrolls it clear of the bars at the top. */
export function focusRow(within: ParentNode, index: number): void {
  const row = within.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`);
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'nearest' });
}
