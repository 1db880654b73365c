import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Installation, install } from '../support/installation.ts';
import { kill, MARK, marked } from '../support/leftover.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
/** Matches what begins with exactly this. */
const begins = (text: string) => new RegExp(`^${text.replace(/[().!/]/g, '\\$&')}`);
const SCRIPT = join(repository, 'examples/init.d/supervisord');

const DEBIANS = '/lib/lsb/init-functions';

interface Words {
  /** What the script is set to take for the distribution's function library. */
  readonly functions: string;
  /** How a line begins, for what is done. */
  line(doing: string): string;
  readonly ok: string;
  readonly alreadyRunning: string;
  readonly notRunning: string;
  readonly cannotReload: string;
}

const OWN: Words = {
  functions: '',
  line: doing => `${doing} supervisord: `,
  ok: 'OK',
  alreadyRunning: 'already running',
  notRunning: 'not running',
  cannotReload: 'not running',
};
const DEBIAN: Words = {
  functions: DEBIANS,
  line: doing => `${doing} Supervisor: supervisord`,
  ok: '.',
  alreadyRunning: ' (already running).',
  notRunning: ' (not running).',
  cannotReload: ' (not running) failed!',
};

const LIBRARIES: readonly (readonly [library: string, words: Words])[] = [
  ['its own shell functions', OWN],
  ['Debian’s function library', DEBIAN],
];

describe.each(LIBRARIES)('the init script of the memo, with our commands and %s', (_, words) => {
  const isMissing = words.functions !== '' && !existsSync(words.functions);
  beforeEach(({ skip }) => skip(isMissing, `no ${words.functions}`));
  const says = (doing: string, what: keyof Words) => `${words.line(doing)}${words[what]}\n`;
  let folder: string;
  let installed: Installation;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statevisor-init-'));
    installed = await install(folder);
    const { bin, conf, pidfile } = installed;
    await writeFile(
      join(folder, 'settings'),
      `supervisord=${bin}/supervisord
supervisorctl=${bin}/supervisorctl
pidfile=${pidfile}
lockfile=${folder}/lock
functions=${words.functions}
OPTIONS="-c ${conf}"
`,
    );
  });
  afterAll(async () => {
    kill(await marked(folder));
    await rm(folder, { recursive: true });
  });

  const verb = (name: string) =>
    run(SCRIPT, [name], { env: { SUPERVISORD_SETTINGS: join(folder, 'settings'), [MARK]: folder } });
  const pid = async () => Number(await readFile(installed.pidfile, 'utf8'));
  const sleeper = async () => {
    const { bin, conf } = installed;
    const { stdout } = await run(join(bin, 'supervisorctl'), ['-c', conf, 'pid', 'sleeper']);
    return Number(stdout);
  };

  it('says that nothing runs: status 3, reload 7, stop 0, condrestart 0', async () => {
    expect(await verb('status')).toMatchObject({ code: 3, stdout: 'supervisord is stopped\n', stderr: '' });
    expect(await verb('reload')).toMatchObject({ code: 7, stdout: says('Reloading', 'cannotReload') });
    expect(await verb('stop')).toMatchObject({ code: 0, stdout: says('Stopping', 'notRunning') });
    expect(await verb('condrestart')).toMatchObject({ code: 0, stdout: '' });
    expect(existsSync(installed.pidfile)).toBe(false);
  });

  it('starts the daemon into the background, shows its programs, and starts it once only', async () => {
    const { code, stdout } = await verb('start');
    expect(stdout).toMatch(begins(`${says('Starting', 'ok')}sleeper `));
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'lock'))).toBe(true);
    const first = await pid();
    expect((await verb('start')).stdout).toMatch(begins(`${says('Starting', 'alreadyRunning')}sleeper `));
    expect(await pid()).toBe(first);
  });

  it('shows whether it runs, and its programs', async () => {
    await until('sleeper', sleeper);
    const { code, stdout } = await verb('status');
    expect(stdout).toMatch(/^supervisord \(pid \d+\) is running\.\.\.\nsleeper +(STARTING|RUNNING)/);
    expect(code).toBe(0);
  });

  it.each(['reload', 'force-reload'])('%s starts the programs anew in the same daemon', async name => {
    const [daemon, before] = [await pid(), await until('sleeper', sleeper)];
    expect(await verb(name)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(begins(says('Reloading', 'ok'))),
    });
    await until('another sleeper', async () => ![0, before].includes(await sleeper()));
    expect(await pid()).toBe(daemon);
  });

  it.each(['restart', 'condrestart', 'try-restart'])('%s is another daemon', async name => {
    const before = await pid();
    const { code, stdout } = await verb(name);
    expect(stdout).toMatch(begins(`${says('Stopping', 'ok')}${says('Starting', 'ok')}sleeper `));
    expect(code).toBe(0);
    expect(await pid()).not.toBe(before);
  });

  it('stops the daemon and its programs', async () => {
    const before = await pid();
    expect(await verb('stop')).toMatchObject({ code: 0, stdout: says('Stopping', 'ok'), stderr: '' });
    // Ended, though whoever is its parent may not have waited for it yet.
    expect(await readFile(`/proc/${before}/cmdline`, 'utf8').catch(() => '')).toBe('');
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    expect(await marked(folder)).toEqual([]);
  });

  it('does not take another process for the daemon of a stale pidfile', async () => {
    await writeFile(join(folder, 'supervisord.pid'), `${process.pid}\n`);
    expect(await verb('status')).toMatchObject({ code: 1, stdout: 'supervisord dead but pid file exists\n' });
    expect(await verb('stop')).toMatchObject({ code: 0, stdout: says('Stopping', 'notRunning') });
  });

  it('names its verbs', async () => {
    expect(await verb('dance')).toMatchObject({
      code: 2,
      stdout: 'Usage: supervisord {start|stop|status|restart|condrestart|try-restart|force-reload|reload}\n',
    });
  });
});

