import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/**
 * pidproxy PIDFILE COMMAND...: runs a command that goes into the background, and hands each signal that it gets to the
 * process of the pidfile. It ends when the command does, or when a signal that asks to stop has ended that process.
 */

const USAGE = `\
pidproxy -- run command and proxy signals to it via its pidfile.

This executable runs a command and then monitors a pidfile.  When this
executable receives a signal, it sends the same signal to the pid
in the pidfile.

Usage: ${process.argv[1]} <pidfile name> <command> [<cmdarg1> ...]
`;

const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
const STOPPING: readonly string[] = ['SIGTERM', 'SIGINT', 'SIGQUIT'];
/** How often to look whether the process is gone, in milliseconds. */
const LOOK = 50;

function pidOf(pidfile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidfile, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    // Not written yet, or already removed: the caller says so.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function endWhenGone(pid: number): void {
  setInterval(() => {
    if (!isAlive(pid)) process.exit(0);
  }, LOOK);
}

function pass(signal: NodeJS.Signals, pidfile: string, child: ChildProcess): void {
  const written = pidOf(pidfile);
  if (written === undefined) process.stdout.write(`Can't read child pidfile ${pidfile}!\n`);
  // Until there is a pidfile the command itself is what can be told to stop.
  const pid = written ?? (STOPPING.includes(signal) ? child.pid : undefined);
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    process.stderr.write(`pidproxy: ${signal} for ${pid}: ${(error as Error).message}\n`);
  }
  if (STOPPING.includes(signal)) endWhenGone(pid);
}

const [pidfile, command, ...args] = process.argv.slice(2);
if (pidfile === undefined || command === undefined) {
  process.stdout.write(USAGE);
  process.exitCode = 1;
} else {
  // Before the command runs: from then on a signal may come at any moment.
  for (const signal of FORWARDED) process.on(signal, () => pass(signal, pidfile, child));
  const child = spawn(command, args, { stdio: 'inherit' });
  child.on('error', error => {
    process.stderr.write(`pidproxy: ${error.message}\n`);
    process.exitCode = 127;
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}
