import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { kill, MARK, marked } from '../support/leftover.ts';
import { until } from '../support/until.ts';

const supervisord = fileURLToPath(new URL('../../dist/supervisord.js', import.meta.url));

it('a daemon whose stdout and stderr nobody reads any more runs on, and stops its programs at its end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'statevisor-unread-'));
  const log = () => readFile(join(folder, 'log'), 'utf8').catch(() => '');
  const programs = ['a', 'b'].map(name => `[program:${name}]\ncommand=sleep 1000\nstartsecs=0\n`).join('');
  await writeFile(
    join(folder, 'conf'),
    `[supervisord]\nlogfile=%(here)s/log\npidfile=%(here)s/pid\nchildlogdir=%(here)s\n${programs}`,
  );
  const daemon = spawn(process.execPath, [supervisord, '-n', '-c', join(folder, 'conf')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_RUNTIME_DIR: folder, [MARK]: folder },
  });
  const ended = once(daemon, 'exit');
  try {
    await until('both run', async () => (await log()).split('entered RUNNING').length === 3);
    daemon.stdout.destroy();
    daemon.stderr.destroy();
    daemon.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect((await log()).match(/stopped: \w \(terminated by SIGTERM\)/g)).toHaveLength(2);
  } finally {
    if (daemon.exitCode === null) daemon.kill('SIGKILL');
    kill(await marked(folder));
    await rm(folder, { recursive: true });
  }
});
