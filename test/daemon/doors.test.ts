import { once } from 'node:events';
import { appendFile, readdir } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { freePort } from '../support/port.ts';
import { until } from '../support/until.ts';

const CALL = '<?xml version="1.0"?><methodCall><methodName>supervisor.getState</methodName></methodCall>';
const REQUEST = `POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${CALL.length}\r\n\r\n${CALL}`;

const nested = (times: number): string =>
  `<methodCall><methodName>system.multicall</methodName><params><param>${'<value><array><data>'.repeat(times)}`;
const post = (body: string, length: string | number = Buffer.byteLength(body)): string =>
  `POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n${body}`;

/** What no well-behaved client sends. */
const ODD: readonly (readonly [what: string, sent: string])[] = [
  ['XML that nests 200,000 times', post(nested(200_000))],
  ['XML that is never closed', post(`${CALL}<a>`)],
  ['entities that multiply', post(`<!DOCTYPE a [<!ENTITY b "${'x'.repeat(1000)}">]><a>&b;&b;</a>`)],
  ['an entity that is a file', post('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')],
  ['a length that is no number', post(CALL, 'x')],
  ['a negative length', post(CALL, -5)],
  ['a length beyond all numbers', post(CALL, '9'.repeat(30))],
  ['a chunk without a size', 'POST /RPC2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['a path of 100,000 letters', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['20,000 headers', `GET / HTTP/1.1\r\nHost: a\r\n${'x: y\r\n'.repeat(20_000)}\r\n`],
  ['a path out of the server', 'GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a path that is no UTF-8', 'GET /logtail/%ff%00 HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
];

describe('the doors of a daemon', () => {
  let daemon: Daemon;
  let port = 0;
  beforeAll(async () => {
    port = await freePort();
    daemon = await startDaemon(
      `[inet_http_server]\nport=127.0.0.1:${port}\n[program:cat]\ncommand=cat\nstartsecs=0\n`,
    );
    await until('cat runs', () => isWell().then(() => true));
  });
  afterAll(() => daemon.stop());

  /** Either door by turns; a daemon may hang up at any time. */
  const knock = async (turn: number): Promise<Socket> => {
    const socket = turn % 2 === 0 ? connect(daemon.socket) : connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket.on('error', () => {});
  };
  const descriptors = async (): Promise<number> => (await readdir(`/proc/${daemon.pid}/fd`)).length;
  const isWell = async (): Promise<void> => {
    expect(await ask(daemon.socket, 'supervisor.getState')).toMatchObject({ statename: 'RUNNING' });
    expect(await ask(daemon.socket, 'supervisor.getProcessInfo', 'cat')).toMatchObject({ state: 20 });
  };

  it.each(ODD)('refuse %s, and answer whoever comes next', async (_, sent) => {
    const socket = await knock(1);
    socket.end(sent);
    // What is not read of a request that is refused resets the connection, after the answer.
    const chunks: Buffer[] = [];
    socket.on('data', chunk => chunks.push(chunk));
    await new Promise(resolve => socket.once('close', resolve));
    const [status = ''] = Buffer.concat(chunks).toString('latin1').split('\r\n');
    expect(status).toMatch(/^HTTP\/1\.1 4\d\d /);
    await isWell();
  });

  it('bear any bytes, and requests that break off or are altered anywhere', async () => {
    const before = await descriptors();
    const altered = fc
      .tuple(fc.nat(REQUEST.length - 1), fc.nat(255))
      .map(([at, byte]) => Buffer.from(REQUEST).fill(byte, at, at + 1));
    const broken = fc.nat(REQUEST.length).map(at => Buffer.from(REQUEST.slice(0, at)));
    const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array));
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(altered, broken, bytes), async sent => {
        const socket = await knock(turn++);
        socket.end(sent);
        await buffer(socket).catch(() => {});
      }),
      { numRuns: 300 },
    );
    await isWell();
    await until('as many descriptors as before', async () => (await descriptors()) <= before);
  });

  it('answer while 1,000 clients are stuck within a request, and forget those when they leave', async () => {
    const before = await descriptors();
    const stuck = await Promise.all(Array.from({ length: 1000 }, (_, turn) => knock(turn)));
    for (const [turn, socket] of stuck.entries()) socket.write(REQUEST.slice(0, (turn * 7) % 100));
    await isWell();
    for (const socket of stuck) socket.destroy();
    await until('as many descriptors as before', async () => (await descriptors()) <= before);
    await isWell();
  });
});

it('the doors of a reload open although one of them is taken by somebody else', async () => {
  const daemon = await startDaemon('');
  const stranger = createServer().listen(0, '127.0.0.1');
  try {
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const other = `${daemon.folder}/other.sock`;
    await appendFile(
      daemon.conf,
      `[inet_http_server]\nport=127.0.0.1:${port}\n[unix_http_server]\nfile=${other}\n`,
    );
    await daemon.ctl('reload');
    // There is a file before anybody listens there.
    const state = await until('the other door', () => ask(other, 'supervisor.getState'));
    expect(state).toMatchObject({ statename: 'RUNNING' });
    await daemon.logged('CRIT Another program is already listening on a port');
    await ask(other, 'supervisor.shutdown');
  } finally {
    stranger.close();
    await daemon.stop();
  }
});
