import { request } from 'node:http';
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

const SECRET = 'marked-value-of-a-variable';
const CONFIG = `
[program:web]
command=sh -c "exec sleep 1000" %(ENV_MARKED)s
environment=TOKEN="${SECRET}"
autostart=false
[program:steady]
command=sleep 1000
`;

/** The HTTP status of a page, and its text. */
const get = (url: string, auth?: string): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    request(url, { auth, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .once('error', reject)
      .end();
  });

const watch = (url: string): readonly StatelyInspectionEvent[] => {
  const received: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: url.replace('http', 'ws') }).subscribe(event => received.push(event));
  return received;
};

const without = (url: string): string => url.replace(/\/\/.*@/, '//');

describe('a live daemon, looked at,', () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await startDaemon(CONFIG, { env: { MARKED: SECRET } });
    await until('steady', async () => (await daemon.ctl('status', 'steady')).stdout.includes('RUNNING'));
  });
  afterAll(() => daemon.stop());

  const on = async () => {
    const { code, stdout } = await daemon.ctl('inspect', 'on');
    expect(code).toBe(0);
    return stdout.replace('inspector: ', '').trim();
  };

  it('listens at any free port where another daemon has the usual one', async () => {
    const other = await startDaemon('');
    try {
      const urls = [await on(), String(await other.call('statevisor.inspect', true))];
      expect(urls).toEqual(Array(2).fill(expect.stringMatching(/^http:\/\/inspect:.+@127\.0\.0\.1:\d+\/$/)));
      expect(new Set(urls.map(url => new URL(url).port)).size).toBe(2);
    } finally {
      await other.stop();
    }
  });

  it('sends every actor with its definition, and what happens, without a value of an environment', async () => {
    const url = await on();
    const received = watch(url);
    await until('the tree', () => received.filter(({ type }) => type === '@xstate.actor').length === 7);
    for (const event of received) {
      if (event.type === '@xstate.actor') createMachine(JSON.parse(event.definition ?? ''));
    }
    expect((await daemon.ctl('start', 'web')).code).toBe(0);
    await until('the start', () =>
      received.some(event => event.type === '@xstate.event' && event.event.type === 'process.started'),
    );
    const wire = JSON.stringify(received);
    expect(wire).toContain('"web"');
    expect(wire).not.toContain(SECRET);
  });

  it('lets in whoever got its URL from the daemon, and nobody else; its password is in no log', async () => {
    const url = await on();
    const { username, password } = new URL(url);
    expect(await get(without(url))).toMatchObject({ status: 401 });
    const page = await get(without(url), `${username}:${password}`);
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Statevisor inspector') });
    const chart = await get(`${without(url)}instance.svg`, `${username}:${password}`);
    expect(chart.text).toContain('data-state="alive.running"');
    expect(await get(`${without(url)}../supervisord.js`, `${username}:${password}`)).toMatchObject({
      status: 404,
    });
    expect(await daemon.logged(`inspector listens at ${without(url)}`)).not.toContain(password);
  });

  it('draws the chart of a process in the terminal, and that of the daemon', async () => {
    const { code, stdout } = await daemon.ctl('chart', 'steady');
    expect(code).toBe(0);
    expect(stdout).toMatch(/┏━+┓[\s\S]*┃ running ┃[\s\S]*┗━/);
    expect(stdout).toContain('steady is in alive.running. What may happen there:');
    expect((await daemon.ctl('chart')).stdout).toContain('supervisord is in running. What may happen there:');
    expect(await daemon.ctl('chart', 'nope')).toMatchObject({
      code: 1,
      stdout: 'nope: ERROR (no such process)\n',
    });
  });

  it('stays where it is when it is turned on twice, and is gone when it is turned off', async () => {
    const url = await on();
    expect(await on()).toBe(url);
    expect(await daemon.ctl('inspect', 'off')).toMatchObject({ code: 0, stdout: 'inspector: off\n' });
    await expect(get(without(url))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

it('--inspect turns it on from the start, with the password of the http server', async () => {
  const daemon = await startDaemon(
    `[unix_http_server]\nusername=user\npassword=pass\n[supervisorctl]\nusername=user\npassword=pass\n`,
    { args: ['--inspect'] },
  );
  try {
    const words = /inspector listens at (\S+)/;
    const [, url = ''] = words.exec(await daemon.logged(words)) ?? [];
    expect(await get(url)).toMatchObject({ status: 401 });
    expect(await get(url, 'user:pass')).toMatchObject({ status: 200 });
    expect((await daemon.ctl('inspect', 'on')).stdout).toBe(`inspector: ${url}\n`);
  } finally {
    await daemon.stop();
  }
});

it.skipIf(!has('supervisor'))('Python’s supervisord has none, and supervisorctl says so', async () => {
  const oracle = await startOracle('');
  try {
    const { code, stdout } = await oracle.ctl('inspect', 'on');
    expect(stdout).toBe(`inspect: ERROR (unix://${oracle.socket} is not Statevisor's supervisord)\n`);
    expect(code).toBe(3);
    expect((await oracle.ctl('chart')).stdout).toMatch(
      /^chart: ERROR \(.* is not Statevisor's supervisord\)$/m,
    );
  } finally {
    await oracle.stop();
  }
});
