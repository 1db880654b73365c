import { LogFile } from './logger.ts';

/** Our stdout as a destination: a reader that stalls does not stall the daemon. */
export function openEcho(): LogFile {
  const echo = new LogFile({
    path: '/dev/stdout',
    maxbytes: 0,
    backups: 0,
    rotate: 'size',
    compress: 'none',
    report: complain,
  });
  echo.open();
  return echo;
}

/** Writes to our stdout, one piece after the other. Resolves when it has taken all so far, however slow its reader is. */
export function createShow(): (bytes: Buffer) => Promise<void> {
  let echo: LogFile | undefined;
  let last = Promise.resolve();
  return bytes => {
    last = last.then(async () => {
      echo ??= openEcho();
      await echo.write(bytes);
      await echo.settled();
    });
    return last;
  };
}

let isStderrGuarded = false;

/** Trouble with the log itself has nowhere else to go. */
export function complain(_level: string, text: string): void {
  // Whoever read our stdout mostly read this as well: that both are gone must not end a daemon whose programs run on.
  if (!isStderrGuarded) process.stderr.on('error', () => {});
  isStderrGuarded = true;
  process.stderr.write(`${text}\n`);
}
