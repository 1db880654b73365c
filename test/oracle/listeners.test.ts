import { beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { seen, speaker, speakerCommand, textOf } from '../support/listener.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

const DATA = ['first', 'zweites é 😀\n', ''] as const;

/** A pool of listeners that misbehave in one way, and what it is to see. */
interface Listener {
  /** The pool's name, and the mode of its listeners. */
  readonly mode: string;
  readonly about: string;
  readonly options?: string;
  /** The serials of the events that reach its listeners, in order. */
  readonly sees: readonly number[];
  /** The step in the main log that shows that it can be sent to; undefined where it never can. */
  readonly ready?: string | undefined;
  /** How often that step is taken before anything is sent. */
  readonly readies?: number;
  /** The step that is its last one, and the how manieth of its kind; READY again after all events where it says nothing. */
  readonly last?: readonly [step: string, count?: number] | undefined;
  /** What it writes at last, where that is no step. */
  readonly writes?: string;
}

const READY = 'ACKNOWLEDGED -> READY';
const UNKNOWN = '-> UNKNOWN';
const IS_UNKNOWN = ['has entered the UNKNOWN state'] as const;
const SENT = ['sent to listener'] as const;
const OVERFLOWED = ['overflowed'] as const;

const LISTENERS: readonly Listener[] = [
  { mode: 'ok', about: 'is told of each event once', sees: [0, 1, 2] },
  { mode: 'fail', about: 'is told again after FAIL, first', sees: [0, 0, 1, 2] },
  { mode: 'other', about: 'rejects by any other word', sees: [0, 0, 1, 2] },
  { mode: 'empty', about: 'rejects by an empty result', sees: [0, 0, 1, 2] },
  { mode: 'long', about: 'rejects by OK and more', sees: [0, 0, 1, 2] },
  { mode: 'loose', about: 'need not say RESULT', sees: [0, 1, 2] },
  { mode: 'padded', about: 'may write a length as Python reads it', sees: [0, 1, 2] },
  { mode: 'bytes', about: 'may speak byte by byte', sees: [0, 1, 2] },
  {
    mode: 'babble',
    about: 'is left alone when it babbles at first',
    sees: [],
    ready: UNKNOWN,
    last: IS_UNKNOWN,
  },
  {
    mode: 'short',
    about: 'may still become READY after less than READY',
    sees: [],
    ready: undefined,
    last: undefined,
    writes: 'hi\n',
  },
  {
    mode: 'silent',
    about: 'is told nothing before it is READY',
    sees: [],
    ready: undefined,
    last: undefined,
  },
  {
    mode: 'readyjunk',
    about: 'is left alone when it babbles while READY',
    sees: [],
    ready: UNKNOWN,
    last: IS_UNKNOWN,
  },
  {
    mode: 'readytwice',
    about: 'is left alone when it is READY twice',
    sees: [],
    ready: UNKNOWN,
    last: IS_UNKNOWN,
  },
  { mode: 'badresult', about: 'is left alone after a bad result line', sees: [0], last: IS_UNKNOWN },
  { mode: 'noresult', about: 'is left alone after a short result line', sees: [0], last: IS_UNKNOWN },
  {
    mode: 'half',
    about: 'is waited for when half of its result has come',
    sees: [0],
    last: SENT,
    writes: 'RESULT 2\nO',
  },
  {
    mode: 'junkafter',
    about: 'is left alone when it babbles behind its result',
    sees: [0],
    last: IS_UNKNOWN,
  },
  { mode: 'twice', about: 'is left alone when it answers twice', sees: [0], last: IS_UNKNOWN },
  { mode: 'never', about: 'is waited for when it never answers', sees: [0], last: SENT },
  {
    mode: 'notagain',
    about: 'is waited for when it is not READY again',
    sees: [0],
    last: ['BUSY -> ACKNOWLEDGED'],
  },
  { mode: 'diesbusy', about: 'is told again after it died with an event', sees: [0, 0, 1, 2] },
  { mode: 'diesready', about: 'is told when it is back', sees: [0, 1, 2], readies: 2 },
  { mode: 'closes', about: 'is waited for when it has closed its stdout', sees: [0], last: SENT },
  {
    mode: 'full',
    about: 'loses the oldest event when its buffer is full',
    options: `${speakerCommand('never', 'full')}\nbuffer_size=1`,
    sees: [0],
    last: OVERFLOWED,
  },
  {
    mode: 'fullsilent',
    about: 'loses the oldest events when nobody is READY',
    options: `${speakerCommand('silent', 'fullsilent')}\nbuffer_size=2`,
    sees: [],
    ready: undefined,
    last: OVERFLOWED,
  },
  {
    mode: 'two',
    about: 'is one of two, in the order of their processes',
    options: `${speakerCommand('never', 'two')}\nnumprocs=2\nprocess_name=two_%(process_num)d`,
    sees: [0, 1],
    readies: 2,
    last: ['sent to listener', 2],
  },
  {
    mode: 'firstfails',
    about: 'fails, and another of its pool has the event next',
    options: 'numprocs=2\nprocess_name=firstfails_%(process_num)d\nstartsecs=0',
    sees: [0, 0],
    readies: 2,
    last: ['sent to listener', 2],
  },
  {
    mode: 'handled',
    about: 'may name Supervisor’s own result handler',
    options: `${speakerCommand('fail', 'handled')}\nresult_handler=supervisor.dispatchers:default_handler`,
    sees: [0, 0, 1, 2],
  },
  {
    mode: 'lower',
    about: 'may subscribe in lower case, and to several types',
    options: `${speakerCommand('ok', 'lower')}\nevents=remote_communication , process_group_removed`,
    sees: [0, 1, 2],
  },
  {
    mode: 'stopped',
    about: 'that an operator starts later is told what waits',
    options: `${speakerCommand('ok', 'stopped')}\nautostart=false`,
    sees: [0, 1, 2],
    ready: undefined,
  },
  {
    mode: 'restarted',
    about: 'that was UNKNOWN is told again when an operator restarts it',
    options: speakerCommand('badresult', 'restarted'),
    sees: [0, 0],
    last: [IS_UNKNOWN[0], 2],
  },
  {
    mode: 'broke',
    about: 'that went FATAL is told nothing',
    options: 'command=/usr/bin/python3 -c "exit(1)"\nstartsecs=60\nstartretries=0',
    sees: [],
    ready: undefined,
    last: undefined,
  },
];

const section = ({ mode, options = '' }: Listener, index: number): string => {
  // Python's returns an event to the pools of all listeners with the same priority.
  const lines = [
    `[eventlistener:${mode}]`,
    speakerCommand(mode),
    'events=REMOTE_COMMUNICATION',
    `priority=${index}`,
    'startsecs=0',
    'autorestart=true',
    'stdout_logfile=%(here)s/%(program_name)s.out',
  ];
  const given = options.split('\n').filter(line => line !== '');
  const names = given.map(line => line.slice(0, line.indexOf('=')));
  return [...lines.filter(line => !names.includes(line.slice(0, line.indexOf('=')))), ...given, ''].join(
    '\n',
  );
};

const LISTENING = `[supervisord]
loglevel=debug
identifier=here
${LISTENERS.map(section).join('')}`;

/** The steps of a pool's listeners in the main log. Python's also tells each try that finds nobody READY. */
const steps = async (daemon: Daemon, pool: string): Promise<readonly string[]> => {
  const about = new RegExp(`^\\S+ \\S+ (.*\\b(?:listener |pool )?${pool}(?:_\\d)?\\b.*)$`);
  const step = /event was |-> |has entered the|bad result line|overflowed|sent to listener/;
  return (await daemon.log()).split('\n').flatMap(line => {
    const text = step.test(line) ? about.exec(line)?.[1] : undefined;
    return text === undefined ? [] : [text];
  });
};

/** Of two listeners each may be READY first. */
const isReady = (step: string) => step.endsWith(READY);

/** All that is to be compared of one pool. */
const viewOf = async (daemon: Daemon, pool: string) => ({
  seen: await seen(daemon, pool),
  steps: (await steps(daemon, pool)).toSorted((a, b) => (isReady(a) && isReady(b) && a < b ? -1 : 0)),
});

type View = Awaited<ReturnType<typeof viewOf>> & { readonly stdout: string | undefined };
type Views = Readonly<Record<string, View>>;

/** Resolves when a pool has come to its last step. */
const ended = async (daemon: Daemon, row: Listener): Promise<void> => {
  const { mode, sees, readies = 1, writes = '' } = row;
  const last = 'last' in row ? row.last : ([READY, sees.length + readies] as const);
  if (last !== undefined) {
    const [step, count = 1] = last;
    const taken = async () => (await steps(daemon, mode)).filter(line => line.includes(step)).length;
    await until(`${mode}: ${step}`, async () => (await taken()) >= count);
  }
  await until(`${mode}: ${writes}`, async () => (await textOf(daemon, `${mode}.out`)).includes(writes));
};

/** Sends the events, does what operators do, and looks when all has been seen; at stdout when all of it is written. */
const listen = async (start: typeof startDaemon): Promise<Views> => {
  const daemon = await start(LISTENING, { files: await speaker() });
  try {
    for (const row of LISTENERS) {
      const ready = 'ready' in row ? row.ready : READY;
      if (ready === undefined) continue;
      const { mode, readies = 1 } = row;
      await until(
        `${mode}: ${ready}`,
        async () => (await steps(daemon, mode)).filter(line => line.includes(ready)).length >= readies,
      );
    }
    for (const data of DATA) await daemon.call('supervisor.sendRemoteCommEvent', 'kind', data);
    await until('a bad result line', async () => (await steps(daemon, 'restarted')).length >= 5);
    await daemon.python('start', 'stopped');
    await daemon.python('restart', 'restarted');
    for (const { mode, sees } of LISTENERS)
      await until(`${mode}: ${sees}`, async () => (await seen(daemon, mode)).length >= sees.length);
    // What was answered last is judged after it was seen, and written down after that.
    for (const row of LISTENERS) await ended(daemon, row);
    const views = await Promise.all(
      LISTENERS.map(async ({ mode }) => [mode, await viewOf(daemon, mode)] as const),
    );
    await daemon.call('supervisor.shutdown');
    await daemon.ended;
    const stdout = LISTENERS.map(({ mode }) => textOf(daemon, `${mode}.out`));
    const all = await Promise.all(stdout);
    return Object.fromEntries(views.map(([mode, view], index) => [mode, { ...view, stdout: all[index] }]));
  } finally {
    await daemon.stop();
  }
};

describe.skipIf(!has('supervisor', 'python3'))('a listener', () => {
  let ours: Views;
  let theirs: Views;
  beforeAll(async () => {
    [ours, theirs] = await Promise.all([listen(startDaemon), listen(startOracle)]);
  }, 300_000);

  it.each(LISTENERS)('$mode: $about, as with the oracle', ({ mode, sees }) => {
    expect(ours[mode]).toEqual(theirs[mode]);
    expect(ours[mode]?.seen.map(({ serial }) => serial)).toEqual(sees);
  });
});
