import { createHmac } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { seen, speaker, speakerCommand, textOf } from '../support/listener.ts';
import { until } from '../support/until.ts';

const WATCH = fileURLToPath(new URL('../../examples/listener/watch.mjs', import.meta.url));
const HANDLER = `let rejected = false;
export default (event, result) => {
  if (result.toString() !== 'OK' || rejected || event.payload !== 'type:kind\\nrefuse me') return;
  rejected = true;
  return false;
};
`;
/** Larger than what a pipe holds, and than what a program's stdin may leave unread. */
const LARGE = 3_000_000;

interface Post {
  readonly signature: string | undefined;
  readonly body: string;
}

let daemon: Daemon;
let site: Server;
const posts: Post[] = [];
const posted = () => posts.map(({ body }) => JSON.parse(body));

beforeAll(async () => {
  site = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', text => {
      body += text;
    });
    request.on('end', () => {
      const signature = request.headers['x-statevisor-signature'];
      posts.push({ signature: Array.isArray(signature) ? signature[0] : signature, body });
      // The first answer is a failure: the event comes again.
      response.writeHead(posts.length === 1 ? 500 : 204).end();
    });
  });
  await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  daemon = await startDaemon(
    `[supervisord]
identifier=here
[webhook:chat]
url=http://127.0.0.1:${port}/
events=PROCESS_STATE_EXITED,REMOTE_COMMUNICATION
secret=sesame
[eventlistener:watch]
command=${process.execPath} ${WATCH}
events=PROCESS_STATE_EXITED
stderr_logfile=%(here)s/watch.txt
[eventlistener:judged]
${speakerCommand('ok', 'judged')}
events=REMOTE_COMMUNICATION
result_handler=handler.mjs
startsecs=0
[eventlistener:large]
${speakerCommand('ok', 'large')}
events=PROCESS_COMMUNICATION
startsecs=0
[program:talker]
command=/usr/bin/python3 -c "import time; time.sleep(1); print('<!--XSUPERVISOR:BEGIN-->' + 'é' * ${LARGE} + '<!--XSUPERVISOR:END-->', flush=True); time.sleep(1000)"
stdout_capture_maxbytes=${2 * LARGE}
environment=PYTHONIOENCODING=utf-8
[program:unwell]
command=sh -c 'sleep 2; exit 3'
autorestart=false
`,
    { files: { ...(await speaker()), 'handler.mjs': HANDLER } },
  );
});
afterAll(async () => {
  await daemon?.stop();
  site?.closeAllConnections();
  site?.close();
});

describe('events', () => {
  it('reach the example of a listener in JavaScript', async () => {
    await until('its line', async () => (await textOf(daemon, 'watch.txt')).includes('\n'));
    expect(await textOf(daemon, 'watch.txt')).toBe('unwell:unwell: EXITED (1 so far)\n');
  });

  it('are posted to a webhook, signed, and again where it fails', async () => {
    await until('two posts', () => posts.length >= 2);
    const [first, second] = posted();
    expect(second).toEqual(first);
    expect(first).toEqual({
      webhook: 'chat',
      server: 'here',
      serial: expect.any(Number),
      eventname: 'PROCESS_STATE_EXITED',
      time: expect.closeTo(Date.now() / 1000, -2),
      payload: expect.stringMatching(
        /^processname:unwell groupname:unwell from_state:RUNNING expected:0 pid:\d+$/,
      ),
    });
    for (const { signature, body } of posts)
      expect(signature).toBe(`sha256=${createHmac('sha256', 'sesame').update(body).digest('hex')}`);
    await daemon.logged(/WARN webhook chat: event \d+: HTTP 500, sent again in 1 seconds$/m);
  });

  it('are judged by a result handler that is an ES module', async () => {
    for (const data of ['take me', 'refuse me', 'last']) {
      await daemon.call('supervisor.sendRemoteCommEvent', 'kind', data);
    }
    await until('four events', async () => (await seen(daemon, 'judged')).length >= 4);
    const data = (await seen(daemon, 'judged')).map(({ payload }) => payload.split('\n')[1]);
    expect(data).toEqual(['take me', 'refuse me', 'refuse me', 'last']);
    await daemon.logged('WARN judged: event was rejected');
  });

  it('of any size reach a listener that reads characters', async () => {
    const [event] = await until('the message', async () => {
      const events = await seen(daemon, 'large');
      return events.length > 0 && events;
    });
    const text = event?.payload.slice((event?.payload.indexOf('\n') ?? 0) + 1);
    expect(text?.length).toBe(LARGE);
    expect(text).toBe('é'.repeat(LARGE));
  });

  it('reach the webhooks of a new configuration after a reload, and no others', async () => {
    const config = await readFile(daemon.conf, 'utf8');
    await writeFile(
      daemon.conf,
      config
        .replace('[webhook:chat]', '[webhook:new]')
        .replaceAll('PROCESS_STATE_EXITED', 'SUPERVISOR_STATE_CHANGE'),
    );
    // The exit twice, and three remote communications: what is on its way yet is not of the new configuration.
    await until('all posts so far', () => posts.length === 5);
    const before = posts.length;
    await daemon.ctl('reload');
    await until('a post', () => posts.length > before);
    expect(posted().slice(before)).toEqual([
      expect.objectContaining({ webhook: 'new', eventname: 'SUPERVISOR_STATE_CHANGE_RUNNING' }),
    ]);
  });

  it('of the end reach a webhook before the daemon is gone', async () => {
    const before = posts.length;
    await daemon.ctl('shutdown');
    await daemon.ended;
    expect(posted().slice(before)).toEqual([
      expect.objectContaining({ webhook: 'new', eventname: 'SUPERVISOR_STATE_CHANGE_STOPPING' }),
    ]);
  });
});
