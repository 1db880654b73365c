import { Writable } from 'node:stream';
import type { Bytes, LogDestination, Milliseconds } from '../../machines/spec.ts';
import { complain, openEcho } from './echo.ts';
import type { Kernel, Report } from './kernel.ts';
import { Lines } from './lines.ts';
import { LogFile } from './logger.ts';
import { stamp } from './stamp.ts';
import { SystemLog } from './syslog.ts';

/** The levels of `loglevel`, the gravest first, as the log's lines name them. */
const LEVELS = {
  critical: 'CRIT',
  error: 'ERRO',
  warn: 'WARN',
  info: 'INFO',
  debug: 'DEBG',
  trace: 'TRAC',
  blather: 'BLAT',
} as const;
const RANKS = Object.fromEntries(Object.keys(LEVELS).map((level, rank) => [level, rank])) as Record<
  Level,
  number
>;

/** A level of the daemon's own log, in the words of `loglevel`. */
export type Level = keyof typeof LEVELS;

/** How long lines are gathered: what they tell of is done first, and what comes of it is written with them. */
const GATHERING: Milliseconds = 2;

/** Writes a line to the daemon's own log, where its level asks for it. */
export type Log = (level: Level, text: string) => void;

export interface MainLogOptions {
  /** Where it goes; `auto` does not occur. */
  readonly logfile: LogDestination;
  readonly logfile_maxbytes: Bytes;
  readonly logfile_backups: number;
  readonly loglevel: Level;
  /** Also to stdout: in the foreground and not silent. */
  readonly echo: boolean;
  readonly kernel: Kernel;
}

/** The daemon's own log. */
export interface MainLog {
  readonly log: Log;
  /** The file that readLog reads; undefined where there is none. */
  readonly path: string | undefined;
  /** Whether lines of a level are written. */
  shows(level: Level): boolean;
  /** Resolves when all lines so far are written, or the disk refuses them. */
  flush(): Promise<void>;
  /** Opens the file by its name again. */
  reopen(): void;
  /** Removes the file and begins a fresh one. Rejects with the system's error. */
  clear(): Promise<void>;
  /** Rotates the file now. Rejects with the system's error. */
  rotate(): Promise<void>;
  /** Flushes and closes. */
  close(): Promise<void>;
}

/** Opens the daemon's own log, in Supervisor's line format. Throws as open(2) does where the file cannot be opened. */
export function createMainLog(options: MainLogOptions): MainLog {
  const { logfile, loglevel } = options;
  let told = '';
  // A line of its own as well: it is written when it can be. Not twice: it might itself be what brings it up again.
  const report: Report = (level, text) => {
    complain(level, text);
    if (text !== told) log(level, text);
    told = text;
  };
  const file = logfile.to === 'file' ? openFile(logfile.path, options, report) : undefined;
  const echo = options.echo ? openEcho() : undefined;
  const system = logfile.to === 'syslog' ? new SystemLog('', options.kernel) : undefined;
  const destinations = [echo, file, system].filter(destination => destination !== undefined);
  const writers = destinations.map(destination => new Lines(destination));
  const write = (line: string): void => {
    for (const writer of writers) writer.push(line);
  };
  const { log, ready } = createLog(loglevel, write);
  const flush = async (): Promise<void> => {
    await ready();
    await Promise.all(writers.map(writer => writer.flush()));
  };

  return {
    log,
    path: file?.path,
    shows: level => RANKS[level] <= RANKS[loglevel],
    flush,
    reopen: () => file?.reopen(),
    async clear() {
      // Whoever watches our stdout reads these words; in the file they would be cleared.
      if (echo !== undefined) log('info', 'reopening log file');
      await flush();
      file?.clear();
    },
    async rotate() {
      await flush();
      await file?.rotate();
    },
    async close() {
      await flush();
      for (const destination of destinations) destination.close();
    },
  };
}

/** What winston carries from `log` to the line. */
interface Entry {
  readonly level: Level;
  readonly message: string;
  readonly at: Date;
}

/**
 * The winston logger behind `log`. Lines are made and written a moment later, together: who asked for what they tell of
 * has the answer by then. winston is loaded then, too: a start does not wait for it.
 */
function createLog(
  loglevel: Level,
  write: (line: string) => void,
): { readonly log: Log; readonly ready: () => Promise<void> } {
  const waiting: Entry[] = [];
  let send: ((entry: Entry) => void) | undefined;
  let loading: Promise<void> | undefined;

  const load = async (): Promise<void> => {
    const { createLogger, format, transports } = await import('winston');
    const stream = new Writable({
      decodeStrings: false,
      write(line: string, _encoding, next) {
        write(line);
        next();
      },
    });
    const logger = createLogger({
      levels: RANKS,
      level: loglevel,
      format: format.printf(entry => supervisorLine(entry as unknown as Entry)),
      transports: [new transports.Stream({ stream, eol: '\n' })],
    });
    send = entry => void logger.log(entry);
  };

  const pass = async (): Promise<void> => {
    loading ??= load();
    if (send === undefined) await loading;
    for (const entry of waiting.splice(0)) send?.(entry);
  };

  return {
    log(level, message) {
      if (RANKS[level] > RANKS[loglevel]) return;
      if (waiting.push({ level, message, at: new Date() }) === 1) setTimeout(pass, GATHERING);
    },
    ready: pass,
  };
}

const supervisorLine = ({ level, message, at }: Entry): string => `${stamp(at)} ${LEVELS[level]} ${message}`;

function openFile(
  path: string,
  { logfile_maxbytes, logfile_backups }: MainLogOptions,
  report: Report,
): LogFile {
  const file = new LogFile({
    path,
    maxbytes: logfile_maxbytes,
    backups: logfile_backups,
    rotate: 'size',
    compress: 'none',
    report,
  });
  file.open();
  return file;
}