describe('the init script of the memo, with functions of Red Hat’s names', () => {
  const LIBRARY = `
PATH=/sbin:/usr/sbin:/bin:/usr/bin
daemon() { printf 'daemon<%s>' "$*"; }
killproc() { printf 'killproc<%s,%s>' "$*" "\${LSB:-}"; return "\${ANSWER:-0}"; }
status() { echo "status<$*>"; }
success() { printf '[  OK  ]'; }
failure() { printf '[FAILED]'; }
`;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'statevisor-init-'));
    await writeFile(join(folder, 'functions'), LIBRARY);
    await writeFile(
      join(folder, 'settings'),
      `functions=${folder}/functions
supervisord=/sv
supervisorctl=echo
pidfile=/p
lockfile=/no/such/lock
STOP_TIMEOUT=7
OPTIONS="-c conf"
`,
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['start', 0, '0', 'Starting supervisord: daemon<--pidfile=/p /sv -c conf>\n-c conf status\n'],
    ['stop', 0, '0', 'Stopping supervisord: killproc<-p /p -d 7 /sv,>\n'],
    ['status', 0, '0', 'status<-p /p /sv>\n-c conf status\n'],
    ['reload', 0, '0', 'Reloading supervisord: killproc<-p /p /sv -HUP,1>[  OK  ]\n-c conf status\n'],
    ['reload', 7, '7', 'Reloading supervisord: killproc<-p /p /sv -HUP,1>not running\n'],
    ['reload', 1, '1', 'Reloading supervisord: killproc<-p /p /sv -HUP,1>[FAILED]\n'],
  ])('%s (%i) calls them', async (verb, code, answer, stdout) => {
    const env = { SUPERVISORD_SETTINGS: join(folder, 'settings'), ANSWER: answer };
    expect(await run(SCRIPT, [verb], { env })).toMatchObject({ code, stdout, stderr: '' });
  });
});
