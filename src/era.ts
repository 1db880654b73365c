import type { LogDestination } from '../machines/spec.ts';
import type { Configuration, DaemonSettings } from './config/build.ts';
import { details } from './config/errors.ts';
import type { Newsroom } from './events/newsroom.ts';
import { createMainLog, type Level, type MainLog } from './output/mainlog.ts';
import { createOutputs, type Outputs } from './output/registry.ts';
import { isReadable, mkfifo, openlog, setPipeSize, syslog } from './process/foreign.ts';
import { watch } from './process/readiness.ts';

/** What stands from one reload to the next: the settings, and the logs that go by them. */
export interface Era {
  readonly settings: DaemonSettings;
  readonly mainLog: MainLog;
  readonly outputs: Outputs;
}

/** What does not change for as long as the daemon runs. */
export interface Ground {
  /** What its start brought up: each era's log begins with it. */
  readonly lines: readonly { readonly level: Level; readonly text: string }[];
  readonly foreground: boolean;
  readonly fifodir: string;
  /** Who hears of output that listeners may be told of. */
  readonly news: Newsroom;
}

/** Supervisor's name and facility in the system's log. */
const SYSLOG = { identity: 'supervisord', facility: 1 << 3 } as const;
let isNamed = false;

const kernel = {
  mkfifo,
  setPipeSize,
  isReadable,
  watch,
  syslog(priority: number, line: string) {
    // Else these lines would be node's.
    if (!isNamed) openlog(SYSLOG.identity, SYSLOG.facility);
    isNamed = true;
    syslog(priority, line);
  },
};

const mainLogOptions = ({
  logfile,
  logfile_maxbytes,
  logfile_backups,
  loglevel,
  silent,
}: DaemonSettings) => ({
  logfile,
  logfile_maxbytes,
  logfile_backups,
  loglevel,
  silent,
});

const openMainLog = (settings: DaemonSettings, foreground: boolean): MainLog => {
  const { silent, ...options } = mainLogOptions(settings);
  const { logfile } = options;
  const destination: LogDestination = logfile === 'syslog' ? { to: 'syslog' } : { to: 'file', path: logfile };
  return createMainLog({ ...options, logfile: destination, echo: foreground && !silent, kernel });
};

const openOutputs = (
  settings: DaemonSettings,
  { log, shows }: MainLog,
  { fifodir, news }: Ground,
): Outputs => {
  const { childlogdir, identifier, nocleanup, strip_ansi } = settings;
  return createOutputs({
    kernel,
    fifodir,
    childlogdir,
    identifier,
    nocleanup,
    strip_ansi,
    report: log,
    onLog: news.log,
    onCommunication: news.communication,
    onOutput: shows('debug')
      ? ({ name, channel, data }) => log('debug', `'${name}' ${channel} output:\n${data.toString()}`)
      : undefined,
  });
};

/** Says what the start and the reading of the configuration brought up, the gravest first. */
const tellOf = ({ notes, warnings }: Configuration, { lines }: Ground, { log }: MainLog): void => {
  for (const { level, text } of lines) if (level === 'critical') log(level, text);
  for (const warning of warnings) log('warn', [warning.message, ...details(warning)].join('\n'));
  for (const { level, text } of lines) if (level !== 'critical') log(level, text);
  for (const note of notes) log('info', note);
};

// The outputs are opened when they are first asked for: a daemon that finds another at its address must not have
// cleaned away the logs of that one.
const eraOf = (settings: DaemonSettings, mainLog: MainLog, ground: Ground): Era => {
  let outputs: Outputs | undefined;
  return {
    settings,
    mainLog,
    get outputs() {
      outputs ??= openOutputs(settings, mainLog, ground);
      return outputs;
    },
  };
};

/** Opens the logs for the first time; throws as the file system does where the main log cannot be written. */
export const openEra = (configuration: Configuration, ground: Ground): Era => {
  const { settings } = configuration;
  const mainLog = openMainLog(settings, ground.foreground);
  tellOf(configuration, ground, mainLog);
  return eraOf(settings, mainLog, ground);
};

/** Goes over to a new configuration when nothing runs. */
export const nextEra = (last: Era, configuration: Configuration, ground: Ground): Era => {
  last.outputs.close();
  const { settings, mainLog } = goOver(last, configuration.settings, ground.foreground);
  tellOf(configuration, ground, mainLog);
  return eraOf(settings, mainLog, ground);
};

/** The main log stays open where it is meant to stay the same, and where the new one cannot be opened. */
const goOver = (
  last: Era,
  settings: DaemonSettings,
  foreground: boolean,
): Pick<Era, 'settings' | 'mainLog'> => {
  const [before, after] = [mainLogOptions(last.settings), mainLogOptions(settings)];
  if (JSON.stringify(before) === JSON.stringify(after)) return { settings, mainLog: last.mainLog };
  try {
    const mainLog = openMainLog(settings, foreground);
    void last.mainLog.close();
    return { settings, mainLog };
  } catch (error) {
    const why = `could not write log file ${settings.logfile}: ${(error as Error).message}`;
    last.mainLog.log('critical', `${why}; the log stays as it was`);
    return { settings: { ...settings, ...before }, mainLog: last.mainLog };
  }
};
