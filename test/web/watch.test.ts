import { get, type IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import type { Moment, Taken } from '../../src/web/watch.ts';
import { lone } from '../machines/fake.ts';
import { openPages } from './fixture.ts';

/** Reads server-sent events one by one. */
async function watched(port: number, name: string) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: `/web/watch?processname=${name}`, agent: false }, resolve).once(
      'error',
      reject,
    );
  });
  onTestFinished(() => void response.destroy());
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]();
  let text = '';
  return async (): Promise<{ event: string; data: unknown }> => {
    while (!text.includes('\n\n')) text += (await chunks.next()).value;
    const [message = '', rest = ''] = text.split(/\n\n(.*)/s);
    text = rest;
    const [, event = '', data = 'null'] = /^event: (.*)\ndata: (.*)$/.exec(message) ?? [];
    return { event, data: JSON.parse(data) };
  };
}

it('tells a process as it is, then each transition by the ids of its chart, and the state that it led to', async () => {
  const pages = await openPages([lone('cat', { startsecs: 1 })]);
  const { address } = pages.server;
  const next = await watched(address.kind === 'inet' ? address.port : 0, 'cat');
  const first = (await next()).data as Moment;
  expect(first).toMatchObject({
    path: 'alive.starting.spawning',
    process: { state: 'STARTING' },
    timer: null,
  });
  pages.settle();
  const taken: Taken[] = [];
  let last: Moment | undefined;
  while (last?.path !== 'alive.running') {
    const { event, data } = await next();
    if (event === 'taken') taken.push(...(data as Taken[]));
    else last = data as Moment;
  }
  expect(taken).toContainEqual({
    from: 'alive.starting.spawning',
    to: 'alive.starting.settling',
    on: 'process.started',
  });
  expect(taken.at(-1)).toMatchObject({ from: 'alive.starting.settling', to: 'alive.running' });
  expect(last.possible).toContainEqual({ act: 'start', why: 'it runs' });
  expect(last.possible).toContainEqual({ act: 'stop' });
  expect(last.changes.at(-1)).toMatchObject({ from: 'STARTING', to: 'RUNNING' });
});
