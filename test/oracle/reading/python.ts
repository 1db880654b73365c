import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What came of reading a text. */
export type Reading = { readonly read: unknown } | { readonly refused: string };

/** What Python is asked: one value by one of its readers, or a whole configuration, whose file is a.conf. */
export type Question =
  | { readonly reader: string; readonly text: string }
  | {
      readonly configuration: { readonly folder: string; readonly files: Readonly<Record<string, string>> };
    };

/** Python's supervisor as a reader of texts: one process for all. */
export interface PythonReader {
  read(question: Question): Promise<Reading>;
  stop(): Promise<void>;
}

/** Starts a Python that knows only these environment variables. */
export function startPythonReader(env: Readonly<Record<string, string>>): PythonReader {
  const script = fileURLToPath(new URL('reader.py', import.meta.url));
  const python = spawn('/usr/bin/python3', ['-B', script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: ((reading: Reading) => void)[] = [];
  createInterface({ input: python.stdout }).on('line', line => waiting.shift()?.(JSON.parse(line)));
  return {
    read: question =>
      new Promise(resolve => {
        waiting.push(resolve);
        python.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    async stop() {
      const ended = once(python, 'exit');
      python.stdin.end();
      await ended;
    },
  };
}
