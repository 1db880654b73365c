import { rename, stat, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AddressTaken, CannotListen } from '../../src/rpc/listen.ts';
import { reply } from '../../src/rpc/reply.ts';
import type { Route } from '../../src/rpc/routes.ts';
import { lone } from '../machines/fake.ts';
import { answerOf, callOf, folder, openTestDaemon, openTestServer } from './fixture.ts';

const hello: Route = {
  path: '/hello',
  match: 'exact',
  handle: (_, response) => reply(response, 200, 'text/plain', 'hello'),
};

const call = '<methodCall><methodName>supervisor.getState</methodName></methodCall>';

/** Speaks to a server without a client's manners: what is sent, what comes back until it is quiet. */
const speak = (port: number, text: string, until: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part: string) => {
      heard += part;
      if (until.test(heard)) socket.end();
    });
    socket.once('close', () => resolve(heard)).once('error', reject);
  });

const portOf = ({ server }: Awaited<ReturnType<typeof openTestServer>>): number =>
  server.address.kind === 'inet' ? server.address.port : 0;

describe('a server', () => {
  it('answers a call on a TCP port', async () => {
    const { ask } = await openTestDaemon();
    const got = await ask(callOf('supervisor.getState'));
    expect(got.headers).toMatchObject({ 'content-type': 'text/xml' });
    expect(answerOf(got)).toEqual({ statecode: 1, statename: 'RUNNING' });
  });

  it('answers a call on a unix socket that only its owner may use', async () => {
    const path = join(await folder(), 's.sock');
    const { ask } = await openTestDaemon([], {
      address: { kind: 'unix', path, mode: undefined, owner: undefined },
    });
    expect(answerOf(await ask(callOf('supervisor.getPID')))).toBe(4711);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'gives a unix socket the mode and the owner that are configured',
    async () => {
      const path = join(await folder(), 's.sock');
      await openTestServer([], {
        address: { kind: 'unix', path, mode: 0o770, owner: { uid: 65534, gid: 65533 } },
      });
      const { mode, uid, gid } = await stat(path);
      expect([mode & 0o777, uid, gid]).toEqual([0o770, 65534, 65533]);
    },
  );

  it('answers any path that begins with /RPC2', async () => {
    const { ask } = await openTestDaemon();
    for (const path of ['/RPC2', '/RPC2/', '/RPC2xx?y=1']) {
      expect((await ask({ ...callOf('supervisor.getPID'), path })).status, path).toBe(200);
    }
  });

  it.each([
    ['a GET', { path: '/RPC2' }, 400],
    ['a HEAD', { path: '/RPC2', method: 'HEAD' }, 400],
    ['a PUT', { path: '/RPC2', method: 'PUT', body: call }, 400],
    ['a DELETE', { path: '/RPC2', method: 'DELETE' }, 400],
    ['a body that is no XML', { path: '/RPC2', body: 'garbage' }, 400],
    ['an empty body', { path: '/RPC2', body: '' }, 400],
    ['a call without a method name', { path: '/RPC2', body: '<methodCall></methodCall>' }, 400],
    ['an empty method name', { path: '/RPC2', body: '<methodCall><methodName/></methodCall>' }, 400],
    ['a response', { path: '/RPC2', body: '<methodResponse><params/></methodResponse>' }, 400],
    ['XML that declares entities', { path: '/RPC2', body: `<!DOCTYPE a [<!ENTITY b "c">]>${call}` }, 400],
    ['another path', { path: '/rpc2', body: call }, 404],
    [
      'the call with an unknown content type',
      { path: '/RPC2', body: call, headers: { 'content-type': 'a/b' } },
      200,
    ],
    ['a chunked body', { path: '/RPC2', body: call, headers: { 'transfer-encoding': 'chunked' } }, 200],
  ])('answers %s with its status', async (_, asked, status) => {
    const { ask } = await openTestDaemon();
    expect((await ask(asked)).status).toBe(status);
  });

  it('answers a POST that tells no length 411', async () => {
    const opened = await openTestDaemon();
    const heard = await speak(portOf(opened), 'POST /RPC2 HTTP/1.1\r\nHost: localhost\r\n\r\n', /<\/h1>/);
    expect(heard).toMatch(/^HTTP\/1\.1 411 /);
  });

  it('answers HTTP/1.0, and keeps the connection only where that is asked for', async () => {
    const opened = await openTestDaemon();
    const head = `POST /RPC2 HTTP/1.0\r\nContent-Length: ${call.length}\r\n`;
    expect(await speak(portOf(opened), `${head}\r\n${call}`, /never/)).toContain('RUNNING');
    const twice = `${head}Connection: Keep-Alive\r\n\r\n${call}`;
    const heard = await speak(portOf(opened), twice + twice, /RUNNING.*RUNNING.*<\/methodResponse>/s);
    expect(heard.match(/connection: keep-alive/gi)).toHaveLength(2);
  });

  it('answers a client that tells no host', async () => {
    const opened = await openTestDaemon();
    const request = `POST /RPC2 HTTP/1.1\r\nContent-Length: ${call.length}\r\n\r\n${call}`;
    expect(await speak(portOf(opened), request, /<\/methodResponse>/)).toContain('RUNNING');
  });

  it('answers many calls on one connection', async () => {
    const { ask } = await openTestDaemon();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    for (let count = 0; count < 20; count++) {
      expect((await ask({ ...callOf('supervisor.getState'), agent })).status).toBe(200);
    }
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
  });

  it('refuses a body of 50 MB, told in advance or not, and goes on', async () => {
    const { ask } = await openTestDaemon();
    const body = Buffer.alloc(50_000_000, 0x20);
    expect((await ask({ path: '/RPC2', body })).status).toBe(413);
    expect((await ask({ path: '/RPC2', body, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(
      413,
    );
    expect((await ask(callOf('supervisor.getState'))).status).toBe(200);
  });

  it('refuses a body when too many long ones arrive at once, and goes on when they are gone', async () => {
    const opened = await openTestDaemon();
    const half = Buffer.alloc(15_000_000, 0x20);
    const head = `POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${half.length + 1}\r\n\r\n`;
    const heard = await new Promise<string>(resolve => {
      for (let count = 0; count < 5; count++) {
        const socket = connect(portOf(opened), '127.0.0.1', () =>
          socket.write(head, () => socket.write(half)),
        );
        socket.once('data', data => resolve(data.toString())).once('error', () => {}); // Cut off at the end.
        onTestFinished(() => {
          socket.destroy();
        });
      }
    });
    expect(heard).toMatch(/^HTTP\/1\.1 503 /);
    expect((await opened.ask(callOf('supervisor.getState'))).status).toBe(200);
  });

  it('survives clients that leave within a request or send no HTTP', async () => {
    const opened = await openTestDaemon();
    const head = 'POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n<method';
    await new Promise(resolve => {
      const socket = connect(portOf(opened), '127.0.0.1', () => socket.write(head, () => socket.destroy()));
      socket.once('close', resolve);
    });
    expect(await speak(portOf(opened), '\0\0\r\n\r\n', /never/)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await opened.ask(callOf('supervisor.getState'))).status).toBe(200);
  });

  it('answers a route that throws with 500, writes why into the log, and goes on', async () => {
    const broken: Route = {
      path: '/broken',
      match: 'prefix',
      handle: request => {
        if (request.url === '/broken/soon') throw new Error('so soon');
        return Promise.reject(new Error('later'));
      },
    };
    const { ask, logged } = await openTestServer([broken, hello]);
    expect((await ask({ path: '/broken/soon' })).status).toBe(500);
    expect((await ask({ path: '/broken' })).status).toBe(500);
    expect(logged.join('\n')).toMatch(/so soon.*later/s);
    expect((await ask({ path: '/hello?x=1' })).body).toBe('hello');
  });

  it('lets a request end when it is closed, and cuts it when that takes too long', async () => {
    const opened = await openTestDaemon([lone('cat', { autostart: false })]);
    const quick = opened.ask(callOf('supervisor.startProcess', 'cat'));
    await expect.poll(() => opened.kernel.spawned.length).toBe(1);
    const closed = opened.server.close(5000);
    opened.kernel.start();
    opened.clock.increment(1000);
    expect(answerOf(await quick)).toBe(true);
    await closed;

    const other = await openTestDaemon([lone('cat', { autostart: false })]);
    const slow = other.ask(callOf('supervisor.startProcess', 'cat'));
    await expect.poll(() => other.kernel.spawned.length).toBe(1);
    await Promise.all([expect(slow).rejects.toThrow(), other.server.close(10)]);
  });
});

describe('a server that opens', () => {
  const unix = (path: string) => ({ kind: 'unix', path, mode: undefined, owner: undefined }) as const;

  it('refuses a port that is taken, in the words of Supervisor', async () => {
    const { server } = await openTestServer([]);
    const second = openTestServer([], { address: server.address });
    await expect(second).rejects.toThrow(AddressTaken);
    await expect(second).rejects.toThrow(
      'Another program is already listening on a port that one of our HTTP servers is configured to use.  Shut this program down first before starting supervisord.',
    );
  });

  it('refuses a unix socket that somebody listens on, and leaves it alone', async () => {
    const path = join(await folder(), 's.sock');
    const { ask } = await openTestServer([hello], { address: unix(path) });
    await expect(openTestServer([], { address: unix(path) })).rejects.toThrow(AddressTaken);
    expect((await ask({ path: '/hello' })).body).toBe('hello');
  });

  it('replaces a socket file that nobody listens on, and says so', async () => {
    const path = join(await folder(), 's.sock');
    // Node removes the file of a server that it closes, so this one is moved out of its sight.
    const abandoned = createServer().listen(`${path}.old`);
    await new Promise(resolve => abandoned.once('listening', resolve));
    await rename(`${path}.old`, path);
    await new Promise(resolve => abandoned.close(resolve));
    const { ask, logged } = await openTestServer([hello], { address: unix(path) });
    expect((await ask({ path: '/hello' })).body).toBe('hello');
    expect(logged).toEqual([`critical Unlinking stale socket ${path}`]);
  });

  it('leaves any other file in the place of its socket alone', async () => {
    const path = join(await folder(), 'precious');
    await writeFile(path, 'precious');
    await expect(openTestServer([], { address: unix(path) })).rejects.toThrow(AddressTaken);
    expect((await stat(path)).isFile()).toBe(true);
  });

  it('says why it cannot listen', async () => {
    const path = join(await folder(), 'missing', 's.sock');
    const opening = openTestServer([], { address: unix(path) });
    await expect(opening).rejects.toThrow(CannotListen);
    await expect(opening).rejects.toThrow('reported errno.ENOENT (2) for unix:///');
    await expect(
      openTestServer([], { address: { kind: 'inet', host: '192.0.2.1', port: 80 } }),
    ).rejects.toThrow(/^Cannot open an HTTP server: socket\.error reported errno\.EADDRNOTAVAIL \(99\)/);
  });

  it('removes its socket file when it is closed', async () => {
    const path = join(await folder(), 's.sock');
    const { server } = await openTestServer([], { address: unix(path) });
    await server.close(0);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});
