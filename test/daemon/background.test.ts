import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { marked } from '../support/leftover.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

let daemon: Daemon | undefined;
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

interface Info {
  readonly statename: string;
  readonly pid: number;
  readonly exitstatus: number;
  readonly spawnerr: string;
}

const info = (running: Daemon, name: string) =>
  running.call('supervisor.getProcessInfo', name) as Promise<Info>;
const reached = (running: Daemon, name: string, holds: (seen: Info) => boolean) =>
  until(name, async () => {
    const seen = await info(running, name);
    return holds(seen) && seen;
  });

/** The command lines of all processes. */
const commands = async () => {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  // One that has ended meanwhile has none.
  return Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
};

/** A port of the loopback that nobody has; somebody may take it, but nobody here does. */
const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });

describe.skipIf(!has('nginx-light'))('nginx in its default daemon mode, with forks=true', () => {
  const CONF = (folder: string, port: number) => `pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
worker_processes 2;
events { worker_connections 16; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port}; location / { return 200 "served"; } }
}
`;
  const start = async (options: string) => {
    const port = await freePort();
    const running = await startDaemon(
      `[program:nginx]\ncommand=/usr/sbin/nginx -p %(here)s -c %(here)s/nginx/nginx.conf\nforks=true\n${options}`,
    );
    daemon = running;
    await mkdir(`${running.folder}/nginx`);
    await writeFile(`${running.folder}/nginx/nginx.conf`, CONF(`${running.folder}/nginx`, port));
    return { running, url: `http://127.0.0.1:${port}/` };
  };
  /** What its pidfile says, once that names another process. */
  const master = ({ folder }: Daemon, before = 0) =>
    until('its pidfile', async () => {
      const pid = Number(await readFile(`${folder}/nginx/nginx.pid`, 'utf8'));
      return pid !== before && pid;
    });
  const served = (url: string) =>
    until('an answer', async () => (await (await fetch(url)).text()) === 'served');

  it.each([
    ['with its pidfile', 'pidfile=%(here)s/nginx/nginx.pid\n'],
    ['without any', ''],
  ])('is watched %s: it runs, is killed, comes back, and stops whole', async (_, options) => {
    const { running, url } = await start(`${options}autostart=false\nautorestart=true\n`);
    expect(await running.call('supervisor.startProcess', 'nginx')).toBe(true);
    const first = await master(running);
    expect(await info(running, 'nginx')).toMatchObject({ statename: 'RUNNING', pid: first });
    await served(url);

    process.kill(first, 'SIGKILL');
    const { pid } = await reached(
      running,
      'nginx',
      seen => seen.pid !== first && seen.statename === 'RUNNING',
    );
    expect(pid).toBe(await master(running, first));
    await served(url);
    await running.logged('exited: nginx (terminated by SIGKILL; not expected)');

    expect(await running.call('supervisor.stopProcess', 'nginx')).toBe(true);
    await expect(fetch(url)).rejects.toThrow();
    expect(await info(running, 'nginx')).toMatchObject({ statename: 'STOPPED', exitstatus: 0 });
    expect((await marked(running.folder)).filter(left => left !== running.pid)).toEqual([]);
  });
});

describe('a program that forks twice', () => {
  it('is watched to its true end; orphans of others are reaped and left alone', async () => {
    const running = await startDaemon(`
[program:daemon]
command=sh -c "(setsid sh -c 'until [ -e over ]; do sleep 0.05; done; exit 7' &); exit 0"
directory=%(here)s
forks=true
autorestart=false
[program:other]
command=sh -c "(setsid sleep 0.5 &); exec sleep 1000"
`);
    daemon = running;
    const { pid } = await reached(running, 'daemon', seen => seen.statename === 'RUNNING');
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain('exit 7');
    await writeFile(`${running.folder}/over`, '');
    const ended = await reached(running, 'daemon', seen => seen.statename === 'EXITED');
    expect(ended).toMatchObject({ exitstatus: 7, spawnerr: 'Bad exit code 7' });
    await running.logged(/moved: 'daemon' goes on in the background with pid \d+/);
    await until('no zombie', async () => {
      const children = await readFile(`/proc/${running.pid}/task/${running.pid}/children`, 'utf8');
      return children.trim().split(' ').length === 1;
    });
  });
});

describe('kill_tree', () => {
  it('leaves nobody who had left for another session and another environment before anybody looked', async () => {
    const script = '(env -i setsid sh -c ": $0; sleep 1000; :" &)\nsleep 0.2\nexit 3\n';
    const running = await startDaemon(
      '[program:tree]\ncommand=sh %(here)s/escape.sh\nkill_tree=true\nstartsecs=0\nautorestart=false\n',
      { files: { 'escape.sh': script } },
    );
    daemon = running;
    const escaped = async () =>
      (await commands()).filter(command => command.includes(`: ${running.folder}/escape.sh`));
    expect(await reached(running, 'tree', seen => seen.statename === 'EXITED')).toMatchObject({
      exitstatus: 3,
    });
    expect(await escaped()).toEqual([]);
  });

  it('leaves nobody in other groups and sessions after a stop', async () => {
    const running = await startDaemon(`
[program:tree]
command=sh -c "setsid sleep 1000 & (setsid sh -c 'setsid sleep 1000 & sleep 1000' &); exec sleep 1000"
kill_tree=true
startsecs=0
`);
    daemon = running;
    await until('the tree', async () => (await marked(running.folder)).length >= 6);
    expect(await running.call('supervisor.stopProcess', 'tree')).toBe(true);
    expect((await marked(running.folder)).filter(left => left !== running.pid)).toEqual([]);
  });
});
