import { readFileSync, writeFileSync } from 'node:fs';
import type { Interface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** Promises the words that may follow a line, and the part of the line that they replace. */
export type Completer = (line: string) => Promise<[words: string[], word: string]>;

/** What a real terminal is made of. */
export interface KeyboardParts {
  readonly historyFile?: string | undefined;
  readonly completer: Completer;
}

/** How many lines of history are kept. */
const historyLines = 1000;

/** Makes the terminal of this process: stdin, stdout and stderr. The keyboard is not touched before the first read. */
export function keyboard({ historyFile, completer }: KeyboardParts): Terminal {
  // stdin and stderr are made when they are first looked at, which takes a millisecond each.
  const { stdout } = process;
  const isTty = stdout.isTTY === true;
  const interrupts: (() => void)[] = [];
  /** Lines that came before they were asked for: a paste, or a script. */
  const waiting: string[] = [];
  let lines: Interface | undefined;
  let screen: Screen | undefined;
  let hasEnded = false;
  let taker: ((line: string | undefined) => void) | undefined;

  const hand = (line: string | undefined) => {
    const take = taker;
    taker = undefined;
    take?.(line);
  };
  const interrupt = () => {
    const last = interrupts.at(-1);
    if (last) last();
    else if (taker) hand(undefined);
    else process.exit(130);
  };

  async function open(): Promise<Interface> {
    // Loaded here so that single commands start without it.
    const { createInterface } = await import('node:readline');
    const terminal = process.stdin.isTTY === true && isTty;
    screen = await openScreen();
    const history = historyFile === undefined ? [] : readHistory(historyFile);
    const created = createInterface({
      input: process.stdin,
      output: terminal ? screen : undefined,
      terminal,
      history,
      historySize: historyLines,
      completer: (line: string, give: (error: null, result: [string[], string]) => void) => {
        completer(line).then(result => give(null, result));
      },
    });
    created.on('line', line => (taker ? hand(line) : waiting.push(line)));
    created.on('SIGINT', interrupt);
    created.on('history', all => historyFile && writeHistory(historyFile, all));
    created.on('close', () => {
      hasEnded = true;
      hand(undefined);
    });
    return created;
  }

  async function read(prompt: string, signal?: AbortSignal): Promise<string | undefined> {
    lines ??= await open();
    const isEditing = lines.terminal;
    if (!isEditing) stdout.write(prompt);
    if (waiting.length > 0) return waiting.shift();
    if (hasEnded || signal?.aborted) return undefined;
    const abort = () => hand(undefined);
    signal?.addEventListener('abort', abort, { once: true });
    const line = await new Promise<string | undefined>(resolve => {
      taker = resolve;
      if (isEditing) process.stdin.setRawMode(true);
      lines?.setPrompt(prompt);
      if (isEditing) lines?.prompt();
      else lines?.resume();
    });
    signal?.removeEventListener('abort', abort);
    // While a verb works the keyboard belongs to the kernel again, so that Ctrl-C is a signal.
    if (isEditing && !hasEnded) process.stdin.setRawMode(false);
    if (!hasEnded) lines.pause();
    return line;
  }

  return {
    isTty,
    hasColours: isTty && !process.env.NO_COLOR,
    get columns() {
      return stdout.isTTY ? stdout.columns : undefined;
    },
    isAscii: isTty && !/utf-?8/i.test(localeOf(process.env)),
    write: text => stdout.write(text),
    hint: line => process.stderr.write(`${line}\n`),
    read,
    async readSecret(prompt) {
      if (!process.stdin.isTTY) return read(prompt);
      stdout.write(prompt);
      lines ??= await open();
      if (screen) screen.isMuted = true;
      const line = await read('');
      if (screen) screen.isMuted = false;
      return line;
    },
    onInterrupt(callback) {
      interrupts.push(callback);
      process.on('SIGINT', callback);
      return () => {
        interrupts.splice(interrupts.indexOf(callback), 1);
        process.off('SIGINT', callback);
      };
    },
    close: () => lines?.close(),
  };
}

/** Stdout for the line editor, which can be told to keep still while a password is typed. */
interface Screen extends Writable {
  isMuted: boolean;
}

async function openScreen(): Promise<Screen> {
  const { Writable } = await import('node:stream');
  const { stdout } = process;
  const screen = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!(screen as Screen).isMuted) stdout.write(chunk);
      done();
    },
  });
  // The editor wraps long lines by the width of what it believes to be a terminal.
  Object.defineProperty(screen, 'columns', { get: () => stdout.columns });
  return Object.assign(screen, { isTTY: true, isMuted: false });
}

/** The newest line comes first for the editor, last in the file, as readline's own files have it. */
function readHistory(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean).toReversed();
  } catch {
    // No history yet, or none that may be read: the prompt works without.
    return [];
  }
}

function writeHistory(path: string, lines: readonly string[]): void {
  try {
    writeFileSync(path, `${lines.toReversed().join('\n')}\n`, { mode: 0o600 });
  } catch (error) {
    process.stderr.write(`${path}: history not kept: ${(error as Error).message}\n`);
  }
}

/** The locale of characters, by the order in which POSIX asks for it. */
const localeOf = ({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): string => LC_ALL || LC_CTYPE || LANG || '';
