import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { run } from '../support/run.ts';

const sleeper = 'command=sleep 1000\nautostart=false\n';
const CONFIG = `
[program:sleeper]
${sleeper}
[program:hasty]
${sleeper}startsecs=0
[program:quick]
command=/bin/false
autostart=false
startsecs=60
startretries=100
[program:nofile]
command=/no/such/file x
autostart=false
[program:plain]
command=/etc/passwd
autostart=false
[program:folder]
command=/tmp
autostart=false
[program:nowhere]
command=no-such-command
autostart=false
[program:cat]
command=cat
autostart=false
startsecs=0
[program:stubborn]
command=sh -c "trap '' TERM; echo gr\\u00fc\\u00dfe; exec sleep 1000"
stopwaitsecs=60
autostart=false
[program:nolog]
${sleeper}stdout_logfile=NONE
stderr_logfile=NONE
[program:redirected]
${sleeper}redirect_stderr=true
[program:many]
${sleeper}process_name=%(program_name)s_%(process_num)02d
numprocs=3
startsecs=0
[program:late]
${sleeper}priority=5
startsecs=2
[program:early]
${sleeper}priority=3
[program:never]
command=/no/such/file
priority=1
autostart=false
[group:prio]
programs=late,early,never
priority=7
[program:full]
${sleeper}directory=/tmp
umask=022
user=root
stopsignal=INT
exitcodes=0,2
stopwaitsecs=3
priority=12
startretries=7
serverurl=http://example.org:9001
stdout_logfile=%(here)s/full.log
stdout_logfile_maxbytes=1MB
stdout_logfile_backups=2
`;

type Call = readonly [method: string, ...params: unknown[]];
type Outcome = unknown;

/** One step: a call to both; or what is done first to the configuration. */
interface Step {
  readonly call: Call;
  /** Where ours differs on purpose: what it answers instead. */
  readonly ours?: Outcome;
  /** Whether results may come in any order: Python's depends on which process happens to be reaped first. */
  readonly unordered?: boolean;
  /** Whether the call is repeated until its answer is not empty: nobody tells when a child has written. */
  readonly awaited?: boolean;
  /** The text that is added to the configuration before the call. */
  readonly config?: string;
}

const step = (...call: Call): Step => ({ call });
const better = (ours: Outcome, ...call: Call): Step => ({ call, ours });
const unordered = (...call: Call): Step => ({ call, unordered: true });
const awaited = (...call: Call): Step => ({ call, awaited: true });
const configured = (config: string, ...call: Call): Step => ({ call, config });
const incorrect = (detail: string) => ({ fault: [2, `INCORRECT_PARAMETERS: ${detail}`] });
const badName = (name: unknown) => ({ fault: [10, `BAD_NAME: ${name}`] });

const unknown = ['nobody', 'many', 'prio', 'prio:nobody', 'nobody:x', 'nobody:*', '', ':', 'a:b:c', 'late'];
const logs = ['readProcessLog', 'readProcessStdoutLog', 'readProcessStderrLog'];
const tails = ['tailProcessLog', 'tailProcessStdoutLog', 'tailProcessStderrLog'];
const slices = [
  [0, 0],
  [0, 2],
  [1, 3],
  [8, 0],
  [100, 5],
  [-1, 0],
  [-100, 0],
  [-1, 1],
  [0, -1],
  [2, -1],
  ['0', '2'],
];

