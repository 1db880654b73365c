import { describe, expect, it } from 'vitest';
import { environmentScope, expand } from '../../src/config/expand.ts';

const scope = environmentScope({ HOME: '/root' }, { values: { name: 'web', number: 200, here: '/etc' } });
const replace = (text: string) => expand(text, scope, 'program:x.command');

describe('a %(name)s', () => {
  it.each([
    ['nothing to replace', 'nothing to replace'],
    ['%(name)s %(ENV_HOME)s', 'web /root'],
    ['100%%', '100%'],
    ['%(number)d|%(number)5d|%(number)-5d|%(number)05d', '200|  200|200  |00200'],
    ['%(number)+d|%(number) d|%(number).4d|%(number)i|%(number)u|%(number)ld', '+200| 200|0200|200|200|200'],
    ['%(number)x|%(number)X|%(number)o|%(number)#x', 'c8|C8|310|0xc8'],
    ['%(number).2f|%(number)e|%(number)g|%(number)E', '200.00|2.000000e+02|200|2.000000E+02'],
    ['%(number)c|%(name).2s|%(name)5.1s|%(name)r|%(number)r', "È|we|    w|'web'|200"],
  ])('%j becomes %j', (text, expected) => {
    expect(replace(text)).toBe(expected);
  });

  it('without a name stays as it is, so that date +%s works', () => {
    expect(replace('date +%s')).toBe('date +%s');
  });

  it('knows inner names before outer ones', () => {
    expect(expand('%(name)s', { values: { name: 'inner' }, outer: scope }, 'x')).toBe('inner');
  });

  it.each([
    [
      '%(nope)s',
      "contains names ('nope') which cannot be expanded. Available names: ENV_HOME, here, name, number",
    ],
    ['%(name)d', 'is badly formatted: %d format: a real number is required, not str'],
    ['%(name)x', 'is badly formatted: %x format: an integer is required, not str'],
    ['%(name)f', 'is badly formatted: must be real number, not str'],
    ['%(name)c', 'is badly formatted: %c requires int or char'],
    ['%(number)*d', 'is badly formatted: not enough arguments for format string'],
    ['%(name)%', "is badly formatted: unsupported format character '%' (0x25) at index 7"],
    ['+%H', "is badly formatted: unsupported format character 'H' (0x48) at index 2"],
    ['5%', 'is badly formatted: incomplete format'],
    ['%(name', 'is badly formatted: incomplete format key'],
    ['%d', 'is badly formatted: %d format: a real number is required, not dict'],
  ])("%j is refused in Python's words", (text, complaint) => {
    expect(() => replace(text)).toThrow(`Format string '${text}' for 'program:x.command' ${complaint}`);
  });
});
