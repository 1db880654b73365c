import { fromCallback } from 'xstate';
import type {
  ListenerPortCommand,
  ListenerReport,
  ListenerVerdict,
  PoolEvent,
} from '../../machines/events.ts';
import type { ListenerPortInput, listenerPort } from '../../machines/ports.ts';
import type { ProcessSpec } from '../../machines/spec.ts';
import { envelope } from './envelope.ts';
import { giveBack } from './loans.ts';
import type { Line } from './narration.ts';
import { Speech, type Word } from './protocol.ts';
import { Rejections } from './rejections.ts';
import { type Judge, type Judgement, judgeOf } from './results.ts';

/** What a listener's port needs of the world. */
export interface ListeningDeps {
  /** Calls back with what the process writes on stdout, until the ear is closed. */
  hear(spec: ProcessSpec, listener: (bytes: Buffer) => void): Ear;
  /** Writes to the process's stdin, and keeps none of the parts. */
  write(spec: ProcessSpec, parts: readonly Uint8Array[]): void;
  log(level: Line['level'], text: string): void;
  /** Writes to the daemon's own stdout; resolves when it has taken that. */
  show(bytes: Buffer): Promise<void>;
}

/** Hears one process. */
export interface Ear {
  /** Hears what was said meanwhile, without waiting for the event loop. */
  glance(): void;
  close(): void;
}

/** The conversations with all listeners. */
export interface Listening {
  readonly port: typeof listenerPort;
  /**
   * Looks whether listeners have answered. In a crash storm the event loop comes round a few hundred times in a second;
   * asked between two spawns, a quick listener gets thousands of events in that time.
   */
  glance(): void;
}

const VERDICTS: { readonly [Verdict in ListenerVerdict]: Line } = {
  processed: { level: 'debug', text: 'event was processed' },
  rejected: { level: 'warn', text: 'event was rejected' },
  broken: { level: 'error', text: 'event caused an error' },
};

/** The ports of real listeners. The main log hears of each step in Supervisor's words. */
export function createListening(deps: ListeningDeps): Listening {
  const answering = new Map<Conversation, Ear>();
  const judges = new Map<string, Judge>();
  const judge = (result_handler: string): Judge => {
    const known = judges.get(result_handler) ?? judgeOf(result_handler, deps.show);
    judges.set(result_handler, known);
    return known;
  };
  const rejections = new Rejections();
  const port = fromCallback<ListenerPortCommand, ListenerPortInput>(({ input, sendBack, receive }) => {
    const conversation = new Conversation(
      input.spec,
      judge(input.result_handler),
      rejections,
      deps,
      sendBack,
    );
    const ear = deps.hear(input.spec, bytes => conversation.hear(bytes));
    receive(({ type, event }) => {
      if (type === 'port.settled') {
        giveBack(event.payload);
        return;
      }
      conversation.deliver(event);
      answering.set(conversation, ear);
    });
    return () => {
      answering.delete(conversation);
      ear.close();
    };
  });
  return {
    port,
    glance() {
      for (const [conversation, ear] of answering) {
        if (conversation.isAnswering) ear.glance();
        else answering.delete(conversation);
      }
    },
  };
}

type State = 'ACKNOWLEDGED' | 'READY' | 'BUSY' | 'UNKNOWN';

/** What is said between the daemon and one listener's process, from its beginning to its end. */
class Conversation {
  readonly #spec: ProcessSpec;
  readonly #judge: Judge;
  readonly #rejections: Rejections;
  readonly #deps: ListeningDeps;
  readonly #report: (report: ListenerReport) => void;
  readonly #speech = new Speech();
  /** As the listener machine has it: for the log. */
  #state: State = 'ACKNOWLEDGED';
  #event: PoolEvent | undefined;
  /** While a result is being judged, what comes behind it waits. */
  #waiting: Word[] | undefined;

  constructor(
    spec: ProcessSpec,
    judge: Judge,
    rejections: Rejections,
    deps: ListeningDeps,
    report: (report: ListenerReport) => void,
  ) {
    this.#spec = spec;
    this.#judge = judge;
    this.#rejections = rejections;
    this.#deps = deps;
    this.#report = report;
  }

  /** Whether it has an event, or says that it is READY again. */
  get isAnswering(): boolean {
    return this.#state === 'BUSY' || this.#state === 'ACKNOWLEDGED';
  }

  deliver(event: PoolEvent): void {
    this.#event = event;
    this.#state = 'BUSY';
    this.#speech.expectResult();
    this.#deps.log('debug', `event ${event.serial} sent to listener ${this.#spec.name}`);
    this.#deps.write(this.#spec, envelope(event));
  }

  hear(bytes: Buffer): void {
    for (const word of this.#speech.hear(bytes)) {
      if (this.#waiting === undefined) this.#take(word);
      else this.#waiting.push(word);
    }
  }

  #take(word: Word): void {
    if (this.#state === 'UNKNOWN') return;
    if (word.type === 'ready') {
      this.#step('READY');
      this.#report({ type: 'listener.ready' });
    } else if (word.type === 'babble') {
      this.#leave(word.line);
    } else if (this.#event !== undefined) {
      const keep = this.#keeping(this.#event);
      const judgement = this.#judge(this.#event, word.bytes);
      const kept = judgement instanceof Promise ? judgement.then(keep) : keep(judgement);
      if (kept instanceof Promise) this.#wait(kept, word.ready);
      else this.#tell(kept, word.ready);
    }
  }

  /** Keeps a rejection for a while where it is not the first of its event. */
  #keeping(event: PoolEvent): (judgement: Judgement) => Judgement | Promise<Judgement> {
    return judgement => {
      const pause = judgement.verdict === 'rejected' ? this.#rejections.pauseAfter(event) : 0;
      if (pause === 0) return judgement;
      return new Promise(resolve => setTimeout(resolve, pause, judgement).unref());
    };
  }

  #wait(judgement: Promise<Judgement>, ready: boolean): void {
    this.#waiting = [];
    void judgement.then(judged => {
      const words = this.#waiting ?? [];
      this.#waiting = undefined;
      this.#tell(judged, ready);
      for (const word of words) this.#take(word);
    });
  }

  #tell({ verdict, cause }: Judgement, ready: boolean): void {
    this.#event = undefined;
    const { level, text } = VERDICTS[verdict];
    const why = cause === undefined ? '' : `: ${cause.message}`;
    this.#deps.log(level, `${this.#spec.name}: ${text}${why}`);
    this.#step(verdict === 'broken' ? 'UNKNOWN' : 'ACKNOWLEDGED');
    const resumes = ready && verdict === 'processed';
    if (resumes) this.#step('READY');
    this.#report(resumes ? { type: 'listener.resumed' } : { type: 'listener.answered', verdict });
    if (ready && verdict === 'rejected') this.#take({ type: 'ready' });
  }

  #leave(line: string | undefined): void {
    const { name } = this.#spec;
    if (line !== undefined) this.#deps.log('warn', `${name}: bad result line: '${line}'`);
    this.#step('UNKNOWN');
    this.#report({ type: 'listener.babbled' });
  }

  #step(to: State): void {
    this.#deps.log('debug', `${this.#spec.name}: ${this.#state} -> ${to}`);
    this.#state = to;
    if (to !== 'UNKNOWN') return;
    const why = 'this usually indicates the process violated the eventlistener protocol';
    this.#deps.log(
      'warn',
      `${this.#spec.name}: has entered the UNKNOWN state and will no longer receive events, ${why}`,
    );
  }
}
