import { describe, expect, it } from 'vitest';
import { runLine } from '../../src/ctl/shell.ts';
import { suggest } from '../../src/ctl/suggest.ts';
import { fitsPassword } from '../../src/rpc/password.ts';
import { fakeSession, type Methods, process, Trouble } from './fake.ts';

const infos = [
  process('web'),
  process('web2', { statename: 'FATAL', spawnerr: 'no luck', pid: 0 }),
  process('job:a'),
];
const scene: Methods = {
  'supervisor.getAllProcessInfo': () => infos,
  'supervisor.startProcess': () => true,
  'supervisor.stopProcess': () => true,
};

async function run(line: string, methods: Methods = scene, options?: Parameters<typeof fakeSession>[1]) {
  const fake = fakeSession(methods, options);
  const exit = await runLine(fake.session, line);
  return {
    exit,
    out: fake.out(),
    err: fake.err(),
    calls: fake.calls.filter(([name]) => name !== 'supervisor.getVersion'),
  };
}

describe('status', () => {
  it('--json is an array of what the server knows, with the name that people use and the uptime', async () => {
    const { exit, out } = await run('status --json web job:*');
    expect(JSON.parse(out)).toEqual([
      { namespec: 'web', ...infos[0], uptime: 5 },
      { namespec: 'job:a', ...infos[2], uptime: 5 },
    ]);
    expect(exit).toBe(0);
  });

  it("--json has what our own server tells of dropped bytes, and leaves it out of Python's", async () => {
    const dropped = { name: 'web', group: 'web', stdout_dropped: 5, stderr_dropped: 0 };
    const methods = { ...scene, 'statevisor.getAllDroppedBytes': () => [dropped] };
    const { out } = await run('status --json web job:a', methods);
    expect(JSON.parse(out)).toEqual([
      { namespec: 'web', ...infos[0], ...dropped, uptime: 5 },
      { namespec: 'job:a', ...infos[2], uptime: 5 },
    ]);
  });

  it('--json stays JSON when a name is unknown, and the exit status says so', async () => {
    const { exit, out } = await run('status --json nope');
    expect([exit, JSON.parse(out)]).toEqual([4, []]);
  });

  it('--format shows the wanted columns', async () => {
    const { exit, out } = await run('status --format name,state,pid,uptime,spawnerr web*');
    expect(out).toBe(
      'NAME  STATE    PID  UPTIME  SPAWNERR\nweb   RUNNING  7    5       \nweb2  FATAL    0    0       no luck\n',
    );
    expect(exit).toBe(3);
  });

  it.each([
    ['status --format name,colour', /no column 'colour' \(there are name, group/],
    ['status --watch=often', /'often' is no number of seconds/],
    ['status --nope', /option --nope not recognized/],
  ])('%s is refused in words', async (line, words) => {
    const { exit, out } = await run(line);
    expect([exit, out]).toEqual([2, expect.stringMatching(words)]);
  });

  it('takes patterns', async () => {
    const { out } = await run('status /^web/');
    expect(out.split('\n').map(line => line.split(' ')[0])).toEqual(['web', 'web2', '']);
  });

  it('--watch draws anew in place until Ctrl-C', async () => {
    const fake = fakeSession(scene, { tty: true });
    const running = runLine(fake.session, 'status --watch=0.01 web');
    // Real time: the verb's own pause between two looks.
    while (fake.out().split('\x1b[H').length < 4) await new Promise(resolve => setTimeout(resolve, 5));
    fake.interrupt();
    expect(await running).toBe(0);
    const shown = fake.out().replaceAll('\x1b', 'ESC');
    expect(shown).toMatch(/^ESC\[2J(ESC\[Hweb +RUNNING .*ESC\[K\nESC\[J){3,}\n$/);
  });
});

describe('start and stop', () => {
  it('take patterns, one call for each that fits', async () => {
    const { out, calls } = await run('start web* job:a');
    expect(calls.slice(1)).toEqual([
      ['supervisor.startProcess', 'web'],
      ['supervisor.startProcess', 'web2'],
      ['supervisor.startProcess', 'job:a'],
    ]);
    expect(out).toBe('web: started\nweb2: started\njob:a: started\n');
  });

  it('say that a pattern fits nothing as of an unknown name', async () => {
    const { exit, out } = await run('stop zzz*', {
      ...scene,
      'supervisor.stopProcess': () => new Trouble({ kind: 'fault', code: 10, text: 'BAD_NAME: zzz*' }),
    });
    expect([exit, out]).toEqual([1, 'zzz*: ERROR (no such process)\n']);
  });

  it.each([
    ['start --no-wait web', ['supervisor.startProcess', 'web', false], 'web: starting\n'],
    ['stop web --no-wait', ['supervisor.stopProcess', 'web', false], 'web: stopping\n'],
  ])('%s does not wait', async (line, call, said) => {
    const { exit, out, calls } = await run(line);
    expect([exit, out, calls]).toEqual([0, said, [call]]);
  });

  it('end at once when the server goes away between two names, and say so once', async () => {
    let count = 0;
    const { exit, out, err } = await run('stop a b c', {
      'supervisor.stopProcess': () => (count++ === 0 ? true : new Trouble({ kind: 'refused' })),
    });
    expect([exit, out]).toEqual([4, 'a: stopped\nunix:///run/s.sock refused connection\n']);
    expect(err).toContain('nobody listens there');
  });
});

describe('rotate', () => {
  const able: Methods = {
    ...scene,
    'system.listMethods': () => ['statevisor.rotateProcessLogs'],
    'statevisor.rotateProcessLogs': () => true,
    'statevisor.rotateMainLog': () => true,
    'statevisor.rotateAllProcessLogs': () => [
      { name: 'web', group: 'web', status: 80, description: 'OK' },
      { name: 'a', group: 'job', status: 30, description: 'FAILED: job:a: EROFS' },
    ],
  };

  it.each([
    ['rotate web', 'web: rotated\n', 0],
    ['rotate web*', 'web: rotated\nweb2: rotated\n', 0],
    ['rotate main', 'supervisord: rotated\n', 0],
    ['rotate main job:a', 'supervisord: rotated\njob:a: rotated\n', 0],
    ['rotate main:main', 'main: rotated\n', 0],
    ['rotate all', 'web: rotated\njob:a: ERROR (failed)\n', 1],
  ])('%s', async (line, said, status) => {
    const { exit, out } = await run(line, able);
    expect([out, exit]).toEqual([said, status]);
  });

  it("says that Python's supervisord cannot", async () => {
    const { exit, out } = await run('rotate web', { ...scene, 'system.listMethods': () => ['x'] });
    expect([out, exit]).toEqual(["rotate: ERROR (unix:///run/s.sock is not Statevisor's supervisord)\n", 3]);
  });

  it('needs a name', async () => {
    const { exit, out } = await run('rotate', able);
    expect([out.split('\n')[0], exit]).toEqual(['Error: rotate requires a process name', 1]);
  });
});

describe('wait', () => {
  const states = (...names: readonly string[]) => {
    const left = [...names];
    return {
      'supervisor.getAllProcessInfo': () => [
        process('web', { statename: left.length > 1 ? left.shift() : left[0], spawnerr: 'no luck' }),
      ],
    };
  };

  it('returns when the state is reached', async () => {
    const { exit, out } = await run('wait web running', states('STARTING', 'RUNNING'));
    expect([exit, out]).toEqual([0, 'web: RUNNING\n']);
  });

  it('gives up after the time-out', async () => {
    const { exit, out } = await run('wait --timeout 0.01 web STOPPED', states('RUNNING'));
    expect([exit, out]).toEqual([1, 'web: ERROR (still RUNNING)\n']);
  });

  it('for RUNNING does not wait for what has given up', async () => {
    const { exit, out } = await run('wait web RUNNING', states('BACKOFF', 'FATAL'));
    expect([exit, out]).toEqual([1, 'web: ERROR (FATAL: no luck)\n']);
  });

  it('for FATAL returns when that is reached', async () => {
    expect((await run('wait web FATAL', states('FATAL'))).exit).toBe(0);
  });

  it.each([
    ['wait', 2],
    ['wait web', 2],
    ['wait web HAPPY', 2],
    ['wait --timeout soon web RUNNING', 2],
    ['wait nope RUNNING', 1],
  ])('%s ends with %i', async (line, exit) => {
    expect((await run(line, states('RUNNING'))).exit).toBe(exit);
  });
});

describe('a password', () => {
  const locked = (methods: Methods) => {
    const fake = fakeSession(
      {
        ...methods,
        'supervisor.getVersion': () =>
          fake.calls.at(-1)?.includes('as me:secret') ? '3.0' : new Trouble({ kind: 'unauthorized' }),
      },
      { typed: ['me', 'wrong', 'me', 'secret'], interactive: true },
    );
    return fake;
  };

  it('is asked for at the prompt until it is right', async () => {
    const fake = locked({ 'supervisor.getSupervisorVersion': () => '4.2.5' });
    expect(await runLine(fake.session, 'version')).toBe(0);
    const asked = 'Server requires authentication\nUsername:Password:\n';
    expect(fake.out()).toBe(`${asked}${asked}4.2.5\n`);
  });

  it("is not asked for on a command line: the first line is Supervisor's, the hint says what to do", async () => {
    const { exit, out, err } = await run('version', {
      'supervisor.getVersion': () => new Trouble({ kind: 'unauthorized' }),
    });
    expect([exit, out]).toEqual([1, 'Server requires authentication\n']);
    expect(err).toContain('give -u and -p');
  });

  it('is hashed to what the server takes', async () => {
    const { exit, out } = await run('hash-password', {}, { typed: ['geheim ü'] });
    expect(exit).toBe(0);
    expect(await fitsPassword('geheim ü', out.trim())).toBe(true);
  });

  it('is typed twice at a terminal', async () => {
    expect((await run('hash-password', {}, { typed: ['a', 'b'], tty: true })).out).toContain(
      'the two passwords differ',
    );
    expect((await run('hash-password', {}, { typed: ['a', 'a'], tty: true })).exit).toBe(0);
  });

  it('is never taken from the command line', async () => {
    expect((await run('hash-password secret')).exit).toBe(2);
  });
});

describe('a server of another kind', () => {
  it('of another version of the interface is refused', async () => {
    const { exit, out } = await run('pid', { 'supervisor.getVersion': () => '9.1' });
    expect(exit).toBe(5);
    expect(out).toBe(
      'Sorry, this version of supervisorctl expects to talk to a server with API version 3.0, but the remote version is 9.1.\n',
    );
  });

  it('without the interface is told', async () => {
    const unknown = {
      'supervisor.getVersion': () => new Trouble({ kind: 'fault', code: 1, text: 'UNKNOWN_METHOD' }),
    };
    expect(await run('pid', unknown)).toMatchObject({
      exit: 3,
      out: expect.stringMatching(/^Sorry, supervisord responded/),
    });
    expect(await run('status', unknown)).toMatchObject({ exit: 4 });
  });

  it('with faults of its own is quoted', async () => {
    const odd = new Trouble({ kind: 'fault', code: 77, text: 'ODD' });
    expect(await run('start web', { 'supervisor.startProcess': () => odd })).toMatchObject({
      exit: 1,
      out: 'error: ODD\n',
    });
    expect(await run('reread', { 'supervisor.reloadConfig': () => odd })).toMatchObject({
      exit: 1,
      out: 'error: ODD\n',
    });
  });
});

describe('while the daemon shuts down', () => {
  const down = new Trouble({ kind: 'fault', code: 6, text: 'SHUTDOWN_STATE' });
  it.each([
    ['reread', 'supervisor.reloadConfig', 'ERROR: supervisor shutting down\n', 1],
    ['update', 'supervisor.reloadConfig', 'ERROR: already shutting down\n', 1],
    ['add web', 'supervisor.addProcessGroup', 'ERROR: shutting down\n', 1],
    ['remove web', 'supervisor.removeProcessGroup', 'error: SHUTDOWN_STATE\n', 1],
    ['reload', 'supervisor.restart', 'ERROR: already shutting down\n', 1],
    ['shutdown', 'supervisor.shutdown', 'ERROR: already shutting down\n', 0],
  ])('%s says so', async (line, method, out, exit) => {
    expect(await run(line, { [method]: () => down })).toMatchObject({ out, exit });
  });
});

describe('a question', () => {
  it.each([
    ['y', 1],
    ['Yes', 1],
    ['n', 0],
    ['', 0],
    ['sure', 0],
  ])('answered by %j', async (answer, count) => {
    const { out, calls } = await run(
      'shutdown',
      { 'supervisor.shutdown': () => true },
      { typed: [answer], interactive: true },
    );
    expect(calls.length).toBe(count);
    expect(out).toBe(`Really shut the remote supervisord process down y/N? ${count ? 'Shut down\n' : ''}`);
  });
});

describe('the Tab key', () => {
  const offered = async (line: string) =>
    (await suggest(fakeSession(scene).session, line))[0].map(word => word.trim());

  it.each([
    ['re', ['reload', 'remove', 'reread', 'restart']],
    ['hash', ['hash-password']],
    ['start ', ['job:*', 'job:a', 'web', 'web2']],
    ['start web ', ['job:*', 'job:a', 'web', 'web2']],
    ['  stop w', ['web', 'web2']],
    ['tail j', ['job:a']],
    ['update ', ['web', 'web2', 'job']],
    ['help st', ['start', 'status', 'stop']],
    ['signal T', ['TERM']],
    ['signal TERM j', ['job:*', 'job:a']],
    ['version ', []],
    ['nonsense ', []],
  ])('after %j offers %j', async (line, words) => {
    expect(await offered(line)).toEqual(words);
  });

  it('offers nothing when the server is away', async () => {
    const { session } = fakeSession({
      'supervisor.getAllProcessInfo': () => new Trouble({ kind: 'refused' }),
    });
    expect(await suggest(session, 'start ')).toEqual([[], '']);
  });

  it('asks for no password, since a person is typing', async () => {
    const { session, out } = fakeSession(
      { 'supervisor.getAllProcessInfo': () => new Trouble({ kind: 'unauthorized' }) },
      { interactive: true },
    );
    expect(await suggest(session, 'start ')).toEqual([[], '']);
    expect(out()).toBe('');
  });
});
