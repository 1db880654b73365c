import {
  type ActorRefFrom,
  type AnyActorRef,
  and,
  assign,
  enqueueActions,
  not,
  raise,
  type SnapshotFrom,
  sendTo,
  setup,
} from 'xstate';
import {
  failureNotice,
  type InstanceCommand,
  type Instant,
  type ProcessReport,
  type StopReason,
} from './events.ts';
import { type During, exitNotice, killNotice, stateNotice, subject, turn } from './notices.ts';
import { processPort } from './ports.ts';
import { milliseconds, type Pid, type ProcessSpec, type SignalName } from './spec.ts';
import type { StateName } from './states.ts';

/** What an instance is made from. */
export interface InstanceInput {
  readonly spec: ProcessSpec;
  /** 'down' where an operator had stopped it and nobody has started it since. */
  readonly wanted: 'up' | 'down';
  /** Who hears its notices. */
  readonly audience: AnyActorRef;
  /** Who hears only when it comes to live and when it lives no more. */
  readonly program: AnyActorRef;
}

interface InstanceContext extends InstanceInput {
  /** The state that was last announced, in Supervisor's word. */
  readonly state: StateName;
  /** Why it is wanted down. */
  readonly stopReason: StopReason | undefined;
  /** True from the moment the daemon begins to stop everything: nothing is started by itself any more. */
  readonly held: boolean;
  /** 0 where there is no process. */
  readonly pid: Pid;
  /** Failed starts in a row. */
  readonly retries: number;
  /** How many of them the machine refused, which is not the program's fault: they use up none of startretries. */
  readonly refusals: number;
  readonly exitstatus: number;
  readonly exitWasExpected: boolean;
  readonly spawnerr: string;
  readonly startedAt: Instant | undefined;
  readonly stoppedAt: Instant | undefined;
}

type InstanceEvent = InstanceCommand | ProcessReport;

/** As many refusals are counted, and so many seconds waited for: that the machine can again should be found soon. */
const MOST_REFUSALS = 10;

const TOO_QUICK = 'Exited too quickly (process log may have details)';

/** What is counted of failed starts once the machine refuses no more. */
const forgiven = ({ retries, refusals }: InstanceContext) => ({ retries: retries - refusals, refusals: 0 });

/** What is known of a run that begins with STARTING: what was of the last one is forgotten. */
const NOTHING_YET = { spawnerr: '', exitstatus: 0, exitWasExpected: false } as const;

/** What a process is sent: by itself, or together with its process group. */
interface Sent {
  readonly signal: SignalName;
  readonly asgroup: boolean;
}

const stopOf = ({ spec }: InstanceContext): Sent => ({ signal: spec.stopsignal, asgroup: spec.stopasgroup });
const killOf = ({ spec }: InstanceContext): Sent => ({ signal: 'SIGKILL', asgroup: spec.killasgroup });

const signalCommand = ({ signal, asgroup: group }: Sent) => ({ type: 'port.signal', signal, group }) as const;

/** The event as the kind that the chart says it is; undefined where a timer led here. */
const report = <Type extends InstanceEvent['type']>(event: { readonly type: string }, type: Type) =>
  event.type === type ? (event as Extract<InstanceEvent, { type: Type }>) : undefined;

/** An operator's start of what may never have had a process: what cannot run is not tried. */
const start = [
  { guard: 'cannotRun', target: '#instance.fatal', actions: ['wantUp', 'noteFault'] },
  { target: '#instance.alive', actions: 'wantUp' },
] as const;

/**
 * One OS process as Supervisor understands it. The chart is the process model of Supervisor's documentation; the
 * compound state `alive` owns the process, and is left only when its exit was reported.
 */
