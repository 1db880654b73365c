import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const supervisord = fileURLToPath(new URL('../../dist/supervisord.js', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statevisor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const BASE = '[supervisord]\nnodaemon=true\nlogfile=%(here)s/d.log\npidfile=%(here)s/d.pid\n';

/** Configurations that cannot be used, and what our second line says of them beyond Supervisor's first. */
const ROWS: readonly (readonly [what: string, text: string, place: RegExp | undefined])[] = [
  ['no [supervisord] section', '[program:a]\ncommand=/bin/cat\n', undefined],
  ['a program without command', `${BASE}[program:a]\npriority=1\n`, /bad\.conf:5\b/],
  ['a bad boolean', `${BASE}[program:a]\ncommand=/bin/cat\nautostart=maybe\n`, /bad\.conf:7\b/],
  ['a bad number', `${BASE}[program:a]\ncommand=/bin/cat\nstartsecs=soon\n`, /bad\.conf:7\b/],
  ['an unknown signal', `${BASE}[program:a]\ncommand=/bin/cat\nstopsignal=SIGNOPE\n`, /bad\.conf:7\b/],
  ['a bad byte size', `${BASE}[program:a]\ncommand=/bin/cat\nstdout_logfile_maxbytes=1XB\n`, /bad\.conf:7\b/],
  ['a group of an unknown program', `${BASE}[group:g]\nprograms=nobody\n`, /bad\.conf:6\b/],
  ['an expansion that has no value', `${BASE}[program:a]\ncommand=%(nothing)s\n`, /bad\.conf:6\b/],
  ['a line without a section', 'nonsense\n', /bad\.conf/],
];

describe.concurrent('a configuration that cannot be used', () => {
  it.each(ROWS.map((row, index) => [...row, index] as const))(
    '%s ends the start with 2',
    async (_, text, place, index) => {
      const file = join(folder, `${index}`, 'bad.conf');
      await mkdir(join(folder, `${index}`));
      await writeFile(file, text);
      const ours = await run(process.execPath, [supervisord, '-c', file]);
      const [first = '', ...more] = ours.stderr.split('\n');
      expect(ours).toMatchObject({ code: 2, stdout: '' });
      expect(more.at(-2)).toBe(`For help, use ${supervisord} -h`);
      if (place !== undefined) expect(more.join('\n')).toMatch(place);
      if (!has('supervisor')) return;
      const theirs = await run('/usr/bin/supervisord', ['-c', file]);
      expect(theirs.code).toBe(2);
      expect(first).toBe(theirs.stderr.split('\n')[0]);
    },
  );

  it('that is missing ends the start with 2', async () => {
    const missing = join(folder, 'nowhere.conf');
    const ours = await run(process.execPath, [supervisord, '-c', missing]);
    expect(ours.code).toBe(2);
    expect(ours.stderr.split('\n')[0]).toBe(`Error: could not find config file ${missing}`);
  });
});

describe('a configuration that cannot be used at reread', () => {
  it('leaves everything as it was, and says where it is wrong', async () => {
    const daemon = await startDaemon('[program:a]\ncommand=/bin/cat\nstartsecs=0\n');
    try {
      const before = await until('a', async () => {
        const found = (await daemon.call('supervisor.getProcessInfo', 'a')) as { statename: string };
        return found.statename === 'RUNNING' && found;
      });
      await writeFile(daemon.conf, '[supervisord]\n[program:a]\ncommand=/bin/cat\nstopsignal=SIGNOPE\n');
      const fault = (await daemon.call('supervisor.reloadConfig')) as {
        faultCode: number;
        faultString: string;
      };
      expect(fault.faultCode).toBe(92);
      expect(fault.faultString).toMatch(/SIGNOPE[\s\S]*supervisord\.conf:4/);
      process.kill(daemon.pid, 'SIGHUP');
      expect(await daemon.call('supervisor.restart')).toMatchObject({ faultCode: 92 });
      expect(await daemon.call('supervisor.getProcessInfo', 'a')).toMatchObject({
        pid: (before as unknown as { pid: number }).pid,
        statename: 'RUNNING',
      });
    } finally {
      await daemon.stop();
    }
  });

  it('leaves the main log as it was where the one of a reload cannot be opened', async () => {
    const daemon = await startDaemon('[program:a]\ncommand=/bin/cat\n');
    try {
      await mkdir(join(daemon.folder, 'folder'));
      const config = await readFile(daemon.conf, 'utf8');
      await writeFile(daemon.conf, config.replace('supervisord.log', 'folder'));
      process.kill(daemon.pid, 'SIGHUP');
      const line = /CRIT could not write log file \S+\/folder: EISDIR.*; the log stays as it was\n/;
      expect(await daemon.logged(/started with pid[\s\S]*started with pid/)).toMatch(line);
      expect(await daemon.call('supervisor.getState')).toMatchObject({ statename: 'RUNNING' });
    } finally {
      await daemon.stop();
    }
  });

  it('warns of an unknown option, and names the nearest known one', async () => {
    const daemon = await startDaemon('[program:a]\ncommand=/bin/cat\nstartretriess=1\n');
    try {
      await daemon.logged(/WARN .*startretriess[\s\S]*did you mean startretries\?/);
    } finally {
      await daemon.stop();
    }
  });
});

describe('a session’s folder that cannot be used', () => {
  it('keeps no daemon from its start', async () => {
    const daemon = await startDaemon('[program:a]\ncommand=/bin/sh -c "echo here; exec cat"\n', {
      env: { XDG_RUNTIME_DIR: '/dev/null' },
    });
    try {
      await until('output', async () => (await daemon.ctl('tail', 'a')).stdout.startsWith('here\n'));
    } finally {
      await daemon.stop();
    }
  });
});

describe('an address that is taken', () => {
  it('leaves no socket of the other addresses behind', async () => {
    const file = join(folder, 'taken.conf');
    await writeFile(join(folder, 'b.sock'), 'somebody’s data');
    const doors = ['a', 'b'].map(name => `[unix_http_server:${name}]\nfile=%(here)s/${name}.sock\n`);
    await writeFile(file, BASE + doors.join(''));
    const { code, stderr } = await run(process.execPath, [supervisord, '-c', file]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('b.sock is no socket'),
    });
    expect(await readdir(folder)).not.toContain('a.sock');
  });
});

describe('a second daemon at the same address', () => {
  it('says so, exits with 2, and leaves the first and its logs untouched', async () => {
    const daemon = await startDaemon('[program:a]\ncommand=/bin/sh -c "echo here; exec cat"\n');
    try {
      const info = () =>
        daemon.call('supervisor.getProcessInfo', 'a') as Promise<{ pid: number; stdout_logfile: string }>;
      const before = await until('output', async () => {
        const found = await info();
        return found.pid > 0 && (await readFile(found.stdout_logfile, 'utf8')) === 'here\n' && found;
      });
      const second = await run(process.execPath, [supervisord, '-n', '-c', daemon.conf]);
      expect(second.code).toBe(2);
      expect(second.stderr).toContain('Error: Another program is already listening on a port');
      expect((await info()).pid).toBe(before.pid);
      expect(await readFile(before.stdout_logfile, 'utf8')).toBe('here\n');
      expect(await readFile(join(daemon.folder, 'supervisord.pid'), 'utf8')).toBe(`${daemon.pid}\n`);
      expect((await daemon.ctl('signal', 'HUP', 'a')).stdout).toBe('a: signalled\n');
    } finally {
      await daemon.stop();
    }
  });
});
