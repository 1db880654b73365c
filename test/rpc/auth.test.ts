import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { authenticator } from '../../src/rpc/auth.ts';
import { hashPassword } from '../../src/rpc/password.ts';
import { callOf, folder, openTestDaemon } from './fixture.ts';

const credentials = { username: 'user', password: 'pass:word' };
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const good = basic('user:pass:word');

afterEach(() => void vi.useRealTimers());
/** All that a test asks comes within a second, however busy the machine is. */
const stopClock = () => void vi.useFakeTimers({ toFake: ['performance'] });

describe('a server with a password', () => {
  it('lets in who knows it, also at the next request', async () => {
    const { ask } = await openTestDaemon([], { credentials });
    for (const _ of [1, 2]) {
      const { status } = await ask({ ...callOf('supervisor.getState'), headers: { authorization: good } });
      expect(status).toBe(200);
    }
  });

  it.each([
    ['nothing', undefined],
    ['another password', basic('user:password')],
    ['another user', basic('root:pass:word')],
    ['no password', basic('user')],
    ['another scheme', good.replace('Basic', 'Bearer')],
    ['no base64', 'Basic !!!'],
  ])('answers 401 to %s, and asks for Basic', async (_, authorization) => {
    const { ask } = await openTestDaemon([], { credentials });
    const { status, headers } = await ask({
      ...callOf('supervisor.shutdown'),
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Basic realm="default"');
  });

  it('answers 401 before it looks at the path or takes a body', async () => {
    const { ask } = await openTestDaemon([], { credentials });
    expect((await ask({ path: '/nosuch' })).status).toBe(401);
    expect((await ask({ path: '/RPC2', body: 'x'.repeat(1000) })).status).toBe(401);
  });

  it('answers slow down after ten failures within a second, to the right password as well', async () => {
    stopClock();
    const { ask } = await openTestDaemon([], { credentials });
    const bad = { authorization: basic('user:bad') };
    for (let count = 0; count < 10; count++) expect((await ask({ headers: bad })).status).toBe(401);
    const { status, headers } = await ask({ headers: { authorization: good } });
    expect([status, headers['retry-after']]).toEqual([429, '1']);
  });

  it('does not take a request without a password for a guess', async () => {
    const { ask } = await openTestDaemon([], { credentials });
    for (let count = 0; count < 30; count++) expect((await ask({})).status).toBe(401);
    expect((await ask({ path: '/nosuch', headers: { authorization: good } })).status).toBe(404);
  });

  it('answers slow down to guesses that all come at once', async () => {
    stopClock();
    const { ask } = await openTestDaemon([], { credentials });
    const guesses = Array.from({ length: 40 }, (_, count) =>
      ask({ headers: { authorization: basic(`user:${count}`) } }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter(status => status === 401)).toHaveLength(10);
    expect(statuses.filter(status => status === 429)).toHaveLength(30);
  });

  it('lets in many who know the password at once, however long it takes to check', async () => {
    const password = await hashPassword('pass:word');
    const { ask } = await openTestDaemon([], { credentials: { ...credentials, password } });
    const calls = Array.from({ length: 40 }, () =>
      ask({ path: '/nosuch', headers: { authorization: good } }),
    );
    for (const { status } of await Promise.all(calls)) expect(status).toBe(404);
  });

  it('does not slow down a unix socket, whose clients have no address', async () => {
    const path = join(await folder(), 's.sock');
    const address = { kind: 'unix', path, mode: undefined, owner: undefined } as const;
    const { ask } = await openTestDaemon([], { credentials, address });
    const bad = { authorization: basic('user:bad') };
    for (let count = 0; count < 12; count++) expect((await ask({ headers: bad })).status).toBe(401);
    expect((await ask({ path: '/nosuch', headers: { authorization: good } })).status).toBe(404);
  });

  it('derives a scrypt key once for each header that is let in', async () => {
    const admits = authenticator({ username: 'user', password: await hashPassword('word') });
    expect(await admits(basic('user:word'))).toBe(true);
    expect(admits(basic('user:word'))).toBe(true);
    expect(await admits(basic('user:wort'))).toBe(false);
    expect(await admits(basic('root:word'))).toBe(false);
  });
});

describe('a server whose password is a broken {SCRYPT} text', () => {
  it('lets nobody in, and says so in the log without saying the text', async () => {
    const broken = { username: 'user', password: '{SCRYPT}half' };
    const { ask, logged } = await openTestDaemon([], { credentials: broken });
    expect((await ask({ headers: { authorization: basic('user:{SCRYPT}half') } })).status).toBe(401);
    expect(logged.join()).toMatch(/^critical http:.* nobody is let in$/);
    expect(logged.join()).not.toContain('half');
  });
});

describe('a server without a password', () => {
  it('lets everybody in, but no page of another site', async () => {
    const { ask, logged } = await openTestDaemon();
    const call = callOf('supervisor.getState');
    expect((await ask(call)).status).toBe(200);
    expect((await ask({ ...call, headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await ask({ ...call, headers: { host: 'evil.example' } })).status).toBe(403);
    expect(logged.join('\n')).toContain("POST /RPC2 refused: it comes from another site's page");
  });
});
