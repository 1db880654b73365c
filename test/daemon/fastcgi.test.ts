import { stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { commandLineOf } from '../support/leftover.ts';
import { textOf } from '../support/listener.ts';
import { has } from '../support/needs.ts';
import { freePort } from '../support/port.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

describe.skipIf(!has('php-cgi', 'libfcgi-bin'))('a FastCGI program', () => {
  let daemon: Daemon;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    const program = (name: string, ...options: readonly string[]) =>
      [`[fcgi-program:${name}]`, 'command=php-cgi', 'startsecs=0', 'autorestart=true', ...options, ''].join(
        '\n',
      );
    daemon = await startDaemon(
      [
        program(
          'php',
          'socket=unix://%(here)s/php.sock',
          'socket_mode=0711',
          'numprocs=2',
          'process_name=php_%(process_num)d',
        ),
        program('tcp', `socket=tcp://127.0.0.1:${port}`),
        program('named', `socket=tcp://localhost:${await freePort()}`),
        program('member', 'socket=unix://%(here)s/member.sock'),
        program('deaf', 'socket=unix://%(here)s/deaf.sock', 'socket_backlog=1').replace(
          'php-cgi',
          'sleep 1000',
        ),
        program('brief', 'socket=unix://%(here)s/brief.sock').replace('php-cgi', "sh -c 'printf x >> ended'"),
        program('lost', 'socket=unix:///no/such/folder/x.sock', 'startretries=0'),
        '[group:house]\nprograms=member\n',
      ].join(''),
    );
    await writeFile(join(daemon.folder, 'hello.php'), '<?php echo "hello from ", getmypid();');
    await until('five workers and one that is lost', async () => {
      const { stdout } = await daemon.ctl('status', 'php:*', 'tcp', 'named', 'house:*', 'deaf', 'lost');
      return stdout.match(/ RUNNING /g)?.length === 6 && / FATAL /.test(stdout);
    });
  });
  afterAll(() => daemon?.stop());

  /** What PHP says through a socket: the pid of the worker that answered. */
  const ask = async (address: string): Promise<number> => {
    const env = {
      SCRIPT_FILENAME: join(daemon.folder, 'hello.php'),
      REQUEST_METHOD: 'GET',
      REDIRECT_STATUS: '1',
    };
    const { stdout, stderr } = await run('cgi-fcgi', ['-bind', '-connect', address], { env });
    const pid = /hello from (\d+)$/.exec(stdout)?.[1];
    if (pid === undefined) throw new Error(`${address}: ${stdout}${stderr}`);
    return Number(pid);
  };
  const path = (name: string) => join(daemon.folder, `${name}.sock`);
  const pidOf = async (name: string) => Number((await daemon.ctl('pid', name)).stdout);
  const opened: Socket[] = [];
  afterAll(() => {
    for (const socket of opened) socket.destroy();
  });
  /** How connecting ends. A connection that is kept takes a place in the queue. */
  const code = (address: string, kept = false): Promise<string | undefined> =>
    new Promise(resolve => {
      const socket = connect(address, () => {
        if (!kept) socket.destroy();
        resolve('connected');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      if (kept) opened.push(socket);
    });

  it('answers through a unix socket, with the mode that it is to have', async () => {
    expect([await pidOf('php:php_0'), await pidOf('php:php_1')]).toContain(await ask(path('php')));
    expect((await stat(path('php'))).mode & 0o777).toBe(0o711);
  });

  it('answers through a port', async () => {
    expect(await ask(`127.0.0.1:${port}`)).toBe(await pidOf('tcp'));
  });

  it('answers on a host that has a name', async () => {
    const { stdout } = await daemon.ctl('status', 'named');
    expect(stdout).toMatch(/^named +RUNNING/);
    const log = await daemon.log();
    expect(log).toMatch(/INFO Creating socket tcp:\/\/localhost:\d+$/m);
    expect(log).not.toContain('unknown host');
  });

  it('answers as a member of a [group:x]', async () => {
    expect(await ask(path('member'))).toBe(await pidOf('house:member'));
  });

  it('has a queue as long as socket_backlog says', async () => {
    expect(await code(path('deaf'), true)).toBe('connected');
    expect(await code(path('deaf'), true)).toBe('connected');
    expect(await code(path('deaf'), true)).toBe('EAGAIN');
  });

  it('says why its socket cannot be made, and the others run', async () => {
    expect((await daemon.ctl('status', 'lost')).stdout).toMatch(
      /FATAL +Could not create FastCGI socket unix:\/\/\/no\/such\/folder\/x\.sock: ENOENT\n$/,
    );
  });

  it('refuses no connection while one of its workers is restarted', async () => {
    const before = await pidOf('php:php_0');
    let restarting = true;
    const restart = daemon.ctl('restart', 'php:php_0').finally(() => {
      restarting = false;
    });
    const answers: number[] = [];
    do answers.push(await ask(path('php')));
    while (restarting);
    await restart;
    answers.push(await ask(path('php')));
    const after = await pidOf('php:php_0');
    expect(after).not.toBe(before);
    expect([before, after, await pidOf('php:php_1')]).toEqual(expect.arrayContaining(answers));
  });

  it('refuses no connection when its only worker is killed and comes back', async () => {
    const before = await pidOf('tcp');
    process.kill(before, 'SIGKILL');
    // While it dies it can still take a connection along.
    await until('dead', () => commandLineOf(before) === '', { every: 1 });
    expect(await ask(`127.0.0.1:${port}`)).not.toBe(before);
    expect((await daemon.log()).match(new RegExp(`Closing socket tcp://127.0.0.1:${port}`))).toBeNull();
  });

  it('refuses no connection when its only worker is restarted by an operator', async () => {
    const before = await pidOf('tcp');
    let restarting = true;
    const restart = daemon.ctl('restart', 'tcp').finally(() => {
      restarting = false;
    });
    const answers: number[] = [];
    do answers.push(await ask(`127.0.0.1:${port}`));
    while (restarting);
    expect((await restart).stdout).toBe('tcp: stopped\ntcp: started\n');
    expect([before, await pidOf('tcp')]).toEqual(expect.arrayContaining(answers));
    expect((await daemon.log()).match(new RegExp(`Closing socket tcp://127.0.0.1:${port}`))).toBeNull();
  });

  it('refuses no connection while a worker that ended at once waits for its next start', async () => {
    await until('the first end', async () => (await textOf(daemon, 'ended')) !== '');
    const codes = new Set<string | undefined>();
    await until('three ends', async () => {
      codes.add(await code(path('brief')));
      return (await textOf(daemon, 'ended')).length >= 3;
    });
    expect([...codes]).toEqual(['connected']);
    expect(await daemon.log()).not.toMatch(/Closing socket \S+brief.sock/);
  });

  it('closes its socket with its last worker and opens it with the first one', async () => {
    await daemon.ctl('stop', 'php:php_0');
    expect(await code(path('php'))).toBe('connected');
    await daemon.ctl('stop', 'php:php_1');
    await until('closed', async () => (await code(path('php'))) === 'ECONNREFUSED');
    await daemon.ctl('start', 'php:php_1');
    expect(await ask(path('php'))).toBe(await pidOf('php:php_1'));
    const log = await daemon.log();
    expect(log.match(/(Creating|Closing) socket unix:\/\/\S+\/php\.sock/g)).toHaveLength(3);
  });
});
