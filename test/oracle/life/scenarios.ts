import type { Scenario } from './stage.ts';

const SLEEPS = 'command=sleep 1000';
const IGNORES_TERM = `command=sh -c "trap '' TERM; exec sleep 1000"`;
const TRAPS = (signal: string, answer: string) =>
  `command=sh -c "trap '${answer}' ${signal}; while :; do sleep 0.2; done"`;
/** Fails, and so soon that it was never up, also where Python's is slow to look. */
const FAILS = 'command=false\nstartsecs=60';
/** How a run ends when it is told to, by three letters. */
const WHEN_TOLD = (ending: string) => `head -c 3 >/dev/null; ${ending}`;
const ENDS = (ending: string) => `command=sh -c "${WHEN_TOLD(ending)}"`;
/** Runs this script the first time and sleeps the next. */
const once = (name: string, script: string) =>
  `command=sh -c "test -e %(here)s/${name}-ran && exec sleep 1000; touch %(here)s/${name}-ran; ${script}"`;

/** A group of sleepers with these priorities, each named after its place. */
const group = (name: string, priorities: readonly number[]): string => {
  const members = priorities.map((_, place) => `${name}-${place}`);
  const section = (member: string, place: number) =>
    `[program:${member}]\n${SLEEPS}\npriority=${priorities[place]}\nautostart=false\nstartsecs=0`;
  return [`[group:${name}]`, `programs=${members.join(',')}`, ...members.map(section)].join('\n');
};

/**
 * A program, what is done to it, and what is seen: name, sentence, options (autorestart=false comes before them; whole
 * sections are taken as they are), the script, and where our order is better. To add one, add a row. The scripts' words are explained at `play`.
 */
