import { type Pen, PLAIN, paint, type Stretch } from './ansi.ts';

/** So many lines are kept; the oldest make room. */
const KEPT = 5000;
/** A line of a program that never ends one is cut here, in characters. */
const LONGEST = 10_000;

interface Line {
  readonly element: HTMLElement;
  readonly text: string;
  readonly stretches: readonly Stretch[];
}

/** A log as lines in an element: each made once, none through markup. */
export class Paper {
  readonly #place: HTMLElement;
  #lines: Line[] = [];
  #rest = '';
  #pen: Pen = PLAIN;
  #open: Line | undefined;
  #sought = '';

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  /** How many lines hold what is sought; all where nothing is. */
  get found(): number {
    return this.#lines.filter(({ text }) => this.#holds(text)).length;
  }

  get length(): number {
    return this.#lines.length;
  }

  clear(): void {
    this.#place.replaceChildren();
    [this.#lines, this.#rest, this.#pen, this.#open] = [[], '', PLAIN, undefined];
  }

  /** Adds what was read. A last line without its end is shown, and made anew when more of it comes. */
  write(text: string): void {
    const parts = (this.#rest + text).split('\n');
    this.#rest = (parts.pop() ?? '').slice(-LONGEST);
    if (this.#open !== undefined) {
      this.#open.element.remove();
      this.#lines.pop();
      this.#open = undefined;
    }
    const fresh = document.createDocumentFragment();
    for (const part of parts.slice(-KEPT)) this.#add(part, fresh, true);
    if (this.#rest !== '') this.#open = this.#add(this.#rest, fresh, false);
    this.#place.append(fresh);
    for (const { element } of this.#lines.splice(0, Math.max(0, this.#lines.length - KEPT))) element.remove();
  }

  /** Shows only the lines that hold these words, and marks them. */
  seek(words: string): void {
    this.#sought = words.toLowerCase();
    for (const line of this.#lines) this.#draw(line);
  }

  #holds(text: string): boolean {
    return this.#sought === '' || text.toLowerCase().includes(this.#sought);
  }

  #add(part: string, place: DocumentFragment, isWhole: boolean): Line {
    const { stretches, pen } = paint(part.slice(0, LONGEST), this.#pen);
    if (isWhole) this.#pen = pen;
    const element = document.createElement('div');
    const line = { element, stretches, text: stretches.map(({ text }) => text).join('') };
    this.#draw(line);
    place.append(element);
    this.#lines.push(line);
    return line;
  }

  #draw({ element, text, stretches }: Line): void {
    element.hidden = !this.#holds(text);
    if (element.hidden) return;
    element.replaceChildren(...stretches.flatMap(stretch => this.#nodes(stretch)), '\n');
  }

  #nodes(stretch: Stretch): readonly Node[] {
    const { text, classes, color, background } = stretch;
    const parts = this.#sought === '' ? [text] : splitAround(text, this.#sought);
    return parts.map((part, index) => {
      const isMark = index % 2 === 1;
      if (!isMark && classes === '' && color === undefined && background === undefined) {
        return document.createTextNode(part);
      }
      const element = document.createElement(isMark ? 'mark' : 'span');
      element.className = classes;
      if (color !== undefined) element.style.color = color;
      if (background !== undefined) element.style.backgroundColor = background;
      element.textContent = part;
      return element;
    });
  }
}

/** A text cut at what is sought: the odd parts are the finds. */
function splitAround(text: string, sought: string): readonly string[] {
  const low = text.toLowerCase();
  const parts: string[] = [];
  let at = 0;
  // Where lower case has another length, places do not fit: such a text is not marked.
  if (low.length !== text.length) return [text];
  for (let found = low.indexOf(sought); found >= 0; found = low.indexOf(sought, at)) {
    parts.push(text.slice(at, found), text.slice(found, found + sought.length));
    at = found + sought.length;
  }
  return [...parts, text.slice(at)];
}
