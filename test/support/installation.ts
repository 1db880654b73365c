import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Our commands and a configuration with one program, `sleeper`, as an installation has them. */
export interface Installation {
  /** Where `supervisord` and `supervisorctl` are. */
  readonly bin: string;
  readonly conf: string;
  readonly pidfile: string;
}

/** Installs them in a folder, where the daemon will keep all of its files. */
export async function install(folder: string): Promise<Installation> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const name of ['supervisord', 'supervisorctl']) {
    const command = `#!/bin/sh\nexec ${process.execPath} ${join(dist, name)}.js "$@"\n`;
    await writeFile(join(bin, name), command, { mode: 0o755 });
  }
  const conf = join(folder, 'supervisord.conf');
  const pidfile = join(folder, 'supervisord.pid');
  await writeFile(
    conf,
    `[unix_http_server]
file=${folder}/supervisor.sock
[supervisord]
logfile=${folder}/supervisord.log
pidfile=${pidfile}
childlogdir=${folder}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/supervisor.sock
[program:sleeper]
command=sleep 1000
`,
  );
  return { bin, conf, pidfile };
}
