import { describe, expect, it } from 'vitest';
import { findProcess } from '../../machines/info.ts';
import { groupSpec, lone, programSpec } from '../machines/fake.ts';
import { OURS, openPages, THEIRS, TYPED } from './fixture.ts';

const stopped = { autostart: false } as const;

const opened = () =>
  openPages([
    lone('cat'),
    lone('dog', stopped),
    groupSpec('pack', [programSpec('wolf', { ...stopped, group: 'pack', names: ['wolf_0', 'wolf_1'] })]),
  ]);

type Pages = Awaited<ReturnType<typeof opened>>;

const stateOf = ({ root }: Pages, group: string, name = group) =>
  findProcess(root.getSnapshot(), group, name)?.info.state;

/** The sentence that the next page shows. */
const messageOf = (location: string | undefined) =>
  decodeURIComponent(/^\.\/\?message=(.*)$/.exec(location ?? '')?.[1] ?? '');

describe("Supervisor's old URLs, as scripts use them", () => {
  it.each([
    ['/?processname=cat&action=start', 'ERROR: Process cat: already started'],
    ['/?processname=dog&action=stop', 'unexpected rpc fault [70] NOT_RUNNING: dog'],
    ['/?processname=nix&action=stop', 'No such process named nix'],
    ['/?processname=nix&action=start', 'No such process named nix'],
    ['/index.html?processname=nix&action=clearlog', 'No such process named nix'],
    ['/?processname=cat&action=clearlog', 'Log for cat cleared'],
    ['/index.html?processname=pack:wolf_0&action=clearlog', 'Log for pack:wolf_0 cleared'],
  ])('%s is answered by a way back with %j', async (path, message) => {
    const pages = await opened();
    pages.settle();
    const { status, headers } = await pages.ask({ path });
    expect(status).toBe(301);
    expect(messageOf(headers.location)).toBe(message);
  });

  it.each([
    ['stop', 'cat', 'STOPPED', 'Process cat stopped'],
    ['restart', 'cat', 'RUNNING', 'Process cat restarted'],
    ['start', 'dog', 'RUNNING', 'Process dog started'],
    ['restart', 'dog', 'RUNNING', 'Process dog restarted'],
  ])('action=%s of %s leaves it %s and says so', async (action, name, state, message) => {
    const pages = await opened();
    pages.settle();
    const asked = pages.ask({ path: `/?processname=${name}&action=${action}` });
    const { headers } = await pages.during(asked);
    expect(messageOf(headers.location)).toBe(message);
    expect(stateOf(pages, name)).toBe(state);
  });

  it('action=stopall stops all and says when', async () => {
    const pages = await opened();
    pages.settle();
    const { headers } = await pages.during(pages.ask({ path: '/index.html?action=stopall' }));
    expect(messageOf(headers.location)).toMatch(/^All stopped at \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/);
    expect(stateOf(pages, 'cat')).toBe('STOPPED');
  });

  it.each([
    ['/?processname=pack:*&action=start', 'pack', 'wolf_1', 'RUNNING', /^Group pack started$/],
    ['/?action=startall', 'dog', 'dog', 'RUNNING', /^All started at /],
    ['/?action=restartall', 'dog', 'dog', 'RUNNING', /^All restarted at /],
  ])('%s acts on several', async (path, group, name, state, message) => {
    const pages = await opened();
    pages.settle();
    const { headers } = await pages.during(pages.ask({ path }));
    expect(messageOf(headers.location)).toMatch(message);
    expect(stateOf(pages, group, name)).toBe(state);
  });

  it('a POST form acts as the link does', async () => {
    const pages = await opened();
    pages.settle();
    const asked = pages.ask({ path: '/index.html', body: 'processname=cat&action=stop' });
    expect(messageOf((await pages.during(asked)).headers.location)).toBe('Process cat stopped');
  });

  it('an action that does not exist is a bad request', async () => {
    const pages = await opened();
    expect((await pages.ask({ path: '/?processname=cat&action=dance' })).status).toBe(400);
    expect((await pages.ask({ path: '/?action=constructor' })).status).toBe(400);
  });

  it.each(['/?processname=cat&action=dance', '/?action=constructor', '/?processname=cat&action=toString'])(
    'a browser is not asked whether it means what does not exist: %s',
    async path => {
      const pages = await opened();
      expect((await pages.ask({ path, headers: TYPED })).status).toBe(400);
    },
  );
});

describe('a browser', () => {
  it('that comes from another site does not act, by link or by form', async () => {
    const pages = await opened();
    pages.settle();
    const path = `/?processname=cat&action=stop&token=${pages.token.value}`;
    expect((await pages.ask({ path, headers: THEIRS })).status).toBe(403);
    // As our buttons say it.
    const pressed = `/?deed=stop+cat&token=${pages.token.value}`;
    expect((await pages.ask({ path: pressed, headers: THEIRS })).status).toBe(403);
    const form = { path: '/', body: `processname=cat&action=stop&token=${pages.token.value}` };
    expect((await pages.ask({ ...form, headers: THEIRS })).status).toBe(403);
    expect((await pages.ask({ ...form, headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect(stateOf(pages, 'cat')).toBe('RUNNING');
  });

  it.each([
    ['typed', TYPED],
    ['of ours, but without the token', OURS],
    ['of an old browser that says nothing of its origin', { 'user-agent': 'Mozilla/5.0 (X11)' }],
  ])('with an address %s is asked first', async (_, headers) => {
    const pages = await opened();
    pages.settle();
    const { status, body } = await pages.ask({ path: '/?processname=cat&action=stop', headers });
    expect(status).toBe(200);
    expect(body).toContain('Stop cat?');
    expect(body).toContain(`value="${pages.token.value}"`);
    expect(stateOf(pages, 'cat')).toBe('RUNNING');
  });

  it('acts by a button of our page, which brings the token', async () => {
    const pages = await opened();
    pages.settle();
    const asked = pages.ask({ path: '/', headers: OURS, body: `token=${pages.token.value}&deed=stop+cat` });
    expect(messageOf((await pages.during(asked)).headers.location)).toBe('Process cat stopped');
  });

  it('may refresh the page from anywhere', async () => {
    const pages = await opened();
    const { status, headers } = await pages.ask({ path: '/?action=refresh', headers: TYPED });
    expect(status).toBe(301);
    expect(messageOf(headers.location)).toMatch(/^Page refreshed at /);
  });

  it('under a name that is not this machine is turned away from an open port, even to read', async () => {
    const pages = await opened();
    expect((await pages.ask({ path: '/', headers: { host: 'rebound.example' } })).status).toBe(403);
    expect(
      (await pages.ask({ path: '/web/log?stream=main', headers: { host: 'rebound.example' } })).status,
    ).toBe(403);
  });
});