export const instanceMachine = setup({
  types: {
    input: {} as InstanceInput,
    context: {} as InstanceContext,
    events: {} as InstanceEvent,
  },
  actors: { process: processPort },
  delays: {
    startsecs: ({ context }) => milliseconds(context.spec.startsecs),
    stopwaitsecs: ({ context }) => milliseconds(context.spec.stopwaitsecs),
    backoff: ({ context }) => milliseconds(context.retries),
    // What does not go at once hangs in the kernel: with stopwaitsecs=0 it would be told a thousand times a second.
    killrepeat: ({ context }) => milliseconds(Math.max(context.spec.stopwaitsecs, 1)),
  },
  guards: {
    isWantedUp: ({ context }) => context.wanted === 'up' && !context.held,
    isAutostarted: ({ context }) => context.spec.autostart,
    cannotRun: ({ context }) => context.spec.fault !== undefined,
    goesIntoBackground: ({ context }) => context.spec.forks === true,
    needsNoStartsecs: ({ context }) => context.spec.startsecs === 0,
    // By the clock: a daemon that stood still hears of the end before its own timer rings.
    hasStayedUp: ({ context, event }) => {
      const exited = report(event, 'process.exited');
      if (exited === undefined || context.startedAt === undefined) return false;
      return exited.at.monotonic - context.startedAt.monotonic >= milliseconds(context.spec.startsecs);
    },
    hasProcess: ({ context }) => context.pid !== 0,
    hasRetriesLeft: ({ context }) => context.retries - context.refusals <= context.spec.startretries,
    autorestartsAlways: ({ context }) => context.spec.autorestart === 'always',
    autorestartsUnexpected: ({ context }) =>
      context.spec.autorestart === 'unexpected' && !context.exitWasExpected,
    isShutdown: ({ event }) => report(event, 'instance.stop')?.reason === 'shutdown',
  },
  actions: {
    /** The one door by which a change of state is told. */
    enter: enqueueActions(({ context, enqueue }, { to, pid = 0 }: { to: StateName; pid?: Pid }) => {
      const fresh = to === 'STARTING' ? NOTHING_YET : undefined;
      const facts = fresh ? { ...context, ...fresh } : context;
      if (context.state !== to) enqueue.sendTo(context.audience, stateNotice(facts, to));
      // After it: when the last one falls, others are stopped, and its own end is told before theirs.
      const turned = turn(context.state, to);
      if (turned !== undefined) enqueue.sendTo(context.program, turned);
      enqueue.assign({ ...fresh, state: to, pid });
    }),
    wantUp: assign({ wanted: 'up', stopReason: undefined }),
    // A stop at shutdown or for an update is not the operator's wish for this process.
    wantDown: assign(({ context, event }) => {
      const reason = report(event, 'instance.stop')?.reason ?? 'operator';
      return context.stopReason === 'operator' ? {} : { wanted: 'down' as const, stopReason: reason };
    }),
    hold: assign({ held: true }),
    noteFault: enqueueActions(({ context, enqueue }) => {
      const spawnerr = context.spec.fault ?? '';
      enqueue.assign({ spawnerr });
      enqueue.sendTo(context.audience, { type: 'instance.spawnerr', ...subject(context), spawnerr });
    }),
    noteStart: enqueueActions(({ context, event, enqueue }) => {
      const started = report(event, 'process.started');
      if (started === undefined) return;
      enqueue.assign({ pid: started.pid, startedAt: started.at, ...forgiven(context) });
      enqueue.sendTo(context.audience, { type: 'instance.spawned', ...subject(context), pid: started.pid });
    }),
    noteMove: enqueueActions(({ context, event, enqueue }) => {
      const moved = report(event, 'process.moved');
      if (moved === undefined) return;
      enqueue.assign({ pid: moved.pid, startedAt: moved.at });
      enqueue.sendTo(context.audience, { type: 'instance.moved', ...subject(context), pid: moved.pid });
    }),
    noteSpawnError: enqueueActions(({ context, event, enqueue }) => {
      const failed = report(event, 'process.failed');
      if (failed === undefined) return;
      const { spawnerr, shortage, at: startedAt } = failed;
      enqueue.assign({ spawnerr, startedAt });
      enqueue.sendTo(context.audience, {
        type: 'instance.spawnerr',
        ...subject(context),
        spawnerr,
        ...(shortage && { shortage }),
      });
    }),
    noteExit: enqueueActions(({ context, event, enqueue }, { during }: { during: During }) => {
      const exited = report(event, 'process.exited');
      if (exited === undefined) return;
      const { exitstatus, at: stoppedAt } = exited;
      const isListed = context.spec.exitcodes.includes(exitstatus);
      const expected = during !== 'start' && isListed;
      const spawnerr = { start: TOO_QUICK, run: isListed ? '' : `Bad exit code ${exitstatus}`, stop: '' };
      enqueue.assign({
        stoppedAt,
        spawnerr: spawnerr[during],
        // A start that failed is not an exit: Supervisor shows no status for it.
        exitstatus: during === 'start' ? 0 : exitstatus,
        exitWasExpected: expected,
      });
      enqueue.sendTo(context.audience, exitNotice(context, exited, { expected, during }));
    }),
    exitThere: raise(({ event }) => event),
    noteLoss: assign(({ event }) => ({ spawnerr: report(event, 'process.lost')?.reason ?? '' })),
    noteBrokenPort: assign(({ event }) => ({ spawnerr: failureNotice(event).reason })),
    countRetry: assign(({ context: { retries, refusals }, event }) => {
      if (report(event, 'process.failed')?.shortage === undefined) return { retries: retries + 1 };
      return retries < MOST_REFUSALS ? { retries: retries + 1, refusals: refusals + 1 } : {};
    }),
    forgiveRefusals: assign(({ context }) => forgiven(context)),
    // An assign costs a whole new snapshot, also where it changes nothing.
    forgetRetries: enqueueActions(({ context, enqueue }) => {
      if (context.retries > 0) enqueue.assign({ retries: 0, refusals: 0 });
    }),
    tellStop: sendTo(
      ({ context }) => context.audience,
      ({ context }) => killNotice(context, { ...stopOf(context), why: 'stop' }),
    ),
    askToStop: sendTo('process', ({ context }) => signalCommand(stopOf(context))),
    tellKill: sendTo(
      ({ context }) => context.audience,
      ({ context }) => killNotice(context, { ...killOf(context), why: 'stopwaitsecs' }),
    ),
    kill: sendTo('process', ({ context }) => signalCommand(killOf(context))),
    passSignal: enqueueActions(({ context, event, enqueue }) => {
      const signal = report(event, 'instance.signal')?.signal;
      if (signal === undefined) return;
      enqueue.sendTo(context.audience, killNotice(context, { signal, asgroup: false, why: 'signal' }));
      // Before the spawn, too: the port keeps it for the process.
      enqueue.sendTo('process', signalCommand({ signal, asgroup: false }));
    }),
    tellRefused: sendTo(
      ({ context }) => context.audience,
      ({ context }) => ({ type: 'instance.refused' as const, ...subject(context) }),
    ),
    passInput: sendTo('process', ({ event }) => ({
      type: 'port.stdin' as const,
      data: report(event, 'instance.stdin')?.data ?? new Uint8Array(),
    })),
  },
}).createMachine({
  id: 'instance',
  context: ({ input }) => ({
    ...input,
    state: 'STOPPED',
    stopReason: input.wanted === 'down' ? 'operator' : undefined,
    held: false,
    pid: 0,
    retries: 0,
    refusals: 0,
    exitstatus: 0,
    exitWasExpected: false,
    spawnerr: '',
    startedAt: undefined,
    stoppedAt: undefined,
  }),
  initial: 'deciding',
  on: { 'instance.hold': { actions: 'hold' } },
  states: {
    deciding: {
      always: [
        { guard: not(and(['isAutostarted', 'isWantedUp'])), target: 'stopped' },
        { guard: 'cannotRun', target: 'fatal', actions: 'noteFault' },
        { target: 'alive' },
      ],
    },
    stopped: {
      entry: { type: 'enter', params: { to: 'STOPPED' } },
      on: { 'instance.start': start },
    },
    exited: {
      entry: { type: 'enter', params: { to: 'EXITED' } },
      always: [
        { guard: and(['isWantedUp', 'autorestartsAlways']), target: 'alive' },
        { guard: and(['isWantedUp', 'autorestartsUnexpected']), target: 'alive' },
      ],
      on: { 'instance.start': { target: 'alive', actions: 'wantUp' } },
    },
    fatal: {
      entry: [{ type: 'enter', params: { to: 'FATAL' } }, 'forgetRetries'],
      on: { 'instance.start': start },
    },
    unknown: {
      entry: { type: 'enter', params: { to: 'UNKNOWN' } },
      on: { 'instance.start': { target: 'alive', actions: 'wantUp' } },
    },
    alive: {
      invoke: {
        id: 'process',
        src: 'process',
        input: ({ context }) => ({ spec: context.spec }),
        onError: { target: 'unknown', actions: 'noteBrokenPort' },
      },
      on: {
        'instance.signal': { actions: 'passSignal' },
        'instance.stdin': { actions: 'passInput' },
        'process.moved': { actions: 'noteMove' },
        'process.lost': { target: 'unknown', actions: 'noteLoss' },
      },
      initial: 'starting',
      states: {
        starting: {
          entry: { type: 'enter', params: { to: 'STARTING' } },
          on: { 'instance.stop': { target: 'stopping', actions: 'wantDown' } },
          initial: 'spawning',
          states: {
            spawning: {
              on: {
                'process.started': [
                  { guard: 'goesIntoBackground', target: 'forking', actions: 'noteStart' },
                  { guard: 'needsNoStartsecs', target: '#instance.alive.running', actions: 'noteStart' },
                  { target: 'settling', actions: 'noteStart' },
                ],
                'process.failed': { target: '#instance.backoff', actions: 'noteSpawnError' },
              },
            },
            // It starts for as long as its command has not gone into the background.
            forking: {
              on: {
                'process.moved': [
                  { guard: 'needsNoStartsecs', target: '#instance.alive.running', actions: 'noteMove' },
                  { target: 'settling', actions: 'noteMove' },
                ],
                'process.exited': {
                  target: '#instance.backoff',
                  actions: { type: 'noteExit', params: { during: 'start' } },
                },
              },
            },
            settling: {
              after: { startsecs: { target: '#instance.alive.running' } },
              on: {
                // Another process goes on: its time begins.
                'process.moved': { target: 'settling', reenter: true, actions: 'noteMove' },
                'process.exited': [
                  { guard: 'hasStayedUp', target: '#instance.alive.running', actions: 'exitThere' },
                  {
                    target: '#instance.backoff',
                    actions: { type: 'noteExit', params: { during: 'start' } },
                  },
                ],
              },
            },
          },
        },
        running: {
          entry: [
            'forgetRetries',
            { type: 'enter', params: ({ context }) => ({ to: 'RUNNING', pid: context.pid }) },
          ],
          on: {
            'instance.stop': { target: 'stopping.asked', actions: 'wantDown' },
            'process.exited': {
              target: '#instance.exited',
              actions: { type: 'noteExit', params: { during: 'run' } },
            },
          },
        },
        stopping: {
          entry: { type: 'enter', params: ({ context }) => ({ to: 'STOPPING', pid: context.pid }) },
          on: {
            'instance.stop': { actions: 'wantDown' },
            'instance.start': { actions: 'tellRefused' },
            'process.exited': {
              target: '#instance.stopped',
              actions: { type: 'noteExit', params: { during: 'stop' } },
            },
          },
          initial: 'deciding',
          states: {
            // A process whose turn to be spawned has not come is not spawned: leaving `alive` cancels it.
            deciding: {
              always: [{ guard: 'hasProcess', target: 'asked' }, { target: '#instance.stopped' }],
            },
            asked: {
              entry: ['tellStop', 'askToStop'],
              after: { stopwaitsecs: { target: 'killed' } },
            },
            killed: {
              entry: ['tellKill', 'kill'],
              after: { killrepeat: { target: 'killed', reenter: true } },
            },
          },
        },
      },
    },
    backoff: {
      entry: ['countRetry', { type: 'enter', params: { to: 'BACKOFF' } }],
      always: { guard: not('hasRetriesLeft'), target: 'fatal' },
      after: { backoff: { guard: 'isWantedUp', target: 'alive' } },
      on: {
        'instance.stop': [
          { guard: 'isShutdown', target: 'fatal', actions: 'forgiveRefusals' },
          { target: 'stopped', actions: 'wantDown' },
        ],
      },
    },
  },
});

export type InstanceRef = ActorRefFrom<typeof instanceMachine>;
export type InstanceSnapshot = SnapshotFrom<typeof instanceMachine>;
