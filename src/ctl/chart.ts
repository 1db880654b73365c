import type { Chart } from './protocol.ts';

/** How the states are marked in which the actor is: by heavy lines, and if wanted by colour as well. */
export interface Marking {
  readonly coloured: boolean;
}

/** Each line of a border as a heavy one, where a level and where an upright line runs. */
const LEVEL: Readonly<Record<string, string>> = { '─': '━', '┬': '┯', '┴': '┷', '┼': '┿' };
const UPRIGHT: Readonly<Record<string, string>> = { '│': '┃', '├': '┠', '┤': '┨', '┼': '╂' };
const CORNER: Readonly<Record<string, string>> = { '╭': '┏', '╮': '┓', '╰': '┗', '╯': '┛' };

const [NOW, LINE, END] = ['\x1b[1;32m', '\x1b[2m', '\x1b[0m'];

/** Promises the drawing with the current states marked. */
export function drawing({ lines, states, now }: Chart, { coloured }: Marking): readonly string[] {
  const letters = lines.map(line => [...line]);
  const marked = new Set<string>();
  const change = (x: number, y: number, heavy: Readonly<Record<string, string>>) => {
    const row = letters[y];
    const letter = row?.[x];
    if (row === undefined || letter === undefined) return;
    row[x] = CORNER[letter] ?? heavy[letter] ?? letter;
    marked.add(`${x} ${y}`);
  };
  for (const { x, y, width, height } of states.filter(({ id }) => now.includes(id))) {
    for (let column = x; column < x + width; column += 1) {
      change(column, y, LEVEL);
      change(column, y + height - 1, LEVEL);
    }
    for (let row = y + 1; row < y + height - 1; row += 1) {
      change(x, row, UPRIGHT);
      change(x + width - 1, row, UPRIGHT);
    }
  }
  const innermost = states.find(({ id }) => id === now.at(-1));
  const isNow = (x: number, y: number): boolean =>
    marked.has(`${x} ${y}`) || (innermost !== undefined && isInside(innermost, x, y));
  return letters.map((row, y) => (coloured ? colour(row, x => isNow(x, y)) : row.join('')));
}

/** Promises the states one below the other, inner ones further to the right: for where the drawing has no room. */
export function outline({ states, now }: Chart, { coloured }: Marking): readonly string[] {
  return states.map(({ id }) => {
    const keys = id.split('.');
    const isNow = now.includes(id);
    const line = `${isNow ? '▶' : ' '} ${'  '.repeat(keys.length - 1)}${keys.at(-1)}`;
    return coloured && isNow ? `${NOW}${line}${END}` : line;
  });
}

/** The width of a drawing in characters. */
export const widthOf = ({ lines }: Chart): number => Math.max(0, ...lines.map(line => [...line].length));

const ASCII: readonly (readonly [characters: string, like: string])[] = [
  ['─┬┴┼├┤', '-++++++'],
  ['│╭╮╰╯', '|++++'],
  ['━┯┷┿┃┠┨╂┏┓┗┛', '############'],
  ['●▼▲▶◀', '*v^><'],
];
const LIKE: ReadonlyMap<string, string> = new Map(
  ASCII.flatMap(([characters, like]) => [...characters].map((one, index) => [one, like[index] ?? '?'])),
);

/** A line as a terminal shows it that has ASCII alone. */
export const asciiOf = (line: string): string =>
  [...line.replaceAll('→', '->')].map(letter => LIKE.get(letter) ?? letter).join('');

const isInside = (box: Chart['states'][number], x: number, y: number): boolean =>
  x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;

/** Words keep the terminal's own colour; lines step back. */
function colour(row: readonly string[], isNow: (x: number) => boolean): string {
  let [text, last] = ['', ''];
  for (const [x, letter] of row.entries()) {
    const style = isNow(x) ? NOW : /[\u2500-\u257f]/.test(letter) ? LINE : letter === ' ' ? last : '';
    if (style !== last) text += `${last === '' ? '' : END}${style}`;
    text += letter;
    last = style;
  }
  return last === '' ? text : text + END;
}

/** Promises a line for each thing that may happen in the current states, what is asked first at the top. */
export function possibilities({ transitions, now }: Chart): readonly string[] {
  const rows = [...now.toReversed(), '']
    .flatMap(state => transitions.filter(({ from }) => from === state))
    .map(({ on, guard, to }) => ({
      what: [on || 'at once', guard && `[${guard}]`].filter(Boolean).join(' '),
      to: to === '' ? 'stays' : `→ ${to}`,
    }));
  const width = Math.max(0, ...rows.map(({ what }) => what.length));
  return rows.map(({ what, to }) => `  ${what.padEnd(width)}  ${to}`);
}
