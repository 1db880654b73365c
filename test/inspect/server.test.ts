import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createMachine } from 'xstate';
import { groupSpec, lone, programSpec } from '../machines/fake.ts';
import { until } from '../support/until.ts';
import { inspected, watch } from './fixture.ts';

const SECRET = 'marked-value-of-a-variable';
const PASSWORD = 'marked-password-on-a-command-line';

/** Waits until what was received has these names of actors. */
const actorsIn = (received: ReturnType<typeof watch>) =>
  received.flatMap(event => (event.type === '@xstate.actor' ? [event] : []));

/** Opens a WebSocket by hand: 101, or the status of the refusal. */
async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
  try {
    return await new Promise((resolve, reject) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.once('error', reject);
    });
  } finally {
    socket.terminate();
  }
}

describe('a viewer', () => {
  it('is shown the tree whatever path it asks for', async () => {
    const { server } = await inspected([lone('web')]);
    const received = watch(`${server.url}/`);
    await until('the tree', () => actorsIn(received).length > 0);
  });

  it('that comes late gets every actor, each with a definition from which createMachine builds', async () => {
    const { server, kernel } = await inspected([lone('web'), lone('idle', { autostart: false })]);
    kernel.start('web');
    const received = watch(server.url);
    await until('the tree', () => actorsIn(received).length === 7);
    const actors = actorsIn(received);
    expect(
      actors.map(({ name, parentId }) => [name, actors.find(a => a.sessionId === parentId)?.name]),
    ).toEqual([
      ['supervisor', undefined],
      ['herald', 'supervisor'],
      ['web:web', 'supervisor'],
      ['web', 'web:web'],
      ['process', 'web'],
      ['idle:idle', 'supervisor'],
      ['idle', 'idle:idle'],
    ]);
    for (const { definition } of actors) {
      const machine = createMachine(JSON.parse(definition ?? ''));
      expect(machine.id).toMatch(/^(supervisor|herald|program|instance|process)$/);
    }
    const web = actors.find(({ name }) => name === 'web');
    expect(web?.snapshot).toMatchObject({
      status: 'active',
      value: { alive: { starting: 'settling' } },
      context: { state: 'STARTING', spec: { name: 'web', startsecs: 1 } },
    });
  });

  it('is told of events, of snapshots, and of actors that are new', async () => {
    const { server, root, kernel, clock } = await inspected([lone('web')]);
    const received = watch(server.url);
    await until('the tree', () => actorsIn(received).length === 5);
    const instance = actorsIn(received).find(({ name }) => name === 'web')?.sessionId;
    kernel.start('web');
    clock.increment(1000);
    kernel.exit(1, 'web');
    const states = () =>
      received.flatMap(event =>
        event.type === '@xstate.snapshot' && event.sessionId === instance
          ? [(event.snapshot as { value?: unknown }).value]
          : [],
      );
    await until('the second start', () => states().length === 3);
    expect(actorsIn(received).length).toBe(6);
    expect(states()).toEqual([
      { alive: { starting: 'settling' } },
      { alive: 'running' },
      { alive: { starting: 'spawning' } },
    ]);
    expect(received).toContainEqual(
      expect.objectContaining({
        type: '@xstate.event',
        sessionId: instance,
        event: expect.objectContaining({ type: 'process.exited', exitstatus: 1 }),
      }),
    );
    expect(received.every(({ rootId }) => rootId === root.sessionId)).toBe(true);
  });

  it('of one group sees nothing of the others', async () => {
    const { server, root, kernel } = await inspected([lone('web'), lone('db')]);
    const received = watch(`${server.url}?group=web`);
    await until('the tree', () => actorsIn(received).length === 5);
    kernel.start('db');
    kernel.start('web');
    await until('an event', () => received.length > 5);
    // The root says which groups there are; that is all.
    const others = received.filter(
      event => event.type === '@xstate.event' || event.sessionId !== root.sessionId,
    );
    expect(others.length).toBeGreaterThan(3);
    expect(JSON.stringify(others)).not.toContain('"db"');
  });

  it('never sees a value of an environment, a command, or what is written to a process', async () => {
    const marked = programSpec('web', {
      environment: { TOKEN: SECRET, name: SECRET, type: SECRET },
      command: `/bin/web --password ${PASSWORD}`,
      argv: ['/bin/web', '--password', PASSWORD],
      directory: `/srv/${SECRET}`,
      serverurl: `http://user:${PASSWORD}@localhost`,
    });
    const { server, root, kernel } = await inspected([groupSpec('web', [marked])], {
      environment: { HOME: PASSWORD },
    });
    const received = watch(server.url);
    await until('the tree', () => actorsIn(received).length === 5);
    const group = groupSpec('more', [programSpec('more', { environment: { A: SECRET }, command: PASSWORD })]);
    root.send({ type: 'supervisor.reread', groups: [...root.getSnapshot().context.groups, group] });
    root.send({ type: 'supervisor.add', group: 'more' });
    kernel.start('web');
    const data = Buffer.from(SECRET);
    const to = { group: 'web', name: 'web' };
    root.send({ type: 'supervisor.command', to, command: { type: 'instance.stdin', data } });
    kernel.latest('more').report({
      type: 'process.failed',
      spawnerr: `can't find command '${SECRET}' (${PASSWORD})`,
      at: { wall: 0, monotonic: 0 },
    });
    // Its event is the last of all: an actor that is new is shown as it is by then, failure and all.
    await until('the failure', () =>
      received.some(event => event.type === '@xstate.event' && event.event.type === 'process.failed'),
    );
    const wire = JSON.stringify(received);
    expect(wire).toContain(`can't find command '•••' (•••)`);
    expect(wire).toContain(`{"bytes":${SECRET.length}}`);
    expect(wire).not.toContain(SECRET);
    expect(wire).not.toContain(PASSWORD);
    expect(wire).not.toContain('/bin/web');
  });

  it('needs the password of the http server', async () => {
    const credentials = { username: 'user', password: 'pass' };
    const { server } = await inspected([lone('web')], { credentials });
    const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect(await statusOf(server.url)).toBe(401);
    expect(await statusOf(server.url, basic('user:wrong'))).toBe(401);
    expect(await statusOf(server.url, basic('user:pass'))).toBe(101);
    const received = watch(server.url.replace('//', '//user:pass@'));
    await until('the tree', () => actorsIn(received).length === 5);
  });

  it('may be a page of ours, not one of another site, nor one that took our address for its name', async () => {
    const { server, logged } = await inspected([lone('web')]);
    const own = new URL(server.url).origin;
    expect(await statusOf(server.url, { Origin: own })).toBe(101);
    expect(await statusOf(server.url, { Origin: 'https://stately.ai' })).toBe(403);
    expect(await statusOf(server.url, { Origin: 'http://evil.test', Host: 'evil.test' })).toBe(403);
    expect(logged.filter(line => line.includes('another site'))).toHaveLength(2);
  });

  it('that hangs up before its answer harms nobody', async () => {
    const { server, logged } = await inspected([lone('web')]);
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await once(socket.resume(), 'close');
    const received = watch(server.url);
    await until('the tree', () => actorsIn(received).length === 5);
    expect(logged).toEqual([]);
  });
});

it('the tree is watched only while somebody looks', async () => {
  const { server, root } = await inspected([lone('web')]);
  let watched = 0;
  const { inspect } = root.system;
  root.system.inspect = observer => {
    watched += 1;
    const { unsubscribe } = inspect(observer);
    return {
      unsubscribe() {
        watched -= 1;
        unsubscribe();
      },
    };
  };
  expect(watched).toBe(0);
  const viewers = [1, 2].map(() => new WebSocket(server.url.replace(/^http/, 'ws')));
  await Promise.all(viewers.map(viewer => once(viewer, 'message')));
  expect(watched).toBe(1);
  for (const viewer of viewers) viewer.close();
  await until('the end', () => watched === 0);
});
