import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { until } from '../support/until.ts';

/** A command on a terminal of its own. */
export interface Terminal {
  /** Types. */
  type(text: string): void;
  /** Promises what was shown since the last look, up to and with these words, without colours and cursor moves. */
  see(words: string | RegExp): Promise<string>;
  /** Takes the terminal away, as a closed window does. */
  hangUp(): void;
  /** The exit status; 129 for a death by the terminal's going away. */
  readonly ended: Promise<number | null>;
}

/** Runs a command on a pseudo-terminal. */
export function openTerminal(command: readonly string[], cwd: string): Terminal {
  const script = fileURLToPath(new URL('terminal.py', import.meta.url));
  const env = { ...process.env, TERM: 'xterm', NO_COLOR: '1' };
  const child = spawn('/usr/bin/python3', [script, ...command], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  return {
    type: text => child.stdin.write(text),
    async see(words) {
      const text = () => stripVTControlCharacters(shown).replaceAll('\r', '');
      const end = await until(`${words} in ${JSON.stringify(text())}`, () => endOf(text(), words));
      const seen = text().slice(0, end);
      shown = text().slice(end);
      return seen;
    },
    hangUp: () => child.stdin.end(),
    ended: once(child, 'exit').then(([code]) => code),
  };
}

/** Where the words end in the text; 0 when they are not there. */
function endOf(text: string, words: string | RegExp): number {
  if (typeof words === 'string') return text.includes(words) ? text.indexOf(words) + words.length : 0;
  const found = words.exec(text);
  return found ? found.index + found[0].length : 0;
}
