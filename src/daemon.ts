import { tmpdir } from 'node:os';
import type { Instant } from '../machines/events.ts';
import { pendingChanges, processes, supervisorState } from '../machines/info.ts';
import { STOPPED_STATES } from '../machines/states.ts';
import type { SupervisorRef } from '../machines/supervisor.ts';
import { keepBytecode } from './bytecode.ts';
import type { Configuration, DaemonSettings } from './config/build.ts';
import { createDoors, type House } from './doors.ts';
import { type Era, type Ground, nextEra, openEra } from './era.ts';
import { ending } from './events/narration.ts';
import { createNewsroom } from './events/newsroom.ts';
import { createWebhooks } from './events/webhooks.ts';
import { giveBack } from './memory.ts';
import { makeFifoFolder, removeFifoFolder } from './output/folder.ts';
import type { Log } from './output/mainlog.ts';
import { createExits } from './process/exits.ts';
import { chooseLaunch } from './process/launch.ts';
import { raiseLimits } from './process/limits.ts';
import { takeServiceManager } from './process/notify.ts';
import { createOrphans } from './process/orphans.ts';
import { removePidfile, runningPid, writePidfile } from './process/pidfile.ts';
import { dropPrivileges } from './process/privileges.ts';
import { createTable } from './process/table.ts';
import { createTroubles } from './process/troubles.ts';
import { AddressTaken } from './rpc/listen.ts';
import { wire } from './wire.ts';

/** The daemon cannot start; the message is for stderr, after `Error: `. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What a daemon is started with. */
export interface Start {
  readonly configuration: Configuration;
  /** Reads the configuration again, by the same command line; rejects with what is wrong with it. */
  load(): Promise<Configuration>;
  /** In the foreground it logs to stdout as well, and leaves umask and folder as they are. */
  readonly foreground: boolean;
  /** Where the inspector is to listen, if it is wanted from the start on. */
  readonly inspect?: House['inspect'];
  /** Called when the sockets are bound, pidfile and log are written, and the programs begin to start. */
  onReady(): void;
}

/** How often the log says who is still waited for when everything stops, in milliseconds. */
const WAITING_REPORT = 3000;
/** When a start or a reload is looked at, in milliseconds: memory is tidied if it is over, or at the last look. */
const START_IS_OVER = 10_000;
const MOST_LOOKS = 12;
/** How long requests under way may take when the daemon ends, in milliseconds. */
const LAST_ANSWERS = 1000;

/** `performance.now()` reads the same clock, but takes 2 ms to load. */
const now = (): Instant => {
  const [seconds, nanoseconds] = process.hrtime();
  return { wall: Date.now() / 1000, monotonic: seconds * 1000 + nanoseconds / 1e6 };
};

/** Runs a daemon; resolves when it has ended in order, rejects with StartError where it cannot start. */
export async function runDaemon({ configuration, load, foreground, inspect, onReady }: Start): Promise<void> {
  const entered = enter(configuration.settings, foreground);
  const { pidfile } = configuration.settings;
  const wall = () => Date.now() / 1000;
  const news = createNewsroom({ server: () => era.settings.identifier, wall });
  const ground: Ground = {
    foreground,
    lines: entered.lines,
    news,
    fifodir: openFifoFolder(pidfile, foreground),
  };
  let era = openFirstEra(configuration, ground);
  const log: Log = (level, text) => era.mainLog.log(level, text);

  const manager = takeServiceManager(cause =>
    log('error', `the service manager is not told: ${cause.message}`),
  );
  const webhooks = createWebhooks(news, { log, wall, fetch });
  webhooks.open(configuration.webhooks);
  const table = createTable();
  const tell = createTroubles(text => log('error', text));
  const orphans = createOrphans(
    table.owns,
    cause => tell(`orphans: ${cause.message}`),
    (pid, exit) => log('info', `reaped unknown pid ${pid} (${ending(exit)})`),
  );
  const exits = createExits(now);
  const launch = await chooseLaunch({ now, nofile: entered.nofile }, exits);
  const root = wire(configuration.groups, {
    launch,
    exits,
    table,
    outputs: () => era.outputs,
    log,
    news,
    now,
  });

  let coming: Configuration | undefined;
  const reload = async () => {
    coming = await load();
    const { groups, settings } = coming;
    root.send({ type: 'supervisor.reload', groups, restart_stopped: settings.restart_stopped_on_reload });
  };
  const shutdown = () => root.send({ type: 'supervisor.shutdown' });
  const doors = createDoors({
    root,
    era: () => era,
    now,
    reload,
    shutdown,
    inspect,
    acceptsInput: table.acceptsInput,
    remoteCommunication: news.remote,
    async reread() {
      const { groups } = await load();
      root.send({ type: 'supervisor.reread', groups });
      return pendingChanges(root.getSnapshot());
    },
  });
  const announce = () => log('info', `supervisord started with pid ${process.pid}`);

  await doors.open(configuration).catch(async cause => {
    // Those that were opened before the one that cannot be: their socket files shall not stay.
    await doors.close(0);
    await era.mainLog.close();
    removeFifoFolder(ground.fifodir);
    throw new StartError(cause instanceof AddressTaken ? taken(cause, pidfile) : cause.message, { cause });
  });
  note(log, 'could not write pidfile', () => writePidfile(pidfile));
  if (!foreground) log('info', 'daemonizing the supervisord process');
  announce();

  const ended = new Promise<void>(resolve => root.on('supervisor.ended', () => resolve()));
  let looks = 0;
  const rest = setTimeout(() => {
    looks += 1;
    // Thousands take longer; and where a program crashes for ever, a start is never quite over.
    if (looks < MOST_LOOKS && isStarting(root)) {
      rest.refresh();
      return;
    }
    keepBytecode();
    giveBack();
  }, START_IS_OVER);
  rest.unref();
  let reminder: NodeJS.Timeout | undefined;
  root.on('supervisor.state', ({ state }) => {
    manager.tell(state);
    clearInterval(reminder);
    if (state !== 'RUNNING') {
      reminder = setInterval(() => remind(root, log), WAITING_REPORT).unref();
      return;
    }
    if (coming === undefined) return;
    era = nextEra(era, coming, ground);
    webhooks.open(coming.webhooks);
    doors.open(coming).then(announce, error => log('critical', error.message));
    coming = undefined;
    looks = 0;
    rest.refresh();
  });
  const signals = listenToSignals({
    log,
    isEnding: () => supervisorState(root.getSnapshot()) === 'SHUTDOWN',
    shutdown,
    reload: () =>
      reload().catch(error => log('error', `reload refused, everything goes on: ${error.message}`)),
    reopen: () => {
      era.mainLog.reopen();
      era.outputs.reopenAll();
    },
  });
  root.start();
  // Whoever waits for the start may read in the log how it went.
  void era.mainLog.flush().then(onReady);

  await ended;
  clearInterval(reminder);
  clearTimeout(rest);
  signals.close();
  manager.close();
  await Promise.all([doors.close(LAST_ANSWERS), webhooks.close(LAST_ANSWERS)]);
  orphans.close();
  news.close();
  era.outputs.close();
  removeFifoFolder(ground.fifodir);
  note(log, 'could not remove pidfile', () => removePidfile(pidfile));
  await era.mainLog.close();
}

