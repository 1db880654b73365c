import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiEvent, type Connection, connect } from '../../src/client/connect.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const CONFIG = `
[program:cat]
command=cat
startsecs=0
stdout_logfile=%(here)s/cat.log
[program:crash]
command=sh -c 'exit 3'
autostart=false
startsecs=0
autorestart=false
environment=TOKEN="s3cret"
`;

describe('the JSON API of a daemon', () => {
  let daemon: Daemon;
  let connection: Connection;
  const cat = { group: 'cat', name: 'cat' };

  beforeAll(async () => {
    daemon = await startDaemon(CONFIG);
    connection = connect(`unix://${daemon.socket}`);
    await until('cat runs', async () => (await connection.process(cat)).state === 'RUNNING');
  });

  afterAll(async () => {
    connection.close();
    await daemon.stop();
  });

  it('writes to a process and reads its log byte for byte, whole and in part', async () => {
    const bytes = Buffer.from([0, 1, 0xff, 0xc3, 0x28, 10]);
    await connection.stdin(cat, bytes);
    await until('the log', async () => (await connection.log(cat, 'stdout')).equals(bytes));
    expect(await connection.log(cat, 'stdout', { offset: -2 })).toEqual(bytes.subarray(-2));
    expect(await connection.log(cat, 'stdout', { offset: 1, length: 3 })).toEqual(bytes.subarray(1, 4));
    await connection.clearLogs(cat);
    await until('an empty log', async () => !(await connection.log(cat, 'stdout')).includes(0xff));
    expect((await connection.daemonLog()).toString()).toContain('supervisord started with pid');
  });

  it('tells what happens as it happens', async () => {
    const stop = new AbortController();
    const events: ApiEvent[] = [];
    const reading = (async () => {
      for await (const event of connection.events({ group: 'crash', signal: stop.signal }))
        events.push(event);
    })();
    const crash = { group: 'crash', name: 'crash' };
    // Until the stream has begun, what happens is not told.
    await until('events', async () => {
      await connection.start(crash);
      return events.some(
        event => event.type === 'process.exited' && event.exitstatus === 3 && !event.expected,
      );
    });
    stop.abort();
    await reading;
    // The event may be an earlier start's, and the last one still under way.
    await until('its end', async () => (await connection.process(crash)).state === 'EXITED');
    expect(await connection.process(crash)).toMatchObject({ exitstatus: 3 });
    expect(JSON.stringify([events, await connection.config()])).not.toContain('s3cret');
  });

  it('takes up a changed configuration and leaves the rest alone', async () => {
    const { pid } = await connection.process(cat);
    await writeFile(join(daemon.folder, 'more.conf'), '[program:more]\ncommand=sleep 1000\nstartsecs=0\n');
    const conf = await readFile(daemon.conf, 'utf8');
    await writeFile(daemon.conf, `${conf}\n[include]\nfiles=more.conf\n`);
    expect(await connection.reread()).toEqual({ added: ['more'], changed: [], removed: [] });
    expect(await connection.update()).toEqual({ added: ['more'], changed: [], removed: [] });
    expect(await connection.changes()).toEqual({ added: [], changed: [], removed: [] });
    await until('more', async () => (await connection.processes({ state: 'RUNNING' })).length === 2);
    expect((await connection.process(cat)).pid).toBe(pid);
    await writeFile(daemon.conf, conf);
    expect(await connection.update(['more'])).toEqual({ added: [], changed: [], removed: ['more'] });
    expect(await connection.processes({ group: 'more' })).toEqual([]);
  });

  it('refuses what does not fit, in words and by a name', async () => {
    await expect(connection.start(cat)).rejects.toMatchObject({ status: 409, fault: 'ALREADY_STARTED' });
    await expect(connection.signal(cat, 'NOPE')).rejects.toMatchObject({ fault: 'BAD_SIGNAL', code: 11 });
  });
});
