import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { groupSpec, programSpec } from '../machines/fake.ts';
import { logFile, openTestDaemon } from './fixture.ts';

const open = () =>
  openTestDaemon([groupSpec('web', [programSpec('app', { group: 'web', autostart: false })])]);

/** Begins to read a path: the response's head, and its text as far as it has come. */
const begin = async ({ server }: Awaited<ReturnType<typeof open>>, path: string) => {
  const { address } = server;
  if (address.kind !== 'inet') throw new Error('a port was expected');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: address.host, port: address.port, path, agent: false }, resolve).once('error', reject);
  });
  onTestFinished(() => {
    response.destroy();
  });
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  response.on('error', () => {}); // It is cut off by the test.
  return { response, text: () => text };
};

describe('/logtail', () => {
  it.each(['/logtail/web:app', '/logtail/web:app/stdout', '/logtail/web%3Aapp?x=1'])(
    '%s sends the last 1,024 bytes of stdout, then what is written',
    async path => {
      const daemon = await open();
      const file = await logFile(daemon, 'web:app:stdout', `${'x'.repeat(2000)}end`);
      const { response, text } = await begin(daemon, path);
      await expect.poll(text).toBe(`${'x'.repeat(1021)}end`);
      expect(response.headers).toMatchObject({
        'content-type': 'text/plain;charset=utf-8',
        'transfer-encoding': 'chunked',
      });
      await expect.poll(() => daemon.written.listenerCount(file)).toBe(1);
      daemon.written.emit(file, ' and more');
      await expect.poll(text).toMatch(/end and more$/);
    },
  );

  it('sends its head at once, however empty the log', async () => {
    const daemon = await open();
    await logFile(daemon, 'web:app:stderr', '');
    const { response } = await begin(daemon, '/logtail/web:app/stderr');
    expect(response.statusCode).toBe(200);
  });

  it('stops reading the log when its client goes', async () => {
    const daemon = await open();
    const file = await logFile(daemon, 'web:app:stdout', 'x');
    const { response } = await begin(daemon, '/logtail/web:app');
    await expect.poll(() => daemon.written.listenerCount(file)).toBe(1);
    response.destroy();
    await expect.poll(() => daemon.written.listenerCount(file)).toBe(0);
  });

  it.each([
    ['an unknown process', '/logtail/nobody', 404],
    ['a whole group', '/logtail/web:*', 404],
    ['no process', '/logtail', 404],
    ['an unknown stream', '/logtail/web:app/stdin', 404],
    ['a path that goes on', '/logtail/web:app/stdout/', 404],
    ['a stream without a log', '/logtail/web:app/stderr', 404],
    ['a path that cannot be decoded', '/logtail/%zz', 400],
  ])('answers %s with %s: %i', async (_, path, status) => {
    const daemon = await open();
    expect((await daemon.ask({ path })).status).toBe(status);
  });

  it('answers 404 where the log file is gone, and 400 to anything but a GET', async () => {
    const daemon = await open();
    daemon.files.set('web:app:stdout', '/nonexistent/log');
    expect((await daemon.ask({ path: '/logtail/web:app' })).status).toBe(404);
    expect((await daemon.ask({ path: '/logtail/web:app', method: 'POST' })).status).toBe(400);
  });
});

describe('/mainlogtail', () => {
  it("sends the daemon's own log, or 404 where there is none", async () => {
    const daemon = await open();
    expect((await daemon.ask({ path: '/mainlogtail' })).status).toBe(404);
    await logFile(daemon, 'main', 'started');
    const { text } = await begin(daemon, '/mainlogtail');
    await expect.poll(text).toBe('started');
  });
});
