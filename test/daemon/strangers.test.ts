import { readFile, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { freePort } from '../support/port.ts';
import { until } from '../support/until.ts';

const CONFIG = `
[program:cat]
command=/bin/cat
startsecs=0
`;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What each request would do is seen by the process: it gets another pid, another state, or is no more. */
const CALL = `<?xml version="1.0"?><methodCall><methodName>supervisor.stopAllProcesses</methodName><params/></methodCall>`;

/** All that changes something besides the JSON API, and the streams and pages that tell something. */
const CHANGING: readonly Sent[] = [
  { method: 'POST', path: '/RPC2', body: CALL, headers: { 'content-type': 'text/xml' } },
  { method: 'POST', path: '/RPC2', body: CALL, headers: { 'content-type': 'text/plain' } },
  { method: 'POST', path: '/RPC2/anything', body: CALL },
  { method: 'GET', path: '/?processname=cat&action=stop' },
  { method: 'GET', path: '/index.html?processname=cat&action=restart' },
  { method: 'GET', path: '/?action=stopall' },
  { method: 'GET', path: '/?processname=cat&action=clearlog' },
  { method: 'HEAD', path: '/?action=restartall' },
  { method: 'POST', path: '/', body: 'deed=stop+cat' },
  { method: 'POST', path: '/index.html', body: 'action=stopall' },
];
const READING: readonly string[] = [
  ...['/', '/process.html?processname=cat', '/daemon.html', '/tail.html?processname=cat', '/mainlogtail'],
  ...['/logtail/cat', '/web/watch?processname=cat', '/web/log?stream=main', '/web/usage', '/web/actors'],
  ...['/web/configuration?processname=cat', '/web/changes', '/web/exits', '/web/curves?process=cat:cat'],
  ...['/api/v1/events', '/api/v1/processes', '/api/v1/daemon', '/api/v1/config', '/api/v1/openapi.json'],
];

describe('a stranger', () => {
  let daemon: Daemon;
  let port: number;
  let inspector: URL;
  let pid: number;

  beforeAll(async () => {
    port = await freePort();
    daemon = await startDaemon(`${CONFIG}[inet_http_server]\nport=127.0.0.1:${port}\n`);
    await until('cat', async () => (await daemon.ctl('status', 'cat')).stdout.includes('RUNNING'));
    inspector = new URL(String(await daemon.call('statevisor.inspect', true)));
    pid = await pidNow();
  });
  afterAll(() => daemon?.stop());

  const pidNow = async () => Number((await daemon.ctl('pid', 'cat')).stdout);

  /** The answer's head; what streams is not waited for. */
  const ask = ({ method, path, body, headers = {} }: Sent): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(body.length) };
      request(
        { host: '127.0.0.1', port, method, path, agent: false, headers: { ...length, ...headers } },
        response => {
          response.destroy();
          resolve(response);
        },
      )
        .once('error', reject)
        .end(body);
    });

  /** Every operation of the JSON API that changes something, by its own description. */
  const operations = async (): Promise<readonly Sent[]> => {
    const { paths } = await (await fetch(`http://127.0.0.1:${port}/api/v1/openapi.json`)).json();
    return Object.entries(paths as Readonly<Record<string, object>>).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter(method => method !== 'get' && method !== 'parameters')
        .map(method => ({
          method: method.toUpperCase(),
          path: `/api/v1${path.replace(/^\/api\/v1/, '').replace(/\{\w+\}/g, 'cat')}`,
        })),
    );
  };

  it.each<[who: string, headers: Readonly<Record<string, string>>]>([
    ['a page of another site', { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a page of another site in an old browser', { origin: 'http://evil.example' }],
    [
      'a page of the same address in another port',
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
    ],
    ['a page of another scheme', { origin: 'https://evil.example:443' }],
    ['a file, a sandboxed frame, a data: page', { origin: 'null' }],
    ['a link or an image on another site, without Origin', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    ['a browser that says something new', { 'sec-fetch-site': 'whatever' }],
    ['something that is no address', { origin: 'http://[' }],
  ])('%s changes nothing, by any door', async (_, headers) => {
    const doors = [...CHANGING, ...(await operations())];
    expect(doors.length).toBeGreaterThan(CHANGING.length + 10);
    for (const sent of doors) {
      const { statusCode } = await ask({ ...sent, headers: { ...sent.headers, ...headers } });
      expect(statusCode, `${sent.method} ${sent.path}`).toBe(403);
    }
    expect(await pidNow()).toBe(pid);
  });

  it.each([
    'evil.example',
    'evil.example:9001',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1.nip.io',
    'notlocalhost',
    '[::1].evil.example',
    'localhost:9001@evil.example',
    '127.0.0.1 evil.example',
  ])('who comes by the name %s, which was made to lead here, does nothing and reads nothing', async host => {
    // The page is then of the same origin as what it asks for: only the name tells.
    const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    const reading = READING.map(path => ({ method: 'GET', path, headers: { host } }));
    for (const sent of [...CHANGING, ...(await operations()), ...reading]) {
      const { statusCode } = await ask({ ...sent, headers: { ...sent.headers, ...headers } });
      expect(statusCode, `${sent.method} ${sent.path}`).toBe(403);
    }
    expect(await pidNow()).toBe(pid);
  });

  it('gets from nowhere the right to read across sites, nor to frame a page', async () => {
    for (const path of READING) {
      const { statusCode, headers } = await ask({
        method: 'GET',
        path,
        headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
      });
      expect([path, statusCode]).toEqual([path, 200]);
      expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([]);
      if (headers['content-type']?.startsWith('text/html'))
        expect([path, headers['content-security-policy']]).toEqual([
          path,
          expect.stringContaining("frame-ancestors 'none'"),
        ]);
    }
    for (const sent of await operations()) {
      const headers = { origin: 'http://evil.example', 'access-control-request-method': sent.method };
      const preflight = await ask({ ...sent, method: 'OPTIONS', headers });
      expect(Object.keys(preflight.headers).filter(name => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it.each([
    [{ origin: 'http://evil.example' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ host: 'evil.example', origin: 'http://evil.example' }, 403],
    [{}, 101],
  ])('with %o is answered %i by the inspector’s WebSocket', async (headers, expected) => {
    const socket = new WebSocket(inspector.href.replace('http', 'ws'), { headers });
    const status = await new Promise(resolve => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.once('error', () => {});
    });
    expect(status).toBe(expected);
    socket.on('error', () => {});
    socket.terminate();
  });

  it('is told apart from a script, which acts as ever, and from our own page', async () => {
    const script = await ask({ method: 'GET', path: '/?processname=cat&action=restart' });
    expect(script.statusCode).toBe(301);
    expect(await pidNow()).not.toBe(pid);
    const own = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
    const { statusCode } = await ask({
      ...{ method: 'POST', path: '/api/v1/processes/cat/cat/restart', headers: own },
    });
    expect(statusCode).toBe(200);
    pid = await pidNow();
  });
});

describe('a secret', () => {
  it('is on no page, in no answer for the pages, in no log and nowhere in the inspector', async () => {
    const port = await freePort();
    const secrets = ['mark-environment', 'mark-inherited', 'mark-password', 'mark-argument', 'mark-new'];
    const [ofProgram, inherited, password, argument, changed] = secrets as [
      string,
      string,
      string,
      string,
      string,
    ];
    const config = `
[program:web]
command=/bin/sh -c "exec sleep 1000" --token %(ENV_API_TOKEN)s x%(ENV_API_TOKEN)sx --password=${argument} postgres://me:${argument}@db/x
environment=DB_PASSWORD="${ofProgram}",PLAIN="${ofProgram}"
directory=/
startsecs=0
[program:broken]
command=/no/such --password=%(ENV_API_TOKEN)s
startretries=0
[inet_http_server]
port=127.0.0.1:${port}
username=user
password=${password}
`;
    const daemon = await startDaemon(config, { env: { API_TOKEN: inherited } });
    try {
      const authorization = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
      const get = async (path: string) =>
        (await fetch(`http://127.0.0.1:${port}/${path}`, { headers: { authorization } })).text();
      await until('the end of it', async () => (await daemon.ctl('status')).stdout.includes('FATAL'));
      const text = (await readFile(daemon.conf, 'utf8')).replace(
        'startsecs=0',
        `startsecs=1\nstopasgroup=true`,
      );
      await writeFile(daemon.conf, text.replace(`PLAIN="${ofProgram}"`, `PLAIN="${changed}"`));
      await fetch(`http://127.0.0.1:${port}/api/v1/config/reread`, {
        method: 'POST',
        headers: { authorization },
      });
      const changes = await get('web/changes');
      expect(changes).toContain('environment: PLAIN');
      const told: string[] = [];
      const address = new URL(String(await daemon.call('statevisor.inspect', true)));
      const viewer = new WebSocket(`ws://127.0.0.1:${address.port}/`, { headers: { authorization } });
      viewer.on('message', data => told.push(String(data)));
      await until('the actors', () => told.length > 5);
      await daemon.ctl('restart', 'web');
      await until('what happened', () => told.some(each => each.includes('process.exited')));
      viewer.terminate();
      const seen = await Promise.all(
        [
          ...['', 'daemon.html', 'process.html?processname=web', 'process.html?processname=broken'],
          ...['web/configuration?processname=web', 'web/configuration?processname=broken', 'web/actors'],
          ...['web/exits', 'web/usage', 'api/v1/processes', 'api/v1/daemon', 'api/v1/events/history'],
        ].map(async path => [path, await get(path)] as const),
      );
      const all = [
        ...seen,
        ['changes', changes],
        ['inspector', told.join('\n')],
        ['log', await daemon.log()],
      ];
      for (const [where, shown] of all) {
        expect(shown, where).not.toBe('');
        for (const secret of secrets) expect(shown?.includes(secret), `${secret} in ${where}`).toBe(false);
      }
    } finally {
      await daemon.stop();
    }
  });
});
