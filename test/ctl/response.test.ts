import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseReader } from '../../src/ctl/response.ts';

function read(pieces: readonly Buffer[]) {
  const body: Buffer[] = [];
  const reader = new ResponseReader(bytes => body.push(bytes));
  for (const piece of pieces) reader.push(piece);
  return { reader, body: Buffer.concat(body).toString('utf8') };
}

const head = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const chunked = 'Transfer-Encoding: chunked';

describe('a response', () => {
  it.each([
    ['of a given length', `${head('HTTP/1.1 200 OK', 'Content-Length: 5')}hello`, 'hello', true],
    ['without a body', head('HTTP/1.1 200 OK', 'content-length: 0'), '', true],
    ['in chunks', `${head('HTTP/1.1 200 OK', chunked)}2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n`, 'hello', true],
    ['with a trailer', `${head('HTTP/1.1 200 OK', chunked)}5\r\nhello\r\n0\r\nX: y\r\n\r\n`, 'hello', true],
    [
      'after 100 Continue',
      `${head('HTTP/1.1 100 Continue')}${head('HTTP/1.1 200 OK', 'Content-Length: 2')}hi`,
      'hi',
      true,
    ],
    ['that closes', `${head('HTTP/1.1 200 OK', 'Connection: close', 'Content-Length: 2')}hi`, 'hi', false],
    ['of HTTP/1.0', `${head('HTTP/1.0 200 OK', 'Content-Length: 2')}hi`, 'hi', false],
  ])('%s is read however it is cut', (_, text, expected, keepsAlive) => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), cuts => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const { reader, body } = read(
          places.slice(1).map((end, index) => bytes.subarray(places[index], end)),
        );
        expect({ body, isDone: reader.isDone, keepsAlive: reader.keepsAlive }).toEqual({
          body: expected,
          isDone: true,
          keepsAlive,
        });
      }),
      { numRuns: 50 },
    );
  });

  it('without a length ends with the connection', () => {
    const { reader, body } = read([Buffer.from(`${head('HTTP/1.0 200 OK')}all that comes`)]);
    expect(body).toBe('all that comes');
    expect(reader.isDone).toBe(false);
    reader.end();
    expect(reader.isDone).toBe(true);
  });

  it('that breaks off is not done', () => {
    const { reader } = read([Buffer.from(`${head('HTTP/1.1 200 OK', 'Content-Length: 5')}hel`)]);
    reader.end();
    expect(reader.isDone).toBe(false);
  });

  it.each([
    ['an ssh server', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['an endless head', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
    ['a chunk without a size', `${head('HTTP/1.1 200 OK', chunked)}zz\r\n`],
  ])('of %s is seen to be foreign', (_, text) => {
    expect(read([Buffer.from(text)]).reader.isForeign).toBe(true);
  });
});