/** Supervisor's words, then which address, which process, and what to do. */
function taken({ message, where, byFile }: AddressTaken, pidfile: string): string {
  if (byFile) return `${message}\n${where} is no socket: remove that file, or configure another address.`;
  const pid = runningPid(pidfile);
  if (pid === undefined)
    return `${message}\n${where} is in use: end who listens there, or configure another address.`;
  const how = `\`supervisorctl shutdown\` or \`kill ${pid}\` ends it`;
  return `${message}\n${where} is in use; ${pidfile} names process ${pid}, which runs: ${how}.`;
}

/** A session's own folder goes with the session, which a daemon in the background outlives. */
function openFifoFolder(pidfile: string, foreground: boolean): string {
  const session = foreground ? process.env.XDG_RUNTIME_DIR : undefined;
  try {
    return makeFifoFolder(session === undefined ? [tmpdir()] : [session, tmpdir()], pidfile);
  } catch (cause) {
    throw new StartError(`could not make a folder for the programs' output: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function openFirstEra(configuration: Configuration, ground: Ground): Era {
  try {
    return openEra(configuration, ground);
  } catch (cause) {
    removeFifoFolder(ground.fifodir);
    const { logfile } = configuration.settings;
    throw new StartError(`could not write log file ${logfile}: ${(cause as Error).message}`, { cause });
  }
}

/** What this process becomes before anything is opened: its folder, umask, user and limits. */
function enter(settings: DaemonSettings, foreground: boolean) {
  if (!foreground) {
    if (settings.directory !== undefined) process.chdir(settings.directory);
    process.umask(settings.umask);
  }
  const privileges = dropPrivileges(settings.user);
  if (privileges !== undefined && 'refusal' in privileges) throw new StartError(privileges.refusal);
  const limits = raiseLimits(settings);
  if ('refusal' in limits) throw new StartError(limits.refusal);
  const lines: { level: 'critical' | 'info'; text: string }[] = limits.infos.map(text => ({
    level: 'info',
    text,
  }));
  if (privileges !== undefined) lines.unshift({ level: privileges.level, text: privileges.line });
  return { lines, nofile: limits.nofile };
}

/** Does what may fail without ending anything, and says so when it does. */
function note(log: Log, what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    log('critical', `${what}: ${(error as Error).message}`);
  }
}

const isStarting = (root: SupervisorRef): boolean =>
  processes(root.getSnapshot()).some(({ info }) => info.state === 'STARTING');

/** Who is still waited for. */
function remind(root: SupervisorRef, log: Log): void {
  const names = processes(root.getSnapshot())
    .filter(({ info }) => !STOPPED_STATES.has(info.state))
    .map(({ info }) => info.name);
  if (names.length > 0) log('info', `waiting for ${names.join(', ')} to die`);
}

interface SignalDeeds {
  readonly log: Log;
  isEnding(): boolean;
  shutdown(): void;
  reload(): void;
  reopen(): void;
}

/** What each signal means; the words are Supervisor's. */
function listenToSignals({ log, isEnding, shutdown, reload, reopen }: SignalDeeds) {
  const exit = (name: string) => () => {
    log('warn', `received ${name} indicating exit request`);
    shutdown();
  };
  const deeds = {
    SIGTERM: exit('SIGTERM'),
    SIGINT: exit('SIGINT'),
    SIGQUIT: exit('SIGQUIT'),
    SIGHUP: () => {
      if (isEnding()) return log('warn', 'ignored SIGHUP indicating restart request (shutdown in progress)');
      log('warn', 'received SIGHUP indicating restart request');
      reload();
    },
    SIGUSR2: () => {
      log('info', 'received SIGUSR2 indicating log reopen request');
      reopen();
      log('info', 'supervisord logreopen');
    },
  } as const;
  for (const [signal, deed] of Object.entries(deeds)) process.on(signal, deed);
  return {
    close: () => {
      for (const [signal, deed] of Object.entries(deeds)) process.off(signal, deed);
    },
  };
}
