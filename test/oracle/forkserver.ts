import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Run } from '../support/run.ts';

/** Python's supervisorctl, loaded once. */
export interface ForkServer {
  /** Runs a command line to its end; several may be asked for at once and are run one after the other. */
  run(args: readonly string[], input?: string): Promise<Run>;
  stop(): Promise<void>;
}

/** Starts Python with supervisorctl loaded; each run is a fork of it. */
export function startForkServer(): ForkServer {
  const script = fileURLToPath(new URL('forkserver.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: ((run: Run) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.(JSON.parse(line)));
  return {
    run: (args, input = '') =>
      new Promise(resolve => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify({ args, input })}\n`);
      }),
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