/** One long story, told to both daemons call by call. */
const STORY: readonly Step[] = [
  ...['getAPIVersion', 'getVersion', 'getSupervisorVersion', 'getIdentification', 'getState'].map(name =>
    step(name),
  ),
  step('system.listMethods'),
  ...['getState', 'startProcess', 'tailProcessLog', 'nosuch'].map(name =>
    step('system.methodSignature', `supervisor.${name}`),
  ),
  step('system.methodHelp', 'supervisor.nosuch'),
  step('system.listMethods', 1),
  ...['nosuch', '_x', 'getState.x'].map(name => step(name)),
  ...['system.nosuch', 'foo.bar', 'a.b.c'].map(name => step(name)),
  step('getState', 1),
  step('startProcess'),
  step('startProcess', 'sleeper', true, 3),
  step('getAllProcessInfo'),
  step('getAllConfigInfo'),
  ...unknown.map(name => step('getProcessInfo', name)),
  ...unknown.map(name => step('startProcess', name)),
  ...unknown.map(name => step('stopProcess', name)),
  better(badName(3), 'getProcessInfo', 3),
  better(incorrect('name: expected a string'), 'startProcess', ['a']),
  better(incorrect('offset: expected an int'), 'readProcessLog', 'sleeper', 'a', 'b'),
  better(incorrect('name: expected a string'), 'removeProcessGroup', []),

  ...['nofile', 'plain', 'folder', 'nowhere', 'quick'].map(name => step('startProcess', name)),
  step('stopProcess', 'quick'),
  step('startProcess', 'nofile', false),
  step('startProcess', 'sleeper'),
  step('startProcess', 'sleeper'),
  step('startProcess', 'sleeper', false),
  step('getProcessInfo', 'sleeper'),
  step('startProcess', 'hasty'),
  step('getProcessInfo', 'hasty'),
  step('removeProcessGroup', 'hasty'),
  step('stopProcess', 'hasty'),
  step('stopProcess', 'hasty'),
  step('stopProcess', 'hasty:hasty'),
  step('getProcessInfo', 'hasty'),

  step('startProcess', 'many:*'),
  step('stopProcess', 'many:many_01'),
  step('startProcess', 'many:'),
  step('signalProcess', 'many:*', 'CONT'),
  step('signalProcessGroup', 'many', 'XX'),
  step('signalProcessGroup', 'nobody', 'HUP'),
  step('signalProcessGroup', 'prio', 'HUP'),
  unordered('stopProcess', 'many:*'),
  step('stopProcessGroup', 'many'),
  step('startProcessGroup', 'prio'),
  step('startProcessGroup', 'prio'),
  unordered('stopProcessGroup', 'prio'),
  step('startProcessGroup', 'nobody'),
  step('startProcessGroup', 'prio:late'),
  step('stopProcessGroup', 'nobody'),

  ...['HUPP', '', 9999, '9999', -1, '0', 0, 'cont', 'SIGCONT', ' CONT ', 18].map(signal =>
    step('signalProcess', 'sleeper', signal),
  ),
  step('signalProcess', 'hasty', 'CONT'),
  step('signalProcess', 'hasty', 'XX'),
  step('signalProcess', 'nobody', 'XX'),
  step('signalAllProcesses', 'CONT'),
  step('signalAllProcesses', 'XX'),

  step('sendProcessStdin', 'cat', 'x'),
  step('startProcess', 'cat'),
  step('sendProcessStdin', 'cat', 'h\u00e9llo\n'),
  step('sendProcessStdin', 'cat', 3),
  step('sendProcessStdin', 'nobody', 'x'),
  step('sendProcessStdin', 'many:*', 'x'),
  step('sendRemoteCommEvent', 'type', 'data'),
  step('sendRemoteCommEvent', 3, 4),
  step('sendRemoteCommEvent', '\u00e9', '\u00fc'),

  step('startProcess', 'stubborn'),
  awaited('readProcessLog', 'stubborn', 0, 0),
  ...logs.flatMap(name => slices.map(slice => step(name, 'stubborn', ...slice))),
  ...tails.flatMap(name => slices.filter(([at]) => at !== 1).map(slice => step(name, 'stubborn', ...slice))),
  ...[...logs, ...tails].flatMap(name =>
    ['nobody', 'many:*', 'nolog', 'redirected'].map(of => step(name, of, 0, 0)),
  ),
  awaited('readProcessLog', 'cat', 0, 0),
  step('clearProcessLogs', 'stubborn'),
  step('readProcessLog', 'stubborn', 0, 0),
  step('clearProcessLog', 'nolog'),
  step('clearProcessLogs', 'nobody'),
  step('clearProcessLogs', 'many:*'),
  step('clearProcessLogs', 'many'),
  ...['readLog', 'readMainLog'].flatMap(name =>
    [
      [1, 2],
      [-1, 1],
      [0, -1],
      [1_000_000, 5],
    ].map(slice => step(name, ...slice)),
  ),

  step('stopProcess', 'stubborn', false),
  step('stopProcess', 'stubborn'),
  step('sendProcessStdin', 'stubborn', 'x'),
  step('startProcess', 'stubborn'),
  step('signalProcess', 'stubborn', 'CONT'),
  step('getProcessInfo', 'stubborn'),
  step('removeProcessGroup', 'stubborn'),
  step('addProcessGroup', 'stubborn'),
  step('signalProcess', 'stubborn', 'KILL'),
  unordered('stopAllProcesses'),

  step('system.multicall', []),
  step('system.multicall', [{ methodName: 'supervisor.getState' }]),
  step('system.multicall', [
    { methodName: 'supervisor.getState', params: [] },
    { methodName: 'supervisor.nosuch', params: [] },
    { methodName: 'system.multicall', params: [[]] },
    { methodName: 'supervisor.getProcessInfo', params: ['nobody'] },
    { methodName: 'supervisor.getProcessInfo', params: [] },
    { methodName: 'supervisor.startProcess', params: ['sleeper'] },
    { methodName: 'supervisor.getProcessInfo', params: ['sleeper'] },
    { methodName: 'supervisor.stopProcess', params: ['sleeper'] },
    {},
  ]),
  step('system.multicall'),
  better(incorrect('calls: expected an array'), 'system.multicall', 'x'),

  step('removeProcessGroup', 'nobody'),
  step('removeProcessGroup', 'prio:late'),
  step('addProcessGroup', 'nobody'),
  step('addProcessGroup', 'sleeper'),
  step('addProcessGroup', 3),
  step('removeProcessGroup', 'nolog'),
  step('getProcessInfo', 'nolog'),
  step('addProcessGroup', 'nolog'),
  step('reloadConfig'),
  configured('[program:fresh]\ncommand=sleep 1000\nstartsecs=0\n', 'reloadConfig'),
  step('reloadConfig'),
  step('getProcessInfo', 'fresh'),
  step('addProcessGroup', 'fresh'),
  step('reloadConfig'),
  configured('[program:hasty]\nstartsecs=1\n', 'reloadConfig'),
  step('removeProcessGroup', 'fresh'),
  step('stopProcessGroup', 'fresh'),
  step('removeProcessGroup', 'fresh'),
  step('stopProcessGroup', 'hasty'),
  step('removeProcessGroup', 'hasty'),
  step('addProcessGroup', 'hasty'),
  configured('', 'reloadConfig'),
  step('shutdown'),
];

