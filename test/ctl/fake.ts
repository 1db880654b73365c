import type { Client } from '../../src/ctl/client.ts';
import type { Answer } from '../../src/ctl/problem.ts';
import type { ProcessInfo } from '../../src/ctl/protocol.ts';
import { Session } from '../../src/ctl/session.ts';

/** A process as a server tells it: `web`, or `group:name`; running for five seconds unless it is said otherwise. */
export function process(word: string, over: Partial<ProcessInfo> = {}): ProcessInfo {
  const [group = '', name = group] = word.split(':');
  return {
    name,
    group,
    description: 'pid 7, uptime 0:00:05',
    start: 1000,
    stop: 0,
    now: 1005,
    state: 20,
    statename: 'RUNNING',
    spawnerr: '',
    exitstatus: 0,
    logfile: '',
    stdout_logfile: '',
    stderr_logfile: '',
    pid: 7,
    ...over,
  };
}

/** What a fake server does at a method: a value, or a problem. */
export type Methods = Readonly<Record<string, (...params: readonly unknown[]) => unknown>>;

/** A session with a fake server and a fake person, and the record of what was said and called. */
export interface FakeSession {
  readonly session: Session;
  readonly calls: (readonly unknown[])[];
  readonly out: () => string;
  readonly err: () => string;
  /** Ctrl-C. */
  interrupt(): void;
}

/** A problem that a fake method answers with. */
export class Trouble {
  readonly problem: Extract<Answer<never>, { ok: false }>['problem'];
  constructor(problem: Trouble['problem']) {
    this.problem = problem;
  }
}

/** Makes a session whose server knows these methods (and its version), and whose person types these lines. */
export function fakeSession(
  methods: Methods,
  {
    typed = [],
    interactive = false,
    tty = false,
    url = 'unix:///run/s.sock',
    pidfile,
  }: {
    typed?: readonly string[];
    interactive?: boolean;
    tty?: boolean;
    url?: string;
    pidfile?: string | undefined;
  } = {},
): FakeSession {
  const calls: (readonly unknown[])[] = [];
  const interrupts: (() => void)[] = [];
  const lines = [...typed];
  let out = '';
  let err = '';
  const read = async (prompt: string) => {
    out += prompt;
    return lines.shift();
  };
  const session = new Session({
    settings: { serverurl: url },
    interactive,
    findPidfile: () => pidfile,
    connect: settings =>
      ({
        url: settings.serverurl,
        async call(method: string, ...params: readonly unknown[]) {
          calls.push([
            method,
            ...params,
            ...(settings.password ? [`as ${settings.username}:${settings.password}`] : []),
          ]);
          const known: Methods = { 'supervisor.getVersion': () => '3.0', ...methods };
          const answer =
            known[method] === undefined
              ? new Trouble({ kind: 'fault', code: 1, text: 'UNKNOWN_METHOD' })
              : known[method](...params);
          return answer instanceof Trouble
            ? { ok: false, problem: answer.problem }
            : { ok: true, value: answer };
        },
        async follow(path: string, take: (bytes: Buffer) => void, signal: AbortSignal) {
          const pieces = methods[path]?.() as readonly string[];
          for (const piece of pieces) take(Buffer.from(piece));
          await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
          return { ok: true, value: undefined };
        },
        close() {},
      }) as Client,
    terminal: {
      isTty: tty,
      hasColours: tty,
      write: text => {
        out += typeof text === 'string' ? text : Buffer.from(text).toString();
      },
      hint: line => {
        err += `${line}\n`;
      },
      read,
      readSecret: read,
      onInterrupt(callback) {
        interrupts.push(callback);
        return () => interrupts.splice(interrupts.indexOf(callback), 1);
      },
      close() {},
    },
  });
  return { session, calls, out: () => out, err: () => err, interrupt: () => interrupts.at(-1)?.() };
}
