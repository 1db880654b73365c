import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/errors.ts';
import { parseText } from '../../src/config/parse.ts';
import { isSpace } from '../../src/config/python.ts';

const plain = (text: string) =>
  Object.fromEntries(
    [...parseText(text, 'f.conf').values()].map(({ name, entries }) => [
      name,
      Object.fromEntries([...entries].map(([option, { value }]) => [option, value])),
    ]),
  );
/** What one option of one section is read as. */
const readValue = (lines: string) => plain(`[s]\n${lines}\n`).s?.a;

describe('a value', () => {
  it.each([
    ['a=b', 'b'],
    ['a: b', 'b'],
    ['A = b', 'b'],
    ['a=b=c:d', 'b=c:d'],
    ['a=', ''],
    ['a=b ; c', 'b'],
    ['a=b # c', 'b'],
    ['a=b;c#d', 'b;c#d'],
    ['a=b\t;c', 'b'],
    ['a=x;y ;c #d', 'x;y ;c'],
    ['a="b ;c"', '"b'],
    ['a="b"', '"b"'],
    ["a='b'", "'b'"],
    ['a=true', 'true'],
    ['a=null', 'null'],
    ['a=b\\;c\\', 'b\\;c\\'],
    ['a=b\n  c\n\td', 'b\nc\nd'],
    ['a=\n  b', '\nb'],
    ['a=b\n\n  c', 'b\n\nc'],
    ['a=b\n; comment\n  # comment\n  c', 'b\nc'],
    ['a=b\n\n', 'b'],
    ['a=b\n  [c]', 'b\n[c]'],
    ['a=b\n  c=d', 'b\nc=d'],
    ['  a=b\n  c=d', 'b'],
    ['a=b\na=c', 'c'],
    ['a=b\u00a0;c', 'b'],
    ['a=\u2028b\u2029c', 'b\u2029c'],
  ])('%j is read as %j', (lines, expected) => {
    expect(readValue(lines)).toBe(expected);
  });

  it('may end its lines as any system does', () => {
    expect(plain('[s]\r\na=b\r\n c\r[t]\rd=e')).toEqual({ s: { a: 'b\nc' }, t: { d: 'e' } });
  });
});

describe('a section', () => {
  it('goes on where its header is repeated', () => {
    expect(plain('[s]\na=1\nb=1\n[t]\n[s]\nb=2')).toEqual({ s: { a: '1', b: '2' }, t: {} });
  });

  it('keeps its place in the order, whatever its name', () => {
    const names = [
      'b.c',
      'a',
      '1',
      'program:x.y',
      '__proto__',
      'constructor',
      '~0',
      'a\\.b',
      'x]',
      'é"',
      '"q"',
    ];
    const text = names.map(name => `[${name}]\na[]=1\n__proto__=2\n`).join('');
    expect([...parseText(text, 'f').keys()]).toEqual(names);
    expect(parseText(text, 'f').get('__proto__')?.entries.get('a[]')?.value).toBe('1');
    expect(parseText(text, 'f').get('__proto__')?.entries.get('__proto__')?.value).toBe('2');
  });

  it('may be followed by anything in its line', () => {
    expect(plain('[s] and more\na=1')).toEqual({ s: { a: '1' } });
  });

  it('says in which line it and its options stand', () => {
    const section = parseText('; comment\n\n[s]\n\na=1\n b\nc=2\n[s]\n', 'f.conf').get('s');
    expect(section?.place).toEqual({ file: 'f.conf', line: 3 });
    expect(section?.entries.get('a')?.place).toEqual({ file: 'f.conf', line: 5 });
    expect(section?.entries.get('c')?.place).toEqual({ file: 'f.conf', line: 7 });
  });
});

describe('what is no configuration', () => {
  it.each([
    ['a=b\n[s]', "File contains no section headers.\nfile: 'f.conf', line: 1\n'a=b\\n'"],
    ['\ufeff[s]\n', "File contains no section headers.\nfile: 'f.conf', line: 1\n'\\ufeff[s]\\n'"],
    ['[s]\nfoo\nbar', "Source contains parsing errors: 'f.conf'\n\t[line  2]: 'foo\\n'\n\t[line  3]: 'bar'"],
    ['[s]\n=x', "Source contains parsing errors: 'f.conf'\n\t[line  2]: '=x'"],
    ['[s]\n[]\n', "Source contains parsing errors: 'f.conf'\n\t[line  2]: '[]\\n'"],
  ])("%j is refused in ConfigParser's words", (text, complaint) => {
    expect(() => parseText(text, 'f.conf')).toThrow(complaint);
  });
});

describe('any text', () => {
  const fragment = fc.constantFrom(
    '[program:x]',
    '[',
    ']',
    '=',
    ':',
    ';',
    ' ;',
    '#',
    ' #',
    '\n',
    '\n ',
    '\r\n',
    '\t',
    '"',
    "'",
    '\\',
    '.',
    '%',
    '[]',
    'command=',
    'a',
    'é',
    '\u2028',
    '\u0085',
    '__proto__',
    'true',
    '~1',
    '\u0000',
    '😀',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(fragment, { maxLength: 60 }).map(parts => parts.join('')),
  );

  /** Without white space a ; or # begins no comment, and nothing else is special. */
  const inert = (written: string) =>
    [...written].filter(letter => !isSpace(letter) && !';#'.includes(letter)).join('');

  it('is read or refused at a place, never worse', () => {
    fc.assert(
      fc.property(text, written => {
        try {
          parseText(written, 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          expect((error as ConfigError).finding.place).toMatchObject({ file: 'f' });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('as a value on one line passes through ini unharmed', () => {
    const value = fc.string({ unit: 'binary' }).map(inert);
    fc.assert(
      fc.property(value, written => readValue(`a=${written}`) === written),
      { numRuns: 300 },
    );
  });

  it('as the name of a section passes through ini unharmed', () => {
    const name = fc.string({ unit: 'binary' }).map(written => `n${inert(written)}`);
    fc.assert(
      fc.property(name, written => parseText(`[${written}]`, 'f').has(written)),
      { numRuns: 1000 },
    );
  });
});
