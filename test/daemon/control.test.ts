import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { run } from '../support/run.ts';

const CONFIG = `
[program:web]
command=sleep 1000
startsecs=0
[program:job]
command=sleep 1000
process_name=job_%(process_num)s
numprocs=2
startsecs=0
[program:gone]
command=/no/such/command
startretries=0
stdout_logfile=%(here)s/out.log
`;

describe('what helps a person', () => {
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await startDaemon(CONFIG);
    await daemon.ctl('wait', '--timeout', '20', 'gone', 'FATAL');
    await daemon.ctl('wait', '--timeout', '20', 'web', 'job:*', 'RUNNING');
  });
  afterAll(() => daemon.stop());

  it('doctor finds a healthy daemon and names the program that gave up', async () => {
    const { code, stdout } = await daemon.ctl('doctor');
    expect(stdout).toContain(`ok      unix://${daemon.socket} answers\n`);
    expect(stdout).toContain(`supervisord.pid: pid ${daemon.pid} is supervisord\n`);
    expect(stdout).toMatch(/TROUBLE gone: FATAL: .*\n +See why: supervisorctl tail gone stderr/);
    expect(stdout).toMatch(/1 trouble found\.\n$/);
    expect(code).toBe(1);
  });

  it('doctor finds a stale pidfile and a missing socket', async () => {
    const conf = join(daemon.folder, 'other.conf');
    const serverurl = `unix://${daemon.folder}/none.sock`;
    await writeFile(join(daemon.folder, 'other.pid'), '4194303\n');
    await writeFile(
      conf,
      `[supervisord]\npidfile=%(here)s/other.pid\n[supervisorctl]\nserverurl=${serverurl}\n`,
    );
    const { code, stdout } = await daemon.ctl('-s', serverurl, 'doctor');
    expect([code, stdout]).toEqual([1, expect.stringContaining('none.sock: no such socket')]);
    const [node = '', bin = ''] = [
      process.execPath,
      new URL('../../dist/supervisorctl.js', import.meta.url).pathname,
    ];
    const other = await run(node, [bin, '-c', conf, 'doctor']);
    expect(other.stdout).toContain('other.pid: stale: pid 4194303 does not run');
  });

  it('completion names lists processes and groups', async () => {
    const { stdout } = await daemon.ctl('completion', 'names');
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      'all',
      'gone',
      'job:*',
      'job:job_0',
      'job:job_1',
      'web',
    ]);
  });

  it('the script for bash completes verbs and names', async () => {
    const { stdout: script } = await daemon.ctl('completion', 'bash');
    const complete = (...words: readonly string[]) => {
      const line = words.map(word => `'${word}'`).join(' ');
      const asking = `supervisorctl() { :; }
${script}
COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}
_supervisorctl
printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', asking], { encoding: 'utf8' }).trim().split('\n');
    };
    const bin = new URL('../../dist/supervisorctl.js', import.meta.url).pathname;
    expect(complete(bin, 'sta')).toEqual(['start', 'status']);
    expect(complete(bin, '-c', daemon.conf, 'hash')).toEqual(['hash-password']);
  });

  it.each(['bash', 'zsh', 'fish'])('the script for %s is one that this shell can read', async shell => {
    const { stdout: script } = await daemon.ctl('completion', shell);
    const path = ['/bin', '/usr/bin'].map(folder => `${folder}/${shell}`).find(existsSync);
    if (path) expect((await run(path, ['-n'], { input: script })).stderr).toBe('');
    expect(script).toContain('completion names');
    expect(script).toContain('supervisorctl');
  });

  it('wait, --no-wait, patterns and --json work against the daemon', async () => {
    expect((await daemon.ctl('stop', '--no-wait', 'job_*')).stdout).toBe(
      'job:job_0: stopping\njob:job_1: stopping\n',
    );
    expect(await daemon.ctl('wait', '--timeout', '20', 'job:*', 'STOPPED')).toMatchObject({
      code: 0,
      stdout: 'job:job_0: STOPPED\njob:job_1: STOPPED\n',
    });
    const { stdout } = await daemon.ctl('status', '--json', 'job:*');
    expect(JSON.parse(stdout)).toMatchObject([
      { namespec: 'job:job_0', statename: 'STOPPED' },
      { namespec: 'job:job_1' },
    ]);
  });
});
