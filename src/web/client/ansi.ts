/** A stretch of a line and how it looks. */
export interface Stretch {
  readonly text: string;
  /** Classes such as `fg1 bold`. */
  readonly classes: string;
  /** Colours that are no class: of the 256, or any. */
  readonly color: string | undefined;
  readonly background: string | undefined;
}

/** How what follows looks; carried on from line to line. */
export interface Pen {
  readonly classes: ReadonlySet<string>;
  readonly fg: string | undefined;
  readonly bg: string | undefined;
}

export const PLAIN: Pen = { classes: new Set(), fg: undefined, bg: undefined };

// Colours and attributes (SGR) are read; every other sequence moves a cursor that a log has not.
const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what it looks for
  /\x1b(?:\[([\d;:]*)m|\[[\d;?<=>!]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_]|[()#][0-9A-Za-z])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what has no shape is not shown
const INVISIBLE = /[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g;

const ATTRIBUTES: Readonly<Record<number, string>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'under',
  7: 'inverse',
  9: 'struck',
};
const OFF: Readonly<Record<number, readonly string[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['under'],
  27: ['inverse'],
  29: ['struck'],
};

/** A line as stretches, and the pen for the next one. A carriage return begins a line anew, as a progress bar means it. */
export function paint(line: string, pen: Pen): { readonly stretches: readonly Stretch[]; readonly pen: Pen } {
  const trimmed = line.replace(/\r+$/, '');
  const text = trimmed.slice(trimmed.lastIndexOf('\r') + 1);
  const stretches: Stretch[] = [];
  let [at, current] = [0, pen];
  const take = (upTo: number) => {
    const part = text.slice(at, upTo).replace(INVISIBLE, '�');
    if (part !== '') stretches.push(stretch(part, current));
  };
  for (const match of text.matchAll(ESCAPE)) {
    take(match.index);
    if (match[1] !== undefined) current = drawn(current, match[1]);
    at = match.index + match[0].length;
  }
  take(text.length);
  return { stretches, pen: current };
}

const stretch = (text: string, { classes, fg, bg }: Pen): Stretch => {
  const own = [...classes];
  if (fg !== undefined && !fg.startsWith('#')) own.push(fg);
  if (bg !== undefined && !bg.startsWith('#')) own.push(bg);
  return {
    text,
    classes: own.join(' '),
    color: fg?.startsWith('#') ? fg : undefined,
    background: bg?.startsWith('#') ? bg : undefined,
  };
};

/** A pen after the parameters of one SGR sequence. */
function drawn(pen: Pen, parameters: string): Pen {
  const codes = parameters.split(/[;:]/).map(Number);
  const classes = new Set(pen.classes);
  let { fg, bg } = pen;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    const attribute = ATTRIBUTES[code];
    if (code === 0) {
      classes.clear();
      [fg, bg] = [undefined, undefined];
    } else if (attribute !== undefined) classes.add(attribute);
    else if (OFF[code] !== undefined) for (const name of OFF[code]) classes.delete(name);
    else if (code >= 30 && code <= 37) fg = `fg${code - 30}`;
    else if (code >= 90 && code <= 97) fg = `fg${code - 82}`;
    else if (code >= 40 && code <= 47) bg = `bg${code - 40}`;
    else if (code >= 100 && code <= 107) bg = `bg${code - 92}`;
    else if (code === 39) fg = undefined;
    else if (code === 49) bg = undefined;
    else if (code === 38 || code === 48) {
      const [color, used] = wide(codes.slice(index + 1));
      if (code === 38) fg = color?.replace(/^n/, 'fg');
      else bg = color?.replace(/^n/, 'bg');
      index += used;
    }
  }
  return { classes, fg, bg };
}

/** A colour of 256 or of all, and how many parameters it took. */
function wide([kind, a = 0, b = 0, c = 0]: readonly number[]): readonly [string | undefined, number] {
  if (kind === 2) return [hex(a, b, c), 4];
  if (kind !== 5) return [undefined, 1];
  if (a < 16) return [`n${a}`, 2];
  if (a >= 232) return [hex(8 + (a - 232) * 10, 8 + (a - 232) * 10, 8 + (a - 232) * 10), 2];
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return [hex(level(Math.floor((a - 16) / 36)), level(Math.floor((a - 16) / 6) % 6), level((a - 16) % 6)), 2];
}

const hex = (...parts: readonly number[]): string =>
  `#${parts.map(part => Math.min(255, part).toString(16).padStart(2, '0')).join('')}`;
