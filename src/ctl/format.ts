import { namespec } from './names.ts';
import type { ConfigInfo, ProcessInfo } from './protocol.ts';

// Columns are counted as Python counts letters: by code points, not by the two halves of an emoji.
const lengthOf = (text: string): number => [...text].length;
const padded = (text: string, width: number): string => text.padEnd(width + text.length - lengthOf(text));

/** Promises Supervisor's status lines: name, state, description in columns as wide as the longest name wants. */
export function statusLines(infos: readonly ProcessInfo[]): readonly string[] {
  const width = Math.max(30, ...infos.map(info => lengthOf(namespec(info)))) + 3;
  return infos.map(info => `${padded(namespec(info), width)}${info.statename.padEnd(10)}${info.description}`);
}

/** Promises one line of `avail`. */
export function availLine(info: ConfigInfo): string {
  const inuse = info.inuse ? 'in use' : 'avail';
  const autostart = info.autostart ? 'auto' : 'manual';
  const priorities = `${info.group_prio}:${info.process_prio}`;
  return `${padded(namespec(info), 32)} ${inuse.padEnd(9)} ${autostart.padEnd(9)} ${priorities}`;
}

/** Promises words in columns, filled downwards, in as few lines of that width as possible: as Python's cmd lists verbs. */
export function columns(words: readonly string[], width = 79): readonly string[] {
  for (let rows = 1; rows < words.length; rows++) {
    const widths = columnWidths(words, rows);
    if (widths.reduce((sum, each) => sum + each + 2, -2) <= width) return layOut(words, rows, widths);
  }
  return words;
}

function columnWidths(words: readonly string[], rows: number): readonly number[] {
  const count = Math.ceil(words.length / rows);
  return Array.from({ length: count }, (_, column) =>
    Math.max(...words.slice(column * rows, (column + 1) * rows).map(word => word.length)),
  );
}

function layOut(words: readonly string[], rows: number, widths: readonly number[]): readonly string[] {
  return Array.from({ length: rows }, (_, row) =>
    widths
      .map((width, column) => ({ width, word: words[column * rows + row] }))
      .filter(({ word }) => word !== undefined)
      .map(({ width, word }) => word?.padEnd(width))
      .join('  '),
  );
}

/** Promises a table with a head line; the last column is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head.map(word => word.toUpperCase()), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => lengthOf(row[column] ?? ''))));
  return all.map(row =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : padded(cell, widths[column] ?? 0)))
      .join('  '),
  );
}
