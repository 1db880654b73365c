import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { follow, readLog, tailLog } from '../../src/output/tail.ts';
import { fromCharacter, wholeCharacters } from '../../src/output/utf8.ts';
import { folder } from './outputs.ts';

function tenDigits(): string {
  const path = join(folder(), 'x.log');
  writeFileSync(path, '0123456789');
  return path;
}

// What Python's supervisord 4.2.5 answered of a file of ten digits.
describe('readLog', () => {
  it.each([
    [-20, 0, '0123456789'],
    [-5, 0, '56789'],
    [-1, 0, '9'],
    [0, 0, '0123456789'],
    [0, 3, '012'],
    [3, 3, '345'],
    [3, 100, '3456789'],
    [9, 1, '9'],
    [10, 3, ''],
    [100, 0, ''],
  ])('of offset %i and length %i is %j', async (offset, length, expected) => {
    expect((await readLog(tenDigits(), offset, length)).toString()).toBe(expected);
  });

  it('rejects with ENOENT where there is no file', async () => {
    await expect(readLog(join(folder(), 'x'), 0, 0)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('tailLog', () => {
  it.each([
    [-20, -3, '', true],
    [-20, 3, '789', true],
    [-20, 20, '0123456789', true],
    [-20, 100, '0123456789', false],
    [-1, 0, '', true],
    [-1, 20, '0123456789', false],
    [0, 1, '9', true],
    [0, 10, '0123456789', false],
    [1, 3, '789', true],
    [1, 10, '0123456789', false],
    [9, 1, '9', false],
    [9, 3, '789', false],
    [10, 0, '', false],
    [10, 3, '', false],
    [11, -3, '', true],
    [100, -3, '', false],
    [100, 100, '', false],
  ])('of offset %i and length %i is %j, overflow %s', async (offset, length, text, overflow) => {
    const tail = await tailLog(tenDigits(), offset, length);
    expect([tail.bytes.toString(), tail.offset, tail.overflow]).toEqual([text, 10, overflow]);
  });

  it('of a file that is not there is nothing', async () => {
    expect(await tailLog(join(folder(), 'x'), 7, 10)).toEqual({
      bytes: Buffer.alloc(0),
      offset: 0,
      overflow: false,
    });
  });
});

describe('follow', () => {
  /** Follows until so many bytes have come. */
  async function followed(
    path: string,
    count: number,
    act: (seen: string) => void,
    backlog = 4,
  ): Promise<string> {
    const until = new AbortController();
    let seen = '';
    for await (const bytes of follow(path, backlog, until.signal)) {
      seen += bytes.toString();
      if (seen.length >= count) until.abort();
      else act(seen);
    }
    return seen;
  }

  it('begins with the last bytes and goes on with what is written', async () => {
    const path = tenDigits();
    expect(await followed(path, 7, () => appendFileSync(path, 'abc'))).toBe('6789abc');
  });

  it('begins at once where there is nothing yet', async () => {
    const path = join(folder(), 'x.log');
    writeFileSync(path, '');
    const until = new AbortController();
    const first = await follow(path, 4, until.signal).next();
    expect(first).toEqual({ done: false, value: Buffer.alloc(0) });
  });

  it('misses nothing of two rotations between two looks', async () => {
    const path = tenDigits();
    const seen = await followed(path, 13, soFar => {
      if (soFar !== '6789') return;
      appendFileSync(path, 'abc');
      renameSync(path, `${path}.1`);
      writeFileSync(path, 'def');
      renameSync(`${path}.1`, `${path}.2`);
      renameSync(path, `${path}.1`);
      writeFileSync(path, 'ghi');
    });
    expect(seen).toBe('6789abcdefghi');
  });

  it('goes on after the file was cleared, and after it was truncated', async () => {
    const path = tenDigits();
    const seen = await followed(path, 10, soFar => {
      if (soFar === '6789') {
        rmSync(path);
        writeFileSync(path, 'abcd');
      } else {
        truncateSync(path);
        appendFileSync(path, 'ef');
      }
    });
    expect(seen).toBe('6789abcdef');
  });

  it('rejects with ENOENT where there is no file', async () => {
    await expect(follow(join(folder(), 'x'), 4, AbortSignal.abort()).next()).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});

describe('wholeCharacters', () => {
  it('never ends a piece inside a character, and drops one whose beginning was cut off', async () => {
    const bytes = Buffer.from('é€😀z');
    async function* pieces() {
      for (const byte of bytes.subarray(1)) yield Buffer.of(byte);
    }
    const seen: string[] = [];
    for await (const piece of wholeCharacters(pieces())) if (piece.length > 0) seen.push(piece.toString());
    expect(seen).toEqual(['€', '😀', 'z']);
  });

  it('lets broken UTF-8 through', () => {
    expect(fromCharacter(Buffer.of(0x80, 0x80, 0x80, 0x80, 0x41))).toHaveLength(5);
  });
});
