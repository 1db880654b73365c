import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createWebhook, type WebhookOptions } from '../../src/events/webhook.ts';
import { until } from '../support/until.ts';

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A site that answers the posts with these statuses, the last one again and again; 0 never answers. */
const site = async (...statuses: readonly number[]) => {
  const posts: Post[] = [];
  const open = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const status = statuses[Math.min(posts.length, statuses.length - 1)] ?? 200;
      posts.push({ headers: request.headers, body });
      if (status > 0) response.writeHead(status, status === 302 ? { location: '/' } : {}).end('thank you');
    });
  });
  server = open;
  await new Promise<void>(resolve => open.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(open.address() as AddressInfo).port}/hook?token=secret`;
  return { url, posts, serials: () => posts.map(({ body }) => JSON.parse(body).serial) };
};

const start = (url: string, options: Partial<WebhookOptions> = {}, post = fetch) => {
  const lines: string[] = [];
  const webhook = createWebhook(
    {
      name: 'chat',
      url,
      events: ['EVENT'],
      secret: undefined,
      buffer_size: 10,
      timeout: 10,
      retries: 3,
      ...options,
    },
    { log: (level, text) => lines.push(`${level} ${text}`), wall: () => 1000.5, fetch: post, backoff: 1 },
  );
  return {
    webhook,
    lines,
    tell: (...serials: readonly number[]) => {
      webhook.tell(
        serials.map(serial => ({ serial, eventname: 'TICK_5', server: 'here', payload: 'when:5' })),
      );
    },
  };
};

describe('a webhook', () => {
  it('posts each event as JSON, in order', async () => {
    const there = await site();
    const { webhook, tell, lines } = start(there.url);
    tell(3, 4, 5);
    await webhook.close(10_000);
    expect(there.serials()).toEqual([3, 4, 5]);
    expect(JSON.parse(there.posts[0]?.body ?? '')).toEqual({
      webhook: 'chat',
      server: 'here',
      serial: 3,
      eventname: 'TICK_5',
      time: 1000.5,
      payload: 'when:5',
    });
    expect(there.posts[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'statevisor',
    });
    expect(there.posts[0]?.headers).not.toHaveProperty('x-statevisor-signature');
    expect(lines).toEqual([]);
  });

  it('signs the body by its secret', async () => {
    const there = await site();
    const { webhook, tell } = start(there.url, { secret: 'sesame' });
    tell(0);
    await webhook.close(10_000);
    const { body, headers } = there.posts[0] as Post;
    const signature = createHmac('sha256', 'sesame').update(body).digest('hex');
    expect(headers['x-statevisor-signature']).toBe(`sha256=${signature}`);
  });

  it.each([500, 503, 429, 302])('sends an event again after HTTP %i, before the next one', async status => {
    const there = await site(status, status, 200);
    const { webhook, tell, lines } = start(there.url);
    tell(0, 1);
    await webhook.close(10_000);
    expect(there.serials()).toEqual([0, 0, 0, 1]);
    expect(lines).toEqual([
      `warn webhook chat: event 0: HTTP ${status}, sent again in 0.001 seconds`,
      `warn webhook chat: event 0: HTTP ${status}, sent again in 0.002 seconds`,
    ]);
  });

  it('gives an event up after retries, and goes on', async () => {
    const there = await site(500, 500, 200);
    const { webhook, tell, lines } = start(there.url, { retries: 1 });
    tell(0, 1);
    await webhook.close(10_000);
    expect(there.serials()).toEqual([0, 0, 1]);
    expect(lines.at(-1)).toBe('error webhook chat: event 0: HTTP 500, given up');
  });

  it('does not try again what the site refuses', async () => {
    const there = await site(404, 200);
    const { webhook, tell, lines } = start(there.url);
    tell(0, 1);
    await webhook.close(10_000);
    expect(there.serials()).toEqual([0, 1]);
    expect(lines).toEqual(['error webhook chat: event 0: HTTP 404, given up']);
  });

  it('tells by errno why nobody is there, and never what the URL is', async () => {
    const there = await site();
    await new Promise(resolve => server?.close(resolve));
    const { webhook, tell, lines } = start(there.url, { retries: 0 });
    tell(0);
    await webhook.close(10_000);
    expect(lines).toEqual(['error webhook chat: event 0: ECONNREFUSED, given up']);
  });

  it('waits no longer than its timeout for an answer', async () => {
    const there = await site(0, 200);
    // The second answer may take its time: the machine may be busy.
    let posts = 0;
    const post: typeof fetch = (url, init) => fetch(url, posts++ === 0 ? init : { ...init, signal: null });
    const { webhook, tell, lines } = start(there.url, { timeout: 0.05 }, post);
    tell(0);
    await webhook.close(10_000);
    expect(there.serials()).toEqual([0, 0]);
    expect(lines).toEqual(['warn webhook chat: event 0: no answer in time, sent again in 0.001 seconds']);
  });

  it('drops the oldest event that waits when there are too many', async () => {
    const there = await site(0);
    const { webhook, tell, lines } = start(there.url, { buffer_size: 2 });
    tell(0, 1, 2, 3);
    expect(lines).toEqual(['error webhook chat event buffer overflowed, discarding event 1']);
    await until('the first post', () => there.posts.length > 0);
    await webhook.close(0);
  });

  it('ends in time when the site hangs', async () => {
    const there = await site(0);
    const { webhook, tell } = start(there.url);
    tell(0, 1);
    await until('the first post', () => there.posts.length > 0);
    await webhook.close(20);
    expect(there.serials()).toEqual([0]);
  });
});
