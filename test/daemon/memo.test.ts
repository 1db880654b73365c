import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

let daemon: Daemon | undefined;
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

const start = async (...args: Parameters<typeof startDaemon>) => {
  daemon = await startDaemon(...args);
  return daemon;
};

/** The status line of a program, once it begins with this state. */
const reached = (running: Daemon, name: string, state: string) =>
  until(`${name} ${state}`, async () => {
    const { stdout } = await running.ctl('status', name);
    return new RegExp(`^${name} +${state}\\b.*`).exec(stdout)?.[0];
  });

describe('the memo’s transcript', () => {
  const files = {
    'node_app.mjs': `import { createServer } from 'node:http';
createServer((_, response) => response.end('node')).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`,
    'tornado_app.py': `import http.server, sys
server = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)
print(server.server_port, flush=True)
server.serve_forever()
`,
  };
  const config = `
[program:node_app]
command=${process.execPath} %(here)s/node_app.mjs
stdout_logfile=%(here)s/node_app.log
[program:tornado_app]
command=/usr/bin/python3 %(here)s/tornado_app.py
stdout_logfile=%(here)s/tornado_app.log
`;

  it('comes out line for line', async () => {
    const running = await start(config, { files });
    await reached(running, 'node_app', 'RUNNING');
    await reached(running, 'tornado_app', 'RUNNING');
    for (const app of ['node_app', 'tornado_app']) {
      const port = await until('port', () => readFile(join(running.folder, `${app}.log`), 'utf8'));
      expect((await fetch(`http://127.0.0.1:${port.trim()}/`)).status).toBe(200);
    }

    const up = (await running.ctl('status')).stdout;
    expect(up).toMatch(
      /^node_app {25}RUNNING {3}pid \d+, uptime 0:00:\d\d\ntornado_app {22}RUNNING {3}pid \d+, uptime 0:00:\d\d\n$/,
    );
    expect(await running.ctl('stop', 'node_app')).toMatchObject({ code: 0, stdout: 'node_app: stopped\n' });
    expect(await running.ctl('stop', 'tornado_app')).toMatchObject({
      code: 0,
      stdout: 'tornado_app: stopped\n',
    });

    const down = await running.ctl('status');
    const date = '[A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d [AP]M';
    expect(down.stdout).toMatch(
      new RegExp(`^node_app {25}STOPPED {3}${date}\\ntornado_app {22}STOPPED {3}${date}\\n$`),
    );
    expect(down.code).toBe(3);

    const started = await running.ctl('start', 'all');
    expect(started).toMatchObject({ code: 0, stdout: 'node_app: started\ntornado_app: started\n' });
    const again = (await running.ctl('status')).stdout;
    const pids = (text: string) => [...text.matchAll(/pid (\d+)/g)].map(match => match[1]);
    expect(pids(again)).toHaveLength(2);
    for (const pid of pids(up)) expect(pids(again)).not.toContain(pid);
  });
});

