import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { has } from '../support/needs.ts';

const CONFIG = `
[unix_http_server]
username=user
password={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d
[program:cat]
command=sh -c 'echo hello; exec cat'
startsecs=0
[program:nolog]
command=cat
stdout_logfile=NONE
`;
const call = '<?xml version="1.0"?><methodCall><methodName>supervisor.getState</methodName></methodCall>';
const authorization = `Basic ${Buffer.from('user:thepassword').toString('base64')}`;

interface Row {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string;
}

/** The status that a daemon answers, and the headers that a client looks at; the connection is left then. */
const head = (daemon: Daemon, { method, path = '/RPC2', headers = {}, body }: Row): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const isChunked = 'transfer-encoding' in headers;
    const length = body === undefined || isChunked ? {} : { 'content-length': body.length };
    const sent = request(
      {
        socketPath: daemon.socket,
        path,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        // Python's holds a log back from a client that wants the connection closed.
        headers: { connection: 'keep-alive', authorization, ...length, ...headers },
        agent: false,
      },
      response => {
        const { 'content-type': type, 'www-authenticate': asks } = response.headers;
        const isError = (response.statusCode ?? 0) >= 400;
        resolve({ status: response.statusCode, type: isError ? undefined : type, asks });
        response.destroy();
      },
    );
    sent.once('error', reject).end(body);
  });

describe.skipIf(!has('supervisor'))('the same requests, sent to Python’s supervisord and to ours:', () => {
  let daemons: readonly Daemon[] = [];

  beforeAll(async () => {
    daemons = [await startOracle(CONFIG), await startDaemon(CONFIG)];
  });

  afterAll(async () => {
    await Promise.all(daemons.map(daemon => daemon.stop()));
  });

  it.each<[string, Row]>([
    ['a call', { body: call }],
    ['a call to /RPC2/', { path: '/RPC2/', body: call }],
    ['a call to /RPC2 and more', { path: '/RPC2xx?y=1', body: call }],
    ['a call as text', { body: call, headers: { 'content-type': 'text/plain' } }],
    ['a call without a password', { body: call, headers: { authorization: '' } }],
    ['a call with a wrong password', { body: call, headers: { authorization: 'Basic dXNlcjp4' } }],
    ['a GET', {}],
    ['a HEAD', { method: 'HEAD' }],
    ['a PUT', { method: 'PUT', body: call }],
    ['a DELETE', { method: 'DELETE' }],
    ['garbage', { body: 'garbage' }],
    ['no method name', { body: '<methodCall></methodCall>' }],
    ['an empty method name', { body: '<methodCall><methodName></methodName></methodCall>' }],
    ['empty params', { body: call.replace('</methodCall>', '<params/></methodCall>') }],
    ['an unknown path', { path: '/nosuch' }],
    ['an unknown path without a password', { path: '/nosuch', headers: { authorization: '' } }],
    ['a log', { path: '/logtail/cat' }],
    ['a log of a stream', { path: '/logtail/cat/stdout' }],
    ['a log of an unknown stream', { path: '/logtail/cat/stdin' }],
    ['a log of an unknown process', { path: '/logtail/nobody' }],
    ['a log that there is not', { path: '/logtail/nolog' }],
    ['the main log', { path: '/mainlogtail' }],
    ['a POST to a log', { path: '/logtail/cat', body: 'x' }],
  ])('%s', async (_, row) => {
    const [theirs, ours] = await Promise.all(daemons.map(daemon => head(daemon, row)));
    expect(ours).toEqual(theirs);
  });

  it.each<[string, Row, number, number]>([
    ['a chunked body is taken', { body: call, headers: { 'transfer-encoding': 'chunked' } }, 411, 200],
    ['a path in other letters is another path', { path: '/rpc2', body: call }, 400, 404],
  ])('%s (better)', async (_, row, theirs, ours) => {
    const got = await Promise.all(daemons.map(daemon => head(daemon, row)));
    expect(got).toMatchObject([{ status: theirs }, { status: ours }]);
  });
});
