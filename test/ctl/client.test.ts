import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Client, connect } from '../../src/ctl/client.ts';
import { decodeCall, encodeFault, encodeResponse } from '../../src/rpc/codec.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function listen(server: Server, at: string | number = 0): Promise<Server> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  open.push({ close: () => server.close() }, { close: () => [...sockets].map(socket => socket.destroy()) });
  if (typeof at === 'string') server.listen(at);
  else server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function client(
  serverurl: string,
  rest: { username?: string; password?: string; timeout?: number } = {},
): Client {
  const made = connect({ serverurl, ...rest }, rest.timeout ?? 20);
  open.push(made);
  return made;
}

/** A server that answers every call by what `answer` makes of it. */
const serve = (answer: RequestListener) => listen(createHttpServer(answer) as unknown as Server);

const answering = (xml: string) =>
  serve((request, response) => {
    request.resume().on('end', () => response.end(xml));
  });

describe('a call', () => {
  it('gives the value', async () => {
    const server = await answering(encodeResponse('3.0'));
    expect(await client(urlOf(server)).call('supervisor.getVersion')).toEqual({ ok: true, value: '3.0' });
  });

  it('follows others on their connection, however many they were', async () => {
    const server = await answering(encodeResponse('3.0'));
    const one = client(urlOf(server));
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    for (let calls = 0; calls < 20; calls += 1) await one.call('supervisor.getVersion');
    expect(connections).toBe(1);
  });

  it('gives a fault as data', async () => {
    const server = await answering(encodeFault(10, 'BAD_NAME: x'));
    const problem = { kind: 'fault', code: 10, text: 'BAD_NAME: x' };
    expect(await client(urlOf(server)).call('supervisor.getVersion')).toEqual({ ok: false, problem });
  });

  it('sends method and parameters, and the name and password as basic authentication', async () => {
    const seen: unknown[] = [];
    const server = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', () => {
        seen.push(request.url, request.headers.authorization, decodeCall(Buffer.concat(chunks)));
        response.end(encodeResponse(true));
      });
    });
    await client(urlOf(server), { username: 'user', password: 'a:b' }).call(
      'supervisor.signalProcess',
      'grün',
      'HUP',
    );
    const authorization = `Basic ${Buffer.from('user:a:b').toString('base64')}`;
    expect(seen).toEqual([
      '/RPC2',
      authorization,
      { methodName: 'supervisor.signalProcess', params: ['grün', 'HUP'] },
    ]);
  });

  it('takes name and password from the URL where no others are given', async () => {
    let authorization: string | undefined;
    const server = await serve((request, response) => {
      authorization = request.headers.authorization;
      request.resume().on('end', () => response.end(encodeResponse(true)));
    });
    await client(urlOf(server).replace('//', '//us%20er:p%w@')).call('supervisor.getVersion');
    expect(authorization).toBe(`Basic ${Buffer.from('us er:p%w').toString('base64')}`);
  });

  it('uses a connection again, also on a unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'statevisor-ctl-'));
    open.push({ close: () => rm(folder, { recursive: true }) });
    let connected = 0;
    const server = createHttpServer((request, response) => {
      request.resume().on('end', () => response.end(encodeResponse('x'.repeat(200_000))));
    });
    server.on('connection', () => connected++);
    await listen(server as unknown as Server, join(folder, 's.sock'));
    const caller = client(`unix://${folder}/s.sock`);
    for (let count = 0; count < 5; count++) {
      const answer = await caller.call('supervisor.getVersion');
      expect(answer).toEqual({ ok: true, value: 'x'.repeat(200_000) });
    }
    expect(connected).toBe(1);
  });

  it('is given up when the server says nothing', async () => {
    const server = await listen(createServer());
    const answer = await client(urlOf(server), { timeout: 0.05 }).call('supervisor.getVersion');
    expect(answer).toEqual({ ok: false, problem: { kind: 'silent', seconds: 0.05 } });
  });

  it('that starts something waits longer than the time-out', async () => {
    const server = await serve((request, response) => {
      // The wait is the point: longer than the time-out of 20 ms.
      request.resume().on('end', () => setTimeout(() => response.end(encodeResponse(true)), 80));
    });
    const answer = await client(urlOf(server), { timeout: 0.02 }).call('supervisor.startProcess', 'x');
    expect(answer).toEqual({ ok: true, value: true });
  });

  it.each<[string, (socket: Socket) => void, object]>([
    ['closes at once', socket => socket.destroy(), { kind: 'reset' }],
    ['breaks off', socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'), { kind: 'reset' }],
    ['speaks ssh', socket => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), { kind: 'foreign' }],
    [
      'answers HTML',
      socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>'),
      { kind: 'foreign' },
    ],
    [
      'fails',
      socket => socket.end('HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n'),
      { kind: 'status', status: 500 },
    ],
    [
      'wants a password',
      socket => socket.end('HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno'),
      { kind: 'unauthorized' },
    ],
  ])('to a server that %s gives the problem', async (_, act, problem) => {
    const server = await listen(createServer(socket => socket.once('data', () => act(socket))));
    expect(await client(urlOf(server)).call('supervisor.getVersion')).toEqual({ ok: false, problem });
  });

  it.each([
    ['unix:///no/such/socket', 'missing'],
    [`unix://${tmpdir()}`, 'refused'],
    ['http://127.0.0.1:1', 'refused'],
    ['https://127.0.0.1', 'scheme'],
    ['localhost:9001', 'scheme'],
    ['http://[bad', 'scheme'],
  ])('to %s is %s', async (url, kind) => {
    expect(await client(url).call('supervisor.getVersion')).toEqual({ ok: false, problem: { kind } });
  });
});

describe('following a log', () => {
  it('gives the bytes as they come, until the server ends', async () => {
    const server = await serve((_, response) => {
      response.write('one\n');
      response.end(Buffer.from([0xff, 0x00]));
    });
    const seen: Buffer[] = [];
    const answer = await client(urlOf(server)).follow(
      '/logtail/x/stdout',
      bytes => seen.push(bytes),
      new AbortController().signal,
    );
    expect(answer).toEqual({ ok: true, value: undefined });
    expect(Buffer.concat(seen)).toEqual(Buffer.from([...Buffer.from('one\n'), 0xff, 0x00]));
  });

  it('ends without a problem when it is aborted', async () => {
    const server = await serve((_, response) => {
      response.write('one\n');
    });
    const stop = new AbortController();
    const answer = await client(urlOf(server)).follow('/mainlogtail', () => stop.abort(), stop.signal);
    expect(answer).toEqual({ ok: true, value: undefined });
  });

  it('does not take the page of an error for a log', async () => {
    const server = await serve((_, response) => {
      response.writeHead(404).end('no such page');
    });
    const seen: Buffer[] = [];
    const answer = await client(urlOf(server)).follow(
      '/x',
      bytes => seen.push(bytes),
      new AbortController().signal,
    );
    expect(answer).toEqual({ ok: false, problem: { kind: 'status', status: 404 } });
    expect(seen).toEqual([]);
  });
});
