import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Trouble } from '../../src/config/utf8.ts';
import { load } from './world.ts';

describe('bytes that are no UTF-8', () => {
  // The words were printed by Python 3.11.
  it.each([
    ['6162ff', 'byte 0xff in position 2: invalid start byte'],
    ['c080', 'byte 0xc0 in position 0: invalid start byte'],
    ['c328', 'byte 0xc3 in position 0: invalid continuation byte'],
    ['e28228', 'bytes in position 0-1: invalid continuation byte'],
    ['e282', 'bytes in position 0-1: unexpected end of data'],
    ['e2', 'byte 0xe2 in position 0: unexpected end of data'],
    ['eda080', 'byte 0xed in position 0: invalid continuation byte'],
    ['f4908080', 'byte 0xf4 in position 0: invalid continuation byte'],
    ['f09f98', 'bytes in position 0-2: unexpected end of data'],
    ['e08080', 'byte 0xe0 in position 0: invalid continuation byte'],
  ])("%s are told in Python's words", (hex, complaint) => {
    expect(utf8Trouble(Buffer.from(hex, 'hex'))?.message).toBe(`'utf-8' codec can't decode ${complaint}`);
  });

  it('are found wherever a decoder finds them', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const decodes = (bytes: Uint8Array): boolean => {
      try {
        decoder.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(fc.property(fc.uint8Array(), bytes => (utf8Trouble(bytes) === undefined) === decodes(bytes)));
  });

  it('are refused in a file, which names their line', () => {
    const files = { 'b.conf': Buffer.from('[supervisord]\nidentifier=\xff\n', 'latin1') };
    expect(() => load('[include]\nfiles=b.conf', files)).toThrow(
      /^'utf-8' codec can't decode byte 0xff in position 25: invalid start byte\n {2}at .*\/b\.conf:2\n/,
    );
  });
});
