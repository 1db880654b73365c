import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { textOf } from '../support/listener.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

const fixtures = fileURLToPath(new URL('../fixtures/events/', import.meta.url));
const python = (script: string, ...words: readonly (string | number)[]) =>
  `command=/usr/bin/python3 ${[`${fixtures}${script}.py`, ...words].join(' ')}`;

const [BEGIN, END] = ['<!--XSUPERVISOR:BEGIN-->', '<!--XSUPERVISOR:END-->'];
const HOG = 'import time; hoard = b"x" * 100000000; time.sleep(1000)';
const CONFIG = `
[eventlistener:crashmail]
${python('crashmail', '%(here)s/crashmail.txt')}
events=PROCESS_STATE
buffer_size=100
[eventlistener:memmon]
${python('memmon', '%(here)s/memmon.txt', 60_000_000)}
events=TICK_5
[eventlistener:httpok]
${python('httpok', '%(here)s/httpok.txt', '%(here)s/port', 'web')}
events=TICK_5
[eventlistener:gossip]
${python('gossip', '%(here)s/gossip.txt')}
events=PROCESS_COMMUNICATION
[program:crasher]
command=sh -c 'read go; exit 3'
autorestart=false
[program:leaver]
command=sh -c 'read go; exit 0'
autorestart=false
[program:hog]
command=/usr/bin/python3 -c '${HOG}'
startsecs=0
[program:web]
${python('server', '%(here)s/port', '%(here)s/started')}
startsecs=0
[program:teller]
command=sh -c 'printf "${BEGIN}out${END}"; until grep -qs out gossip.txt; do sleep 0.1; done; printf "${BEGIN}err${END}" >&2; exec sleep 1000'
stdout_capture_maxbytes=1000
stderr_capture_maxbytes=1000
`;

/** What each listener has done when all have done it. */
const DONE = {
  crashmail: /^crasher:crasher exited unexpectedly from RUNNING\n$/,
  memmon: /^(restarted hog:hog: RUNNING\n)+$/,
  httpok: /^(web answered (500|0): restarted\n)+(web answered 200\n)+$/,
  gossip: /^PROCESS_COMMUNICATION_STDOUT of teller: out\nPROCESS_COMMUNICATION_STDERR of teller: err\n$/,
} as const;

describe.skipIf(!has('supervisor', 'python3')).each([
  ['ours', startDaemon],
  ['the oracle', startOracle],
] as const)('a listener of Python’s childutils, run by %s,', (_, start) => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await start(CONFIG);
    for (const name of ['crasher', 'leaver']) {
      await until(name, async () => (await daemon.python('status', name)).stdout.includes('RUNNING'));
      await ask(daemon.socket, 'supervisor.sendProcessStdin', name, '\n');
    }
  });
  afterAll(() => daemon?.stop());

  it.each(Object.entries(DONE))('does what it is for: %s', async (name, done) => {
    const text = await until(
      `${name} has done it`,
      async () => {
        const said = await textOf(daemon, `${name}.txt`);
        return done.test(said) && said;
      },
      { within: 100_000, every: 100 },
    );
    expect(text).toMatch(done);
  });
});