/**
 * Runs the story against one daemon by Python's client, in one process. A child of Python's loses the signals that come
 * before it has executed its command: each call waits until all have.
 */
const TELL = `
import json, sys, time, xmlrpc.client
sys.path.insert(0, '/usr/lib/python3/dist-packages')
from supervisor.xmlrpc import SupervisorTransport
url, conf, base = sys.argv[1:]
server = xmlrpc.client.ServerProxy('http://127.0.0.1', SupervisorTransport(None, None, url))
def executed(pid):
    try: return b'/supervisord\\0' not in open('/proc/%d/cmdline' % pid, 'rb').read()
    except OSError: return True
def settle():
    pids = [info['pid'] for info in server.supervisor.getAllProcessInfo() if info['pid']]
    while not all(executed(pid) for pid in pids): time.sleep(0.02)
def call(method, *params):
    try: return {'value': getattr(server, method if '.' in method else 'supervisor.' + method)(*params)}
    except xmlrpc.client.Fault as fault: return {'fault': [fault.faultCode, fault.faultString]}
    except xmlrpc.client.ProtocolError as error: return {'http': error.errcode}
for line in sys.stdin:
    step = json.loads(line)
    if 'config' in step: open(conf, 'w').write(base + step['config'])
    settle()
    outcome = call(*step['call'])
    while step.get('awaited') and outcome == {'value': ''}:
        time.sleep(0.05)
        outcome = call(*step['call'])
    print(json.dumps(outcome))
`;

async function tell(daemon: Daemon): Promise<readonly Outcome[]> {
  const base = await readFile(daemon.conf, 'utf8');
  const input = STORY.map(each => JSON.stringify(each)).join('\n');
  const args = ['-c', TELL, `unix://${daemon.socket}`, daemon.conf, base];
  const { code, stdout, stderr } = await run('/usr/bin/python3', args, { input, timeout: 150_000 });
  if (code !== 0) throw new Error(stderr);
  await writeFile(daemon.conf, base);
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line, mask(daemon)));
}

/** What no two runs have in common: pids, times, folders, the names of AUTO logs. */
const mask =
  ({ folder }: Daemon) =>
  (key: string, value: unknown): unknown => {
    if (['pid', 'now', 'start', 'stop'].includes(key))
      return typeof value === 'number' && value > 0 ? 'some' : value;
    // A namespace of ours is in the list of methods.
    if (Array.isArray(value)) return value.filter(item => !/^statevisor\./.test(String(item)));
    if (typeof value !== 'string') return value;
    return value
      .replaceAll(folder, '')
      .replace(/(-supervisor-)\w{8}(?=\.log$)/, '$1AUTO')
      .replace(/^pid \d+, uptime \S+$/, 'pid N, uptime T')
      .replace(/^[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M$/, 'DATE');
  };

/** An array of results by name. */
const sorted = (outcome: Outcome): unknown =>
  (outcome as { readonly value: { readonly name: string }[] }).value.toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );

const describeStep = ({ call: [method, ...params] }: Step): string =>
  `${method}(${JSON.stringify(params).slice(1, -1)})`;

describe.skipIf(!has('supervisor'))('the same calls, told to Python’s supervisord and to ours:', () => {
  let theirs: readonly Outcome[] = [];
  let ours: readonly Outcome[] = [];
  const daemons: Daemon[] = [];

  beforeAll(async () => {
    daemons.push(await startOracle(CONFIG), await startDaemon(CONFIG));
    [theirs = [], ours = []] = await Promise.all(daemons.map(tell));
  }, 180_000);

  afterAll(async () => {
    await Promise.all(daemons.map(daemon => daemon.stop()));
  });

  it.each(STORY.map((each, index) => [index, describeStep(each), each] as const))(
    '%i %s',
    (index, _, each) => {
      expect(theirs[index]).toBeDefined();
      const expected = 'ours' in each ? each.ours : theirs[index];
      expect(each.unordered ? sorted(ours[index]) : ours[index]).toEqual(
        each.unordered ? sorted(expected) : expected,
      );
      if ('ours' in each) expect(theirs[index]).not.toEqual(each.ours);
    },
  );
});
