import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { textOf } from '../support/listener.ts';
import { until } from '../support/until.ts';

const COUNTER = fileURLToPath(new URL('../fixtures/events/counter.py', import.meta.url));
const [EVENTS, BATCH] = [100_000, 2000] as const;
const NAMES = ['pool_0', 'pool_1', 'pool_2', 'pool_3'] as const;

const event =
  '<value><struct><member><name>methodName</name><value>supervisor.sendRemoteCommEvent</value></member>' +
  '<member><name>params</name><value><array><data><value>t</value><value>d</value></data></array></value></member></struct></value>';
const body = `<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>${event.repeat(BATCH)}</data></array></value></param></params></methodCall>`;

/** Sends a batch of events in one request. */
const send = ({ socket: socketPath }: Daemon): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/xml', 'content-length': body.length };
    request({ socketPath, path: '/RPC2', method: 'POST', headers }, response => {
      response
        .resume()
        .once('end', () => (response.statusCode === 200 ? resolve() : reject(response.statusCode)));
    })
      .once('error', reject)
      .end(body);
  });

describe('100,000 events', () => {
  it('reach a pool of four listeners, each once, and to each listener in order of serial', {
    timeout: 240_000,
  }, async () => {
    const daemon = await startDaemon(
      `[eventlistener:pool]
command=/usr/bin/python3 -S %(here)s/counter.py %(here)s/seen
process_name=%(program_name)s_%(process_num)d
numprocs=4
events=REMOTE_COMMUNICATION
buffer_size=${EVENTS}
startsecs=0
stdout_logfile=NONE
`,
      { files: { 'counter.py': await readFile(COUNTER, 'utf8') } },
    );
    try {
      // One that came too late would find nothing left to hear.
      await until('four listeners', () =>
        NAMES.every(name => existsSync(join(daemon.folder, `seen.${name}`))),
      );
      for (let sent = 0; sent < EVENTS; sent += BATCH) await send(daemon);
      const all = async () => {
        const texts = await Promise.all(NAMES.map(name => textOf(daemon, `seen.${name}`)));
        return texts.map(text => text.split('\n').slice(0, -1));
      };
      const size = async () => (await all()).reduce((sum, lines) => sum + lines.length, 0);
      await until('all events', async () => (await size()) >= EVENTS, { within: 200_000, every: 500 });
      const seen = (await all()).map(lines => lines.map(line => line.split(' ').map(Number)));
      for (const serials of seen) {
        expect(serials.length).toBeGreaterThan(0);
        expect(serials).toEqual(serials.toSorted(([a = 0], [b = 0]) => a - b));
      }
      const together = seen.flat().toSorted(([a = 0], [b = 0]) => a - b);
      expect(together).toEqual(Array.from({ length: EVENTS }, (_, serial) => [serial, serial]));
      expect(await readFile(join(daemon.folder, 'supervisord.log'), 'utf8')).not.toContain('overflowed');
    } finally {
      await daemon.stop();
    }
  });
});

describe('programs that crash', () => {
  it('lose no event on its way to one listener, 100 of them at once', async () => {
    const daemon = await startDaemon(
      `[eventlistener:ear]
command=/usr/bin/python3 -S %(here)s/counter.py %(here)s/seen
events=PROCESS_STATE
buffer_size=100000
startsecs=0
stdout_logfile=NONE
[program:crash]
command=/bin/true
process_name=crash_%(process_num)d
numprocs=100
startsecs=0
autorestart=true
stdout_logfile=NONE
stderr_logfile=NONE
`,
      { files: { 'counter.py': await readFile(COUNTER, 'utf8') } },
    );
    try {
      const seen = async () => (await textOf(daemon, 'seen.ear')).split('\n').slice(0, -1);
      await until('1,000 events', async () => (await seen()).length >= 1000, { within: 50_000 });
      await daemon.ctl('stop', 'crash:*');
      const spawned = async () => (await daemon.log()).match(/spawned: 'crash_/g)?.length ?? 0;
      // STARTING and RUNNING of each spawn are the least that there is to hear.
      await until('all', async () => (await seen()).length >= 2 * (await spawned()));
      const serials = (await seen()).map(line => line.split(' ').map(Number));
      expect(serials).toEqual(serials.map((_, serial) => [serial, serial]));
      expect(await daemon.log()).not.toContain('overflowed');
    } finally {
      await daemon.stop();
    }
  });
});
