import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const CONFIGURATION = `[unix_http_server]
file=%(here)s/socket
[supervisord]
logfile=%(here)s/log
pidfile=%(here)s/pid
childlogdir=%(here)s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/socket
[program:sleep]
command=sleep 60
startsecs=0
`;

/**
 * Runs the commands of a build once, so that this Node has their bytecode from the first start on; rejects when they do
 * not work. (A package that was installed keeps it at the end of its own first runs.)
 */
export async function warm(outdir: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'statevisor-warm-'));
  const conf = join(folder, 'conf');
  await writeFile(conf, CONFIGURATION);
  const daemon = spawn(process.execPath, [join(outdir, 'supervisord.js'), '-n', '-c', conf], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, XDG_RUNTIME_DIR: folder },
  });
  const ended = once(daemon, 'exit');
  try {
    while (daemon.exitCode === null && !existsSync(join(folder, 'socket'))) await sleep(5);
    const ctl = [join(outdir, 'supervisorctl.js'), '-c', conf, 'status'];
    await promisify(execFile)(process.execPath, ctl);
  } finally {
    daemon.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  }
}
