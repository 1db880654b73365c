import type { LogDestination } from '../machines/spec.ts';
import type { Configuration, DaemonSettings } from './config/build.ts';
import { details } from './config/errors.ts';
import { createMainLog, type MainLog } from './output/mainlog.ts';
import { createOutputs, type Outputs } from './output/registry.ts';
import { mkfifo, setPipeSize, syslog } from './process/foreign.ts';

/** What stands from one reload to the next: the settings, and the logs that go by them. */
export interface Era {
  readonly settings: DaemonSettings;
  readonly mainLog: MainLog;
  readonly outputs: Outputs;
}

/** What does not change for as long as the daemon runs. */
export interface Ground {
  readonly foreground: boolean;
  readonly fifodir: string;
}

const kernel = { mkfifo, setPipeSize, syslog };

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

const openOutputs = (settings: DaemonSettings, { log, shows }: MainLog, { fifodir }: Ground): Outputs => {
  const { childlogdir, identifier, nocleanup, strip_ansi } = settings;
  return createOutputs({
    kernel,
    fifodir,
    childlogdir,
    identifier,
    nocleanup,
    strip_ansi,
    report: log,
    onLog: () => {},
    onCommunication: () => {},
    onOutput: shows('debug')
      ? ({ name, channel, data }) => log('debug', `'${name}' ${channel} output:\n${data.toString()}`)
      : undefined,
  });
};

/** Says what reading the configuration brought up. */
const tellOf = ({ notes, warnings }: Configuration, { log }: MainLog): void => {
  for (const note of notes) log('info', note);
  for (const warning of warnings) log('warn', [warning.message, ...details(warning)].join('\n'));
};

/** Opens the logs for the first time; throws as the file system does where the main log cannot be written. */
export const openEra = (configuration: Configuration, ground: Ground): Era => {
  const { settings } = configuration;
  const mainLog = openMainLog(settings, ground.foreground);
  tellOf(configuration, mainLog);
  return { settings, mainLog, outputs: openOutputs(settings, mainLog, ground) };
};

/** Goes over to a new configuration when nothing runs: the main log stays open where it is meant to stay the same. */
export const nextEra = (last: Era, configuration: Configuration, ground: Ground): Era => {
  const { settings } = configuration;
  last.outputs.close();
  const stays = JSON.stringify(mainLogOptions(settings)) === JSON.stringify(mainLogOptions(last.settings));
  if (!stays) void last.mainLog.close();
  const mainLog = stays ? last.mainLog : openMainLog(settings, ground.foreground);
  tellOf(configuration, mainLog);
  return { settings, mainLog, outputs: openOutputs(settings, mainLog, ground) };
};
