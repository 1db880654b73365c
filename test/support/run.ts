import { spawn } from 'node:child_process';

/** How a command ended and what it printed. */
export interface Run {
  /** The exit status, or null for a death by signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the command reads; without it stdin is empty. */
  readonly input?: string;
  /** After so many milliseconds it is killed and the promise rejects. */
  readonly timeout?: number;
}

/** Runs a command to its end, whatever its exit status; rejects when it cannot be run or takes too long. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { cwd, env, input = '', timeout = 30_000 } = options;
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env } });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  // A command may end before it has read what it was given.
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      const said = printed.stdout + printed.stderr;
      reject(
        new Error(`${command} ${args.join(' ')}: still running after ${timeout} ms, having said: ${said}`),
      );
    }, timeout);
    child.once('error', error => {
      clearTimeout(late);
      reject(error);
    });
    child.once('close', code => {
      clearTimeout(late);
      resolve({ code, ...printed });
    });
  });
}
