import { describe, expect, it } from 'vitest';
import { Speech } from '../../src/events/protocol.ts';

/** What is heard when these pieces come one after the other; `!` is where an event is delivered. */
const hear = (...pieces: readonly string[]): readonly string[] => {
  const speech = new Speech();
  return pieces.flatMap(piece => {
    if (piece === '!') {
      speech.expectResult();
      return [];
    }
    return [...speech.hear(Buffer.from(piece, 'latin1'))].map(word =>
      word.type === 'result'
        ? `result ${word.bytes.toString('latin1')}${word.ready ? ' and ready' : ''}`
        : `${word.type} ${'line' in word ? (word.line ?? '') : ''}`.trim(),
    );
  });
};

const every = (text: string): readonly string[] => [...text];

describe('what a listener says', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['is READY', ['READY\n'], ['ready']],
    ['is READY in pieces', every('READY\n'), ['ready']],
    ['is OK', ['READY\n', '!', 'RESULT 2\nOK'], ['ready', 'result OK']],
    ['is OK and READY at once', ['READY\n', '!', 'RESULT 2\nOKREADY\n'], ['ready', 'result OK and ready']],
    [
      'is OK and READY at once, time and again',
      ['READY\n', '!', 'RESULT 2\nOKREADY\n', '!', 'RESULT 2\nOKREAD', 'Y\n'],
      ['ready', 'result OK and ready', 'result OK', 'ready'],
    ],
    [
      'is OK and READY in single bytes',
      ['READY\n', '!', ...every('RESULT 2\nOKREADY\n')],
      ['ready', 'result OK', 'ready'],
    ],
    ['is any bytes', ['READY\n', '!', 'RESULT 4\n\0\xff\n\n'], ['ready', 'result \0\xff\n\n']],
    ['is nothing at all', ['READY\n', '!', 'RESULT 0\n'], ['ready', 'result ']],
    ['is a length as Python reads it', ['READY\n', '!', 'RESULT  +0_2 \nOK'], ['ready', 'result OK']],
    ['has seven characters before the length', ['READY\n', '!', 'BLAHBLA 2\nOK'], ['ready', 'result OK']],
  ])('%s', (_, pieces, words) => {
    expect(hear(...pieces)).toEqual(words);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['no READY', ['hello\n', 'READY\n'], ['babble']],
    ['less than READY', ['hi\n'], []],
    ['anything behind READY', ['READY\nx'], ['ready', 'babble']],
    ['READY twice', ['READY\nREADY\n'], ['ready', 'babble']],
    [
      'READY twice behind a result',
      ['READY\n', '!', 'RESULT 2\nOKREADY\nREADY\n'],
      ['ready', 'result OK and ready', 'babble'],
    ],
    ['no READY behind a result', ['READY\n', '!', 'RESULT 2\nOKREADX\n'], ['ready', 'result OK', 'babble']],
    ['a length that is none', ['READY\n', '!', 'RESULT x\nOK'], ['ready', 'babble RESULT x']],
    ['a negative length', ['READY\n', '!', 'RESULT -1\n'], ['ready', 'babble RESULT -1']],
    ['no length', ['READY\n', '!', '2\nOK'], ['ready', 'babble 2']],
    ['more than anybody needs', ['READY\n', '!', 'RESULT 99999999\n'], ['ready', 'babble RESULT 99999999']],
    ['a line without end', ['READY\n', '!', 'x'.repeat(2 ** 21)], ['ready', 'babble …']],
  ])('is a babble: %s', (_, pieces, words) => {
    expect(hear(...pieces)).toEqual(words);
  });
});
