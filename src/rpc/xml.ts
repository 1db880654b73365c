// A scanner for the little XML that XML-RPC needs. Own, because the whole of it is shorter than the options of a
// library that would then have to be told to refuse DOCTYPE, entities and depth, and it adds nothing to start-up.

/** The text is not XML, or XML that this program refuses (DOCTYPE, unknown entities). `offset` counts UTF-16 units. */
export class MalformedXml extends Error {
  override readonly name = 'MalformedXml';
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`XML at ${offset}: ${problem}`);
    this.offset = offset;
  }
}

const openTag = /<([A-Za-z_][\w.:-]*)(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/y;
const closeTag = /<\/([A-Za-z_][\w.:-]*)\s*>/y;
const reference = /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));|&/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML cannot carry
const uncarried = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/gu;
/** An ampersand that begins none of the five entities by name. */
const unusual = /&(?!(?:lt|gt|quot|apos|amp);)/;
/** Ampersands last, since they may not make new references. */
const entityList: readonly (readonly [name: string, plain: string])[] = [
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
];
const entities: ReadonlyMap<string, string> = new Map(entityList);
/** Ampersands first, since the others bring new ones. */
const escapes: readonly (readonly [plain: string, written: string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\r', '&#13;'],
];

/**
 * Promises text that every XML parser reads. What XML cannot carry is replaced one for one: a control character by its
 * picture (ESC by U+241B), half a surrogate pair by U+FFFD. A carriage return goes as a reference, or it would become \n.
 */
export function escapeText(text: string): string {
  // Most texts are replaced whole by the engine: a callback for each character would hold up the daemon at long logs.
  const escaped = escapes.reduce((done, [plain, written]) => done.replaceAll(plain, written), text);
  return escaped.replace(uncarried, found => {
    const code = found.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });
}

/** Walks through a document from tag to tag; every step throws `MalformedXml` when the text is something else. */
export class XmlReader {
  readonly #xml: string;
  #at = 0;
  /** The name of an element just opened by `<name/>`: its end is still to be read. */
  #emptyElement: string | undefined;

  constructor(xml: string) {
    this.#xml = xml.charCodeAt(0) === 0xfeff ? xml.slice(1) : xml;
  }

  /** Tells, reading nothing but white space and remarks, whether another element follows inside this one. */
  isInside(): boolean {
    this.#blank();
    return this.#emptyElement === undefined && !this.#xml.startsWith('</', this.#at);
  }

  /** Reads the next opening tag and promises its name, or undefined when the surrounding element ends here. */
  enter(): string | undefined {
    if (!this.isInside()) return undefined;
    const [, name, slash] = this.#match(openTag, 'expected a tag');
    if (slash) this.#emptyElement = name;
    return name;
  }

  /** Reads the opening tag of that name. */
  expect(name: string): void {
    const found = this.enter();
    if (found !== name) throw this.error(`expected <${name}>, found ${found ? `<${found}>` : 'an end'}`);
  }

  /** Reads the closing tag of that name. */
  leave(name: string): void {
    this.#blank();
    let closed = this.#emptyElement;
    if (closed === undefined) closed = this.#match(closeTag, `expected </${name}>`)[1];
    this.#emptyElement = undefined;
    if (closed !== name) throw this.error(`expected </${name}>, found </${closed}>`);
  }

  /** Reads all text up to the next tag, references resolved and line ends as XML wants them (\n). */
  text(): string {
    let text = '';
    while (this.#emptyElement === undefined) {
      const next = this.#xml.indexOf('<', this.#at);
      if (next === -1) throw this.error('ends inside an element');
      text += this.#resolve(this.#xml.slice(this.#at, next));
      this.#at = next;
      if (this.#xml.startsWith('<![CDATA[', next)) text += normalLineEnds(this.#skip('<![CDATA[', ']]>'));
      else if (!this.#skipRemark()) break;
    }
    return text;
  }

  /** Promises that nothing but white space and remarks is left. */
  end(): void {
    while (this.#skipSpace() < this.#xml.length) {
      if (!this.#skipRemark()) throw this.error('goes on after its end');
    }
  }

  /** Makes the error that names the present place. */
  error(problem: string): MalformedXml {
    return new MalformedXml(problem, this.#at);
  }

  #match(pattern: RegExp, problem: string): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#xml);
    if (!found) throw this.error(problem);
    this.#at = pattern.lastIndex;
    return found;
  }

  #blank(): void {
    if (this.#emptyElement !== undefined) return;
    do this.#skipSpace();
    while (this.#skipRemark());
  }

  #skipSpace(): number {
    while (isSpace(this.#xml.charCodeAt(this.#at))) this.#at++;
    return this.#at;
  }

  /** Skips one comment or processing instruction; a DOCTYPE is refused here, and with it every entity bomb. */
  #skipRemark(): boolean {
    if (this.#xml.startsWith('<?', this.#at)) this.#skip('<?', '?>');
    else if (this.#xml.startsWith('<!--', this.#at)) this.#skip('<!--', '-->');
    else if (this.#xml.startsWith('<!DOCTYPE', this.#at)) throw this.error('DOCTYPE is refused');
    else return false;
    return true;
  }

  #skip(opening: string, closing: string): string {
    const from = this.#at + opening.length;
    const to = this.#xml.indexOf(closing, from);
    if (to === -1) throw this.error(`expected ${closing}`);
    this.#at = to + closing.length;
    return this.#xml.slice(from, to);
  }

  #resolve(text: string): string {
    const lines = normalLineEnds(text);
    if (!lines.includes('&')) return lines;
    if (!unusual.test(lines)) {
      return entityList.reduce((done, [name, plain]) => done.replaceAll(`&${name};`, plain), lines);
    }
    return lines.replace(reference, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
      const resolved = name === undefined ? character(decimal, hexadecimal) : entities.get(name);
      if (resolved === undefined) throw this.error(`cannot resolve ${whole}`);
      return resolved;
    });
  }
}

/** Control characters are let in although XML forbids them: they mean no harm, and input for a process may need them. */
function character(decimal: string | undefined, hexadecimal: string | undefined): string | undefined {
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function normalLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
