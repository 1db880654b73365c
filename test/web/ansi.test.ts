import { describe, expect, it } from 'vitest';
import { PLAIN, paint } from '../../src/web/client/ansi.ts';

const textOf = (line: string) =>
  paint(line, PLAIN)
    .stretches.map(({ text }) => text)
    .join('');

describe('a line of output', () => {
  it.each([
    [
      '\x1b[31mred\x1b[0m plain',
      [
        ['red', 'fg1'],
        [' plain', ''],
      ],
    ],
    [
      '\x1b[1;4;92mloud\x1b[22;24m soft',
      [
        ['loud', 'bold under fg10'],
        [' soft', 'fg10'],
      ],
    ],
    [
      '\x1b[97;104mwhite on blue\x1b[39;49m.',
      [
        ['white on blue', 'fg15 bg12'],
        ['.', ''],
      ],
    ],
    ['\x1b[mplain', [['plain', '']]],
    ['\x1b[38;5;9mnine\x1b[m', [['nine', 'fg9']]],
  ])('%j has its colours as classes', (line, expected) => {
    expect(paint(line, PLAIN).stretches.map(({ text, classes }) => [text, classes])).toEqual(expected);
  });

  it.each([
    ['\x1b[38;2;1;2;300mx', '#0102ff'],
    ['\x1b[38;5;196mx', '#ff0000'],
    ['\x1b[38;5;232mx', '#080808'],
  ])('%j has the colour %s', (line, color) => {
    expect(paint(line, PLAIN).stretches[0]).toMatchObject({ text: 'x', color });
  });

  it('goes on in the colour in which the line before it ended', () => {
    const { pen } = paint('\x1b[33mfirst', PLAIN);
    expect(paint('second', pen).stretches).toMatchObject([{ text: 'second', classes: 'fg3' }]);
  });

  it.each([
    ['10%\r20%\r30%', '30%'],
    ['with Windows ends\r', 'with Windows ends'],
    ['\x1b[2K\x1b[1Gmoved\x1b[?25h', 'moved'],
    ['\x1b]0;title\x07after', 'after'],
    ['\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['nul\x00bell\x07', 'nul�bell�'],
    ['\u202egnp.exe', '�gnp.exe'],
    ['tab\there', 'tab\there'],
  ])('%j is shown as %j', (line, shown) => {
    expect(textOf(line)).toBe(shown);
  });
});
