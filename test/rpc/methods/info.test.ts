import { describe, expect, it } from 'vitest';
import type { GroupSpec } from '../../../machines/spec.ts';
import { groupSpec, lone, processSpec, programSpec } from '../../machines/fake.ts';
import { fakeDaemon, plain } from '../fixture.ts';

const ask = async ({ call }: ReturnType<typeof fakeDaemon>, method: string, ...params: string[]) =>
  plain(await call(`supervisor.${method}`, params));

const off = { autostart: false } as const;

describe('getProcessInfo', () => {
  const stopped = {
    name: 'cat',
    group: 'cat',
    start: 0,
    stop: 0,
    now: 1_090_061,
    state: 0,
    statename: 'STOPPED',
    spawnerr: '',
    exitstatus: 0,
    logfile: '/log/out',
    stdout_logfile: '/log/out',
    stderr_logfile: '',
    pid: 0,
    description: 'Not started',
  };

  it('says all of a process that never ran, in the order of Supervisor', async () => {
    const daemon = fakeDaemon([lone('cat', off)]);
    daemon.files.set('cat:cat:stdout', '/log/out');
    const info = await ask(daemon, 'getProcessInfo', 'cat');
    expect(info).toEqual(stopped);
    expect(Object.keys(info ?? {})).toEqual(Object.keys(stopped));
  });

  it('follows each change of the process', async () => {
    const daemon = fakeDaemon([lone('cat', { ...off, autorestart: 'never' })]);
    const { kernel, clock } = daemon;
    await daemon.call('supervisor.startProcess', ['cat', false]);
    expect(await ask(daemon, 'getProcessInfo', 'cat')).toMatchObject({
      statename: 'STARTING',
      description: '',
    });
    const pid = kernel.start();
    clock.increment(1000);
    expect(await ask(daemon, 'getProcessInfo', 'cat')).toMatchObject({
      state: 20,
      start: 1_000_000,
      pid,
      description: `pid ${pid}, uptime 1 day, 1:01:01`,
    });
    kernel.exit(2, undefined, 5000);
    expect(await ask(daemon, 'getProcessInfo', 'cat')).toMatchObject({
      statename: 'EXITED',
      exitstatus: 2,
      spawnerr: 'Bad exit code 2',
      stop: 1_000_005,
      pid: 0,
    });
  });

  it('counts the uptime anew for each answer', async () => {
    let seconds = 5;
    const daemon = fakeDaemon([lone('cat')], {
      now: () => ({ wall: 1_000_000 + seconds, monotonic: seconds * 1000 }),
    });
    const pid = daemon.kernel.start();
    daemon.clock.increment(1000);
    expect(await ask(daemon, 'getProcessInfo', 'cat')).toMatchObject({
      now: 1_000_005,
      description: `pid ${pid}, uptime 0:00:05`,
    });
    seconds = 3725;
    expect(await ask(daemon, 'getProcessInfo', 'cat')).toMatchObject({
      now: 1_003_725,
      description: `pid ${pid}, uptime 1:02:05`,
    });
  });
});

describe('getAllProcessInfo', () => {
  it('sorts by group, then by name', async () => {
    const daemon = fakeDaemon([
      lone('z', off),
      groupSpec('b', [programSpec('y', { ...off, group: 'b' }), programSpec('x', { ...off, group: 'b' })], 1),
      lone('a', off),
    ]);
    expect(await ask(daemon, 'getAllProcessInfo')).toMatchObject([
      { group: 'a', name: 'a' },
      { group: 'b', name: 'x' },
      { group: 'b', name: 'y' },
      { group: 'z', name: 'z' },
    ]);
  });

  it('escapes what a name or a message holds', async () => {
    const daemon = fakeDaemon([lone('a&<b>')]);
    daemon.kernel.fail('</struct> & more');
    expect(await ask(daemon, 'getAllProcessInfo')).toMatchObject([
      { name: 'a&<b>', spawnerr: '</struct> & more', description: '</struct> & more' },
    ]);
  });
});

describe('getAllConfigInfo', () => {
  const stream = processSpec().stdout;
  const spec = processSpec({
    ...off,
    directory: '/tmp',
    user: { name: 'nobody', uid: 65534, gid: 65534, home: '/', shell: '/bin/false' },
    stopsignal: 'SIGINT',
    exitcodes: [0, 2],
    redirect_stderr: true,
    stdout: { ...stream, logfile: [{ to: 'auto' }], logfile_maxbytes: 50, logfile_backups: 10 },
    stderr: { ...stream, logfile: [{ to: 'file', path: '/err' }] },
  });
  const group: GroupSpec = groupSpec('cat', [{ ...programSpec('cat'), processes: [spec] }], 7);

  it('says how a process is configured, in the order of Supervisor', async () => {
    const daemon = fakeDaemon([group]);
    daemon.files.set('cat:cat:stdout', '/log/auto');
    const [info] = (await ask(daemon, 'getAllConfigInfo')) as [object];
    expect(Object.entries(info)).toEqual(
      Object.entries({
        autostart: false,
        directory: '/tmp',
        uid: 65534,
        command: '/bin/cat',
        exitcodes: [0, 2],
        group: 'cat',
        group_prio: 7,
        inuse: true,
        killasgroup: false,
        name: 'cat',
        process_prio: 999,
        redirect_stderr: true,
        startretries: 3,
        startsecs: 1,
        stdout_capture_maxbytes: 0,
        stdout_events_enabled: false,
        stdout_logfile: '/log/auto',
        stdout_logfile_backups: 10,
        stdout_logfile_maxbytes: 50,
        stdout_syslog: false,
        stopsignal: 2,
        stopwaitsecs: 10,
        stderr_capture_maxbytes: 0,
        stderr_events_enabled: false,
        stderr_logfile: 'none',
        stderr_logfile_backups: 0,
        stderr_logfile_maxbytes: 0,
        stderr_syslog: false,
        serverurl: 'none',
      }),
    );
  });

  it('is of the configuration as last read, sorted by name', async () => {
    const daemon = fakeDaemon([lone('old', off)]);
    daemon.root.send({
      type: 'supervisor.reread',
      groups: [lone('z'), group, lone('old', { startsecs: 9 })],
    });
    expect(await ask(daemon, 'getAllConfigInfo')).toMatchObject([
      { name: 'cat', inuse: false, stdout_logfile: 'auto', directory: '/tmp' },
      { name: 'old', inuse: true, startsecs: 9, directory: 'none', uid: 'none', stdout_logfile: 'none' },
      { name: 'z', inuse: false },
    ]);
  });
});