const ROWS: readonly (readonly [
  name: string,
  sentence: string,
  config: string,
  script: string,
  better?: Scenario['better'],
])[] = [
  // Starting
  ['start-one', 'runs after startsecs', SLEEPS, 'RUNNING'],
  ['start-two', 'runs after longer startsecs', `${SLEEPS}\nstartsecs=2`, 'RUNNING'],
  ['start-zero', 'runs at once with startsecs=0', `${SLEEPS}\nstartsecs=0`, 'RUNNING'],
  ['start-never', 'starts for as long as startsecs says', `${SLEEPS}\nstartsecs=600`, 'STARTING wait:2500'],
  ['start-not', 'is left alone with autostart=false', `${SLEEPS}\nautostart=false`, 'wait:1000'],
  ['start-asked', 'runs when it is asked to', `${SLEEPS}\nautostart=false`, 'start'],
  ['start-twice', 'is not started twice', `${SLEEPS}\nautostart=false`, 'start start'],
  [
    'start-again',
    'is not started while it starts',
    `${SLEEPS}\nautostart=false\nstartsecs=600`,
    'start& STARTING start stop',
  ],
  [
    'start-short',
    'goes by and exits as expected with startsecs=0\nautostart=false',
    `${ENDS('exit 0')}\nstartsecs=0\nautostart=false`,
    'start stdin:end EXITED',
  ],
  [
    'start-false',
    'goes by and exits unexpectedly with startsecs=0\nautostart=false',
    `${ENDS('exit 1')}\nstartsecs=0\nautostart=false`,
    'start stdin:end EXITED',
  ],
  [
    'start-quick',
    'exits too quickly for whoever starts it',
    'command=true\nstartsecs=60\nautostart=false\nstartretries=0',
    'start FATAL',
  ],
  ['start-nosuch', 'cannot start what is not there', 'command=/no/such/program\nstartretries=1', 'FATAL'],
  [
    'start-nosuch-asked',
    'says that the file is not there',
    'command=/no/such/program\nautostart=false',
    'start start',
  ],
  ['start-nopath', 'looks for a command in PATH', 'command=nosuchprogram\nstartretries=1', 'FATAL'],
  ['start-folder', 'cannot start a folder', 'command=/tmp\nstartretries=0', 'FATAL'],
  ['start-folder-asked', 'says that it is a folder', 'command=/tmp\nautostart=false', 'start'],
  ['start-noexec', 'cannot start what is not executable', 'command=/etc/passwd\nstartretries=1', 'FATAL'],
  ['start-noexec-asked', 'says that it is not executable', 'command=/etc/passwd\nautostart=false', 'start'],
  [
    'start-nochdir',
    'cannot enter a folder that is not there',
    `${SLEEPS}\ndirectory=/no/such/folder\nstartretries=1\nstartsecs=60`,
    'FATAL',
  ],
  [
    'start-garbage',
    'cannot execute what is no program',
    'command=%(here)s/supervisord.conf\nstartretries=0',
    'FATAL',
  ],
  [
    'start-numbers',
    'gives each of numprocs its number',
    `${SLEEPS}\nnumprocs=3\nprocess_name=%(program_name)s_%(process_num)d`,
    'start-numbers_0/RUNNING start-numbers_1/RUNNING start-numbers_2/RUNNING',
  ],

  // Back-off
  ['retry-none', 'is given up at once with startretries=0', `${FAILS}\nstartretries=0`, 'FATAL'],
  ['retry-one', 'is tried once more with startretries=1', `${FAILS}\nstartretries=1`, 'FATAL'],
  ['retry-three', 'is tried three times more by default', FAILS, 'FATAL'],
  [
    'retry-signal',
    'is tried again after a death by signal',
    'command=sh -c "kill -9 $$"\nstartsecs=60\nstartretries=1',
    'FATAL',
  ],
  ['retry-again', 'is tried as often when started anew', `${FAILS}\nstartretries=1`, 'FATAL start FATAL:2'],
  ['retry-well', 'runs at the second try', `${once('retry-well', 'exit 1')}\nstartsecs=8`, 'RUNNING'],
  [
    'retry-forgets',
    'forgets its retries once it ran',
    `${once('retry-forgets', 'exit 1')}\nstartsecs=8\nautorestart=true`,
    'RUNNING kill:KILL RUNNING:2',
  ],
  // The fifth wait is long enough for what is done within it.
  ['retry-start', 'is not started while it backs off', `${FAILS}\nstartretries=9`, 'BACKOFF:5 start! stop'],
  ['retry-stop', 'is stopped while it backs off', `${FAILS}\nstartretries=9`, 'BACKOFF:5 stop'],
  ['retry-keeps', 'keeps its retries over a stop', `${FAILS}\nstartretries=5`, 'BACKOFF:5 stop start FATAL'],
  [
    'retry-signalled',
    'has nothing to signal while it backs off',
    `${FAILS}\nstartretries=9`,
    'BACKOFF:5 signal:HUP! stop',
  ],
  [
    'retry-stdin',
    'has nothing to write to while it backs off',
    `${FAILS}\nstartretries=9`,
    'BACKOFF:5 stdin:text! stop',
  ],

  // Exits
  ['exit-zero', 'exits as expected', ENDS('exit 0'), 'RUNNING stdin:end EXITED'],
  ['exit-three', 'exits unexpectedly', ENDS('exit 3'), 'RUNNING stdin:end EXITED'],
  ['exit-codes', 'exits as exitcodes says', `${ENDS('exit 3')}\nexitcodes=0,3`, 'RUNNING stdin:end EXITED'],
  [
    'exit-not-codes',
    'exits unexpectedly with 0',
    `${ENDS('exit 0')}\nexitcodes=3`,
    'RUNNING stdin:end EXITED',
  ],
  ['exit-255', 'exits with 255', ENDS('exit 255'), 'RUNNING stdin:end EXITED'],
  ['exit-kill', 'is killed', SLEEPS, 'RUNNING kill:KILL EXITED'],
  ['exit-term', 'is ended from outside', SLEEPS, 'RUNNING kill:TERM EXITED'],
  ['exit-hup', 'is hung up', SLEEPS, 'RUNNING kill:HUP EXITED'],
  ['exit-segv', 'breaks', SLEEPS, 'RUNNING kill:SEGV EXITED'],
  ['exit-itself', 'kills itself', ENDS('kill -ABRT $$'), 'RUNNING stdin:end EXITED'],
  [
    'exit-start',
    'is started after its exit',
    once('exit-start', WHEN_TOLD('exit 0')),
    'RUNNING stdin:end EXITED start',
  ],
  [
    'exit-stop',
    'is not running after its exit',
    `${ENDS('exit 0')}\nstartsecs=0\nautostart=false`,
    'start stdin:end EXITED stop',
  ],
  [
    'exit-signal',
    'has nothing to signal after its exit',
    `${ENDS('exit 0')}\nstartsecs=0\nautostart=false`,
    'start stdin:end EXITED signal:HUP',
  ],
  [
    'exit-core',
    'breaks and leaves its core',
    'command=sh -c "ulimit -c unlimited; exec sleep 1000"',
    'RUNNING is:sleep kill:SEGV EXITED',
  ],
  [
    'exit-group',
    'leaves its children alone',
    `command=sh -c "sleep 6 & ${WHEN_TOLD('exit 0')}"\nredirect_stderr=true`,
    'RUNNING stdin:end EXITED',
  ],

  // Restarting by itself
  [
    'again-always-0',
    'is started again after an expected exit',
    `${once('again-always-0', WHEN_TOLD('exit 0'))}\nautorestart=true`,
    'RUNNING stdin:end RUNNING:2',
  ],
  [
    'again-always-3',
    'is started again after an unexpected exit',
    `${once('again-always-3', WHEN_TOLD('exit 3'))}\nautorestart=true`,
    'RUNNING stdin:end RUNNING:2',
  ],
  [
    'again-unexpected-0',
    'stays down after an expected exit',
    `${once('again-unexpected-0', WHEN_TOLD('exit 0'))}\nautorestart=unexpected`,
    'RUNNING stdin:end EXITED wait:1500',
  ],
  [
    'again-unexpected-3',
    'comes back after an unexpected exit',
    `${once('again-unexpected-3', WHEN_TOLD('exit 3'))}\nautorestart=unexpected`,
    'RUNNING stdin:end RUNNING:2',
  ],
  [
    'again-code',
    'stays down after one of exitcodes',
    `${once('again-code', WHEN_TOLD('exit 3'))}\nautorestart=unexpected\nexitcodes=3`,
    'RUNNING stdin:end EXITED wait:1500',
  ],
  [
    'again-not-code',
    'comes back after none of exitcodes',
    `${once('again-not-code', WHEN_TOLD('exit 0'))}\nautorestart=unexpected\nexitcodes=3`,
    'RUNNING stdin:end RUNNING:2',
  ],
  [
    'again-never',
    'stays down with autorestart=false',
    `${once('again-never', WHEN_TOLD('exit 3'))}\nautorestart=false`,
    'RUNNING stdin:end EXITED wait:1500',
  ],
  [
    'again-killed',
    'comes back after a kill',
    `${SLEEPS}\nautorestart=unexpected`,
    'RUNNING kill:KILL gone RUNNING:2',
  ],
  [
    'again-signalled',
    'comes back after a signal that was asked for',
    `${SLEEPS}\nautorestart=unexpected`,
    'RUNNING signal:TERM gone RUNNING:2',
  ],
  ['again-stopped', 'stays down after a stop', `${SLEEPS}\nautorestart=true`, 'RUNNING stop wait:1500'],

  // Stopping
  ['stop-term', 'is stopped', SLEEPS, 'RUNNING stop'],
  ...['HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2'].map(
    signal =>
      [
        `stop-${signal.toLowerCase()}`,
        `is stopped by ${signal}`,
        `${SLEEPS}\nstopsignal=${signal}`,
        'RUNNING stop',
      ] as const,
  ),
  ['stop-zero', 'exits with 0 when stopped', TRAPS('TERM', 'exit 0'), 'RUNNING traps:TERM stop'],
  ['stop-seven', 'exits with 7 when stopped', TRAPS('TERM', 'exit 7'), 'RUNNING traps:TERM stop'],
  [
    'stop-slow',
    'takes its time to stop',
    `${TRAPS('TERM', 'sleep 3; exit 5')}\nstopwaitsecs=60`,
    'RUNNING traps:TERM stop',
  ],
  [
    'stop-stubborn',
    'is killed after stopwaitsecs',
    `${IGNORES_TERM}\nstopwaitsecs=2`,
    'RUNNING is:sleep stop',
  ],
  [
    'stop-stubborn-group',
    'is killed with its group',
    `${IGNORES_TERM}\nstopwaitsecs=2\nkillasgroup=true`,
    'RUNNING is:sleep stop',
  ],
  [
    'stop-asgroup',
    'is stopped with its group',
    'command=sh -c "sleep 1000 & wait"\nstopasgroup=true',
    'RUNNING stop',
  ],
  [
    'stop-asgroup-stubborn',
    'is stopped and killed with its group',
    `${IGNORES_TERM}\nstopwaitsecs=2\nstopasgroup=true`,
    'RUNNING is:sleep stop',
  ],
  ['stop-starting', 'is stopped while it starts', `${SLEEPS}\nstartsecs=600`, 'STARTING stop'],
  [
    'stop-starting-asked',
    'is stopped while a client waits for its start',
    `${SLEEPS}\nstartsecs=600\nautostart=false`,
    'start& STARTING stop',
  ],
  [
    'stop-stubborn-starting',
    'is killed while it starts',
    `${IGNORES_TERM}\nstopwaitsecs=2\nstartsecs=600`,
    'STARTING is:sleep stop',
  ],
  [
    'stop-stopping',
    'is not stopped while it stops',
    `${IGNORES_TERM}\nstopwaitsecs=60`,
    'RUNNING is:sleep stop& STOPPING stop kill:KILL STOPPED',
  ],
  [
    'stop-start',
    'is not started while it stops',
    `${IGNORES_TERM}\nstopwaitsecs=60`,
    'RUNNING is:sleep stop& STOPPING start kill:KILL STOPPED',
  ],
  [
    'stop-signal',
    'can be signalled while it stops',
    `${IGNORES_TERM}\nstopwaitsecs=60`,
    'RUNNING is:sleep stop& STOPPING signal:KILL STOPPED',
  ],
  [
    'stop-outside',
    'may be killed from outside while it stops',
    `${IGNORES_TERM}\nstopwaitsecs=60`,
    'RUNNING is:sleep stop& STOPPING kill:KILL STOPPED',
  ],
  ['stop-twice', 'is not running after a stop', SLEEPS, 'RUNNING stop stop'],
  ['stop-never', 'is not running before a start', `${SLEEPS}\nautostart=false`, 'stop'],
  ['stop-fatal', 'is not running once it was given up', `${FAILS}\nstartretries=0`, 'FATAL stop'],
  ['stop-restart', 'runs again after a stop and a start', SLEEPS, 'RUNNING stop start'],
  [
    'stop-restart-often',
    'runs again and again',
    `${SLEEPS}\nstartsecs=0`,
    'RUNNING stop start stop start stop start',
  ],
  [
    'stop-seconds',
    'remembers no exit status of the run before',
    once('stop-seconds', WHEN_TOLD('exit 3')),
    'RUNNING stdin:end EXITED start stop',
  ],

  // Groups
  ['group-start', 'starts by priority', group('group-start', [3, 1, 2]), 'startgroup'],
  [
    'group-stop',
    'stops by priority',
    group('group-stop', [3, 1, 2]),
    'startgroup stopgroup',
    { STOPPING: ['group-stop-0', 'group-stop-2', 'group-stop-1'] },
  ],
  [
    'group-even',
    'stops one after the other where priorities are the same',
    group('group-even', [5, 5, 5]),
    'startgroup stopgroup',
    { STOPPING: ['group-even-2', 'group-even-1', 'group-even-0'] },
  ],
  [
    'group-some',
    'starts what is down',
    group('group-some', [1, 2, 3]),
    'group-some:group-some-1/start startgroup',
  ],
  [
    'group-again',
    'starts after a stop',
    group('group-again', [1, 3, 2]),
    'startgroup stopgroup startgroup',
    { STOPPING: ['group-again-1', 'group-again-2', 'group-again-0'] },
  ],
  ['group-one', 'stops one alone', group('group-one', [1, 2]), 'startgroup group-one:group-one-1/stop'],
  [
    'group-numbers',
    'starts and stops all of numprocs',
    `${SLEEPS}\nnumprocs=3\nprocess_name=%(program_name)s_%(process_num)d\nautostart=false\nstartsecs=0`,
    'startgroup stopgroup',
    { STOPPING: ['group-numbers_2', 'group-numbers_1', 'group-numbers_0'] },
  ],

  // Signals and input
  ['signal-well', 'takes a signal', TRAPS('HUP', ':'), 'RUNNING traps:HUP signal:HUP wait:500'],
  ['signal-number', 'takes a signal by its number', SLEEPS, 'RUNNING signal:15 EXITED'],
  ['signal-name', 'takes a signal by its whole name', SLEEPS, 'RUNNING signal:SIGUSR1 EXITED'],
  ['signal-none', 'knows what is no signal', SLEEPS, 'RUNNING signal:NOSUCH signal:1000'],
  ['signal-stopped', 'has nothing to signal', `${SLEEPS}\nautostart=false`, 'signal:HUP'],
  [
    'signal-starting',
    'takes a signal while it starts',
    `${SLEEPS}\nstartsecs=600\nstartretries=0`,
    'STARTING signal:TERM FATAL',
  ],
  ['stdin-well', 'is written to', ENDS('exit 4'), 'RUNNING stdin:abc EXITED'],
  ['stdin-stopped', 'has nothing to write to', `${SLEEPS}\nautostart=false`, 'stdin:abc'],
  [
    'stdin-closed',
    'has closed what is written to',
    'command=sh -c "exec <&-; exec sleep 1000"',
    'RUNNING is:sleep stdin:abc',
  ],
];

/** The scenarios that share one daemon of each kind. */
export const SCENARIOS: readonly Scenario[] = ROWS.map(([name, sentence, config, script, better]) => ({
  name,
  sentence,
  config,
  script,
  better,
}));
