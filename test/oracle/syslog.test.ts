import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { has, isRoot } from '../support/needs.ts';
import { run } from '../support/run.ts';

/** Gives a command a /dev of its own in a mount namespace: another /dev/log would be everybody's. */
const OWN_DEV = `set -e
mount -t tmpfs dev "$1"
for name in null zero random urandom full; do : >"$1/$name"; mount --bind "/dev/$name" "$1/$name"; done
ln -s /proc/self/fd "$1/fd"; ln -s fd/1 "$1/stdout"; ln -s fd/2 "$1/stderr"
mount --rbind "$1" /dev
shift; exec "$@"`;

/** Is the system's log daemon for a command: prints what it is sent, and ends the command after so many messages. */
const LISTEN = `
import socket, subprocess, sys
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind('/dev/log')
log.settimeout(40)
child = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL)
try:
    for _ in range(int(sys.argv[1])): print(log.recv(100000).decode())
finally:
    child.terminate()
    child.wait()
`;

const CONFIG = `[supervisord]
logfile=%(here)s/supervisord.log
pidfile=%(here)s/supervisord.pid
[program:web]
command=sh -c 'echo "hello %%s"; echo oops >&2; echo two'
stdout_syslog=true
stderr_syslog=true
stdout_logfile=NONE
stderr_logfile=NONE
autorestart=false
startsecs=0
`;

const OURS = [process.execPath, fileURLToPath(new URL('../../dist/supervisord.js', import.meta.url))];

/** What a supervisord sends to the system's log, sorted, without the times. */
async function messagesOf(command: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'statevisor-'));
  const conf = join(folder, 'supervisord.conf');
  await writeFile(conf, CONFIG);
  await mkdir(join(folder, 'dev'));
  const listen = ['/usr/bin/python3', '-c', LISTEN, '3'];
  const line = [
    '-m',
    'sh',
    '-c',
    OWN_DEV,
    'sh',
    join(folder, 'dev'),
    ...listen,
    ...command,
    '-n',
    '-c',
    conf,
  ];
  try {
    const { code, stdout, stderr } = await run('unshare', line, {
      env: { XDG_RUNTIME_DIR: folder },
      timeout: 50_000,
    });
    if (code !== 0) throw new Error(stderr);
    const messages = stdout.trim().split('\n');
    return messages.map(message => message.replace(/\w{3} [ \d]\d \d\d:\d\d:\d\d/, 'TIME')).sort();
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.skipIf(!isRoot || !has('supervisor', 'python3', 'util-linux'))('as root, stdout_syslog', () => {
  it("sends each line to the system's log as Python's supervisord does: facility, level, name and text", async () => {
    const [theirs, ours] = await Promise.all([messagesOf(['/usr/bin/supervisord']), messagesOf(OURS)]);
    expect(ours).toEqual(theirs);
    expect(ours).toContain('<14>TIME supervisord: web hello %s');
  });
});
