/** Markup that is safe as it stands: what came from outside is text in it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, markup is taken as it is, undefined is nothing. */
export type Slot = string | number | Markup | undefined | readonly Slot[];

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that no browser reads as markup, within an element as within a quoted attribute. */
const escapeHtml = (text: string): string => text.replace(/[<>&"']/g, sign => ENTITIES[sign] ?? sign);

const fill = (slot: Slot): string => {
  if (slot === undefined) return '';
  if (slot instanceof Markup) return slot.text;
  return typeof slot === 'object' ? slot.map(fill).join('') : escapeHtml(String(slot));
};

/** A template of HTML whose slots cannot break out of it. */
export const html = (parts: TemplateStringsArray, ...slots: readonly Slot[]): Markup =>
  new Markup(parts.reduce((text, part, index) => text + fill(slots[index - 1]) + part));