describe('the memo’s pypi-server', () => {
  const section = (folder: string) => `
[program:pypi-server]
command=${folder}/bin/pypi-server -p 50001 -P ${folder}/htpasswd.txt ${folder}/pypi_packages
priority=1
numprocs=1
autostart=true
autorestart=true
startretries=10
stopsignal=KILL
stopwaitsecs=10
redirect_stderr=true
stdout_logfile=${folder}/pypi-server.log
[program:other]
command=/bin/cat
startsecs=0
`;

  it('runs as its section says, and is stopped by KILL', async () => {
    const running = await start('', { files: {} });
    const { folder } = running;
    await mkdir(join(folder, 'bin'));
    await writeFile(
      join(folder, 'bin/pypi-server'),
      '#!/bin/sh\ntrap "" TERM\necho "$@"\necho oops >&2\nread -r _\n',
    );
    await chmod(join(folder, 'bin/pypi-server'), 0o755);
    await appendFile(running.conf, section(folder));
    expect((await running.ctl('update')).stdout).toBe(
      'pypi-server: added process group\nother: added process group\n',
    );
    await reached(running, 'pypi-server', 'RUNNING');
    const said = `-p 50001 -P ${folder}/htpasswd.txt ${folder}/pypi_packages\noops\n`;
    await until('its words', async () => (await readFile(join(folder, 'pypi-server.log'), 'utf8')) === said);
    expect((await running.ctl('stop', 'pypi-server')).stdout).toBe('pypi-server: stopped\n');
    await running.logged('stopped: pypi-server (terminated by SIGKILL)');
  });

  it('goes FATAL in Supervisor’s words without its command, and the others run on', async () => {
    const running = await start(section('%(here)s').replace('startretries=10', 'startretries=0'));
    expect(await reached(running, 'pypi-server', 'FATAL')).toMatch(
      /can't find command '.*\/bin\/pypi-server'$/,
    );
    await reached(running, 'other', 'RUNNING');
  });
});

describe('the memo’s reload and update', () => {
  const cat = (name: string, extra = '') => `[program:${name}]\ncommand=/bin/cat\nstartsecs=0\n${extra}\n`;
  const rewrite = async (running: Daemon, from: string, to: string) =>
    writeFile(running.conf, (await readFile(running.conf, 'utf8')).replace(from, to));
  const pidOf = async (running: Daemon, name: string) => (await running.ctl('pid', name)).stdout.trim();
  const afterReload = async (running: Daemon) => {
    const before = await pidOf(running, 'a');
    expect((await running.ctl('reload')).stdout).toBe('Restarted supervisord\n');
    await until('a new a', async () => {
      const pid = await pidOf(running, 'a');
      return /^[1-9]\d*$/.test(pid) && pid !== before;
    });
  };

  it('update touches only what changed', async () => {
    const running = await start(cat('a') + cat('b') + cat('c'));
    await reached(running, 'c', 'RUNNING');
    const before = await pidOf(running, 'a');
    await rewrite(running, cat('b'), cat('b', 'priority=5'));
    await rewrite(running, cat('c'), cat('d'));
    const updated = (await running.ctl('update')).stdout.split('\n').toSorted();
    expect(updated).toEqual(
      [
        '',
        'b: stopped',
        'b: updated process group',
        'c: stopped',
        'c: removed process group',
        'd: added process group',
      ].toSorted(),
    );
    expect(await pidOf(running, 'a')).toBe(before);
    await reached(running, 'd', 'RUNNING');
  });

  it('reload stops everything and starts by the newest configuration', async () => {
    const running = await start(cat('a') + cat('b'));
    await reached(running, 'b', 'RUNNING');
    await rewrite(running, cat('b'), cat('c'));
    await afterReload(running);
    await reached(running, 'c', 'RUNNING');
    expect((await running.ctl('status')).stdout).not.toMatch(/^b /m);
  });

  it.each(['reload', 'update'])('%s does not start what an operator had stopped', async verb => {
    const running = await start(cat('a') + cat('b'));
    await reached(running, 'b', 'RUNNING');
    await running.ctl('stop', 'b');
    await rewrite(running, cat('b'), cat('b', 'priority=5'));
    if (verb === 'reload') await afterReload(running);
    else expect((await running.ctl('update')).stdout).toContain('b: updated process group');
    expect((await running.ctl('status', 'b')).stdout).toMatch(/^b +STOPPED/);
    expect((await running.ctl('start', 'b')).stdout).toBe('b: started\n');
  });

  it('reload starts it with restart_stopped_on_reload=true, as Python’s does', async () => {
    const running = await start(`${cat('a')}${cat('b')}[supervisord]\nrestart_stopped_on_reload=true\n`);
    await reached(running, 'b', 'RUNNING');
    await running.ctl('stop', 'b');
    await afterReload(running);
    await reached(running, 'b', 'RUNNING');
  });
});
