import type { Client, ServerSettings } from './client.ts';
import { type Exit, exits } from './exits.ts';
import { type Answer, isFault, type Problem, words } from './problem.ts';
import { apiVersion, type Method, type Params, type Value } from './protocol.ts';
import type { Terminal } from './terminal.ts';

/** What a session is made of. */
export interface SessionParts {
  readonly settings: ServerSettings;
  readonly terminal: Terminal;
  /** Makes the client; again when another server is opened or a password was asked for. */
  readonly connect: (settings: ServerSettings) => Client;
  /** Whether a person is asked: before a shutdown, and for a password that is missing. */
  readonly interactive: boolean;
  /** Finds out where supervisord writes its process id, as its configuration says; asked by `doctor` alone. */
  readonly findPidfile?: () => string | undefined;
}

/** What a verb works with: the server, the terminal, and the person at it. */
export class Session {
  readonly terminal: Terminal;
  readonly interactive: boolean;
  readonly findPidfile: () => string | undefined;
  readonly #connect: SessionParts['connect'];
  #settings: ServerSettings;
  #client: Client;

  constructor({ settings, terminal, connect, interactive, findPidfile }: SessionParts) {
    this.terminal = terminal;
    this.interactive = interactive;
    this.findPidfile = findPidfile ?? (() => undefined);
    this.#connect = connect;
    this.#settings = settings;
    this.#client = connect(settings);
  }

  /** The server's URL, as it was given. */
  get url(): string {
    return this.#client.url;
  }

  /** Talks to another server from now on. */
  open(serverurl: string): void {
    this.#use({ ...this.#settings, serverurl });
  }

  /** Calls a method; at a terminal a missing password is asked for until it is right or the person gives up. */
  async call<M extends Method>(method: M, ...params: Params<M>): Promise<Answer<Value<M>>> {
    for (;;) {
      const answer = await this.#client.call(method, ...params);
      if (answer.ok || answer.problem.kind !== 'unauthorized' || !this.interactive) return answer;
      if (!(await this.#signIn())) return answer;
    }
  }

  /** The same without asking anybody for a password: what is offered while a person types must not take the keyboard. */
  offer<M extends Method>(method: M, ...params: Params<M>): Promise<Answer<Value<M>>> {
    return this.#client.call(method, ...params);
  }

  /** Follows a log until it ends or Ctrl-C. */
  follow(path: string, take: (bytes: Buffer) => void, signal: AbortSignal): Promise<Answer<undefined>> {
    return this.#client.follow(path, take, signal);
  }

  /** Says whether the server is there and speaks our version of the interface; what is wrong is said and returned. */
  async check(): Promise<Exit> {
    const answer = await this.call('supervisor.getVersion');
    if (!answer.ok) {
      return isFault(answer.problem, 'UNKNOWN_METHOD') ? this.#noInterface() : this.report(answer.problem);
    }
    if (answer.value === apiVersion) return exits.success;
    this.say(
      `Sorry, this version of supervisorctl expects to talk to a server with API version ${apiVersion}, but the remote version is ${answer.value}.`,
    );
    return exits.notInstalled;
  }

  #noInterface(): Exit {
    this.say(
      'Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see sample.conf).',
    );
    return exits.unimplemented;
  }

  /** Prints a line. */
  say(line: string): void {
    this.terminal.write(`${line}\n`);
  }

  /** Says what is wrong with the server, and the next step; promises the exit status. */
  report(problem: Problem): Exit {
    const { line, hint, exit } = words(problem, this.url);
    this.say(line);
    if (hint) this.terminal.hint(hint);
    return exit;
  }

  /** Asks a yes-or-no question; anything but yes is no. Without a person at the terminal the answer is yes. */
  async confirm(question: string): Promise<boolean> {
    if (!this.interactive) return true;
    const answer = await this.terminal.read(question);
    return /^y/i.test(answer ?? '');
  }

  /** Runs something that lasts until Ctrl-C; the signal aborts then. */
  async untilInterrupted<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    const release = this.terminal.onInterrupt(() => controller.abort());
    try {
      return await run(controller.signal);
    } finally {
      release();
    }
  }

  /** Ends the connections. */
  close(): void {
    this.#client.close();
  }

  async #signIn(): Promise<boolean> {
    this.say('Server requires authentication');
    const username = await this.terminal.read('Username:');
    const password = username === undefined ? undefined : await this.terminal.readSecret('Password:');
    if (username === undefined || password === undefined) return false;
    this.say('');
    this.#use({ ...this.#settings, username, password });
    return true;
  }

  #use(settings: ServerSettings): void {
    this.#client.close();
    this.#settings = settings;
    this.#client = this.#connect(settings);
  }
}
