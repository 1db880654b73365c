import { describe, expect, it } from 'vitest';
import { splitCommand } from '../../src/config/shell.ts';

describe('a command', () => {
  it.each([
    ['cat a  b', ['cat', 'a', 'b']],
    ['cat\n-a\n\t-b', ['cat', '-a', '-b']],
    ['sh -c "echo \'a b\'"', ['sh', '-c', "echo 'a b'"]],
    [`a"b c"d'e'`, ['ab cde']],
    ['"" \'\'', ['', '']],
    ['a\\ b "a\\"b\\n\\\\" \'a\\\'', ['a b', 'a"b\\n\\', 'a\\']],
    ['a#b #c', ['a#b', '#c']],
    [' ', []],
    ['é 😀', ['é', '😀']],
  ])('%j is split as a shell would', (command, expected) => {
    expect(splitCommand(command)).toEqual(expected);
  });

  it.each([
    ['"a', 'No closing quotation'],
    ["'", 'No closing quotation'],
    ['a\\', 'No escaped character'],
  ])('%j has no end', (command, complaint) => {
    expect(() => splitCommand(command)).toThrow(complaint);
  });
});
