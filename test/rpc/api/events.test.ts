import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { lone } from '../../machines/fake.ts';
import { listen, openApi } from './fixture.ts';

const off = { autostart: false } as const;
const open = () => openApi([lone('cat', { ...off, environment: { TOKEN: 's3cret' } }), lone('dog', off)]);
const types = (events: readonly { type: string }[]) => events.map(({ type }) => type);

describe('the stream of events', () => {
  it('tells what happens from now on, each as its schema says', async () => {
    const { url, kernel, root, call, clock, document } = await open();
    const stream = await listen(`${url}/api/v1/events`);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    await call('supervisor.startProcess', ['cat', false]);
    kernel.start();
    clock.increment(1000);
    await call('supervisor.signalProcess', ['cat', 'HUP']);
    root.send({ type: 'supervisor.reread', groups: [lone('cow', off)] });
    root.send({ type: 'supervisor.add', group: 'cow' });
    root.send({ type: 'supervisor.remove', group: 'dog' });
    root.send({ type: 'supervisor.shutdown' });
    kernel.exit(-1);
    await expect.poll(() => types(stream.events())).toContain('process.exited');
    const events = stream.events();
    expect(new Set(types(events))).toEqual(
      new Set([
        'process.state',
        'process.spawned',
        'process.signalled',
        'process.exited',
        'group.added',
        'group.removed',
        'daemon.state',
        'daemon.waiting',
      ]),
    );
    expect(events[0]).toMatchObject({ name: 'cat', from: 'STOPPED', to: 'STARTING' });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => events[0].seq + index));
    expect(JSON.stringify(events)).not.toContain('s3cret');
    const ajv = new Ajv2020({ strict: false });
    const validate = ajv.compile({ $ref: '#/components/schemas/Event', components: document.components });
    for (const event of events) expect(validate(event), JSON.stringify(event)).toBe(true);
  });

  it('tells only of the types and the group that are asked for', async () => {
    const { url, call, kernel } = await open();
    const states = await listen(`${url}/api/v1/events?type=process.state&group=dog`);
    const processes = await listen(`${url}/api/v1/events?type=process&type=daemon`);
    for (const name of ['cat', 'dog']) await call('supervisor.startProcess', [name, false]);
    kernel.start('cat');
    kernel.start('dog');
    await expect
      .poll(() => types(processes.events()))
      .toEqual(expect.arrayContaining(['process.state', 'process.spawned']));
    await expect.poll(states.events).toMatchObject([{ type: 'process.state', group: 'dog', to: 'STARTING' }]);
  });

  it('goes on where a client left off', async () => {
    const { url, call, kernel } = await open();
    const first = await listen(`${url}/api/v1/events`);
    await call('supervisor.startProcess', ['cat', false]);
    await expect.poll(() => first.events().length).toBe(1);
    await first.stop();
    kernel.start('cat');
    await call('supervisor.startProcess', ['dog', false]);
    const byHeader = await listen(`${url}/api/v1/events`, { 'Last-Event-ID': first.lastId() });
    const byQuery = await listen(`${url}/api/v1/events?after=${first.lastId()}`);
    for (const second of [byHeader, byQuery]) {
      await expect.poll(() => types(second.events())).toEqual(['process.spawned', 'process.state']);
      expect(second.events()[0].seq).toBe(first.events()[0].seq + 1);
    }
  });

  it('tells a client of another daemon, or of nonsense, to begin anew', async () => {
    const { url, call } = await open();
    for (const id of ['x1y2z3-5', 'nonsense', '-', '']) {
      const stream = await listen(`${url}/api/v1/events`, { 'Last-Event-ID': id });
      await expect.poll(stream.events).toMatchObject([{ type: 'stream.reset', missed: null }]);
      await stream.stop();
    }
    await call('supervisor.startProcess', ['cat', false]);
  });

  it('tells a client that was away for too long how much it missed, and goes on', async () => {
    const { url, root, call } = await open();
    const first = await listen(`${url}/api/v1/events`);
    await call('supervisor.startProcess', ['cat', false]);
    await expect.poll(() => first.events().length).toBe(1);
    await first.stop();
    for (let count = 0; count < 2500; count++) {
      root.send({ type: 'supervisor.reread', groups: [lone('cow', off)] });
      root.send({ type: 'supervisor.add', group: 'cow' });
      root.send({ type: 'supervisor.remove', group: 'cow' });
    }
    const second = await listen(`${url}/api/v1/events`, { 'Last-Event-ID': first.lastId() });
    await expect.poll(second.events).toMatchObject([{ type: 'stream.reset', missed: 5000 }]);
    await call('supervisor.startProcess', ['dog', false]);
    await expect
      .poll(second.events)
      .toMatchObject([{ type: 'stream.reset' }, { type: 'process.state', name: 'dog' }]);
  });
});

describe('the history of events', () => {
  const history = async (url: string, query: string) => {
    const response = await fetch(`${url}/api/v1/events/history${query}`);
    return { status: response.status, events: (await response.json()) as { seq: number; type: string }[] };
  };
  const numbers = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);

  it('goes by sequence number', async () => {
    const { url, call, kernel } = await open();
    await call('supervisor.startProcess', ['dog', false]);
    kernel.start('dog');
    const all = (await history(url, '')).events;
    expect(types(all)).toEqual(expect.arrayContaining(['process.state', 'process.spawned']));
    expect(numbers(all)).toEqual(all.map((_, index) => index + 1));
    expect((await history(url, '?after=2')).events).toEqual(all.slice(2));
    expect((await history(url, '?after=1&limit=2')).events).toEqual(all.slice(1, 3));
    expect((await history(url, `?after=${all.length}`)).events).toEqual([]);
    expect(types((await history(url, '?type=process.spawned&group=dog')).events)).toEqual([
      'process.spawned',
    ]);
    expect((await history(url, '?group=cat&type=process')).events).toEqual([]);
  });

  it.each(['?after=x', '?after=-1', '?after=1.5', '?limit=0'])('refuses %s', async query => {
    const { url } = await open();
    expect((await history(url, query)).status).toBe(400);
  });
});
