import type { Exit } from './exits.ts';
import type { Session } from './session.ts';

/** What the Tab key offers after a verb. */
export type Completion = 'processes' | 'names' | 'groups' | 'verbs' | 'signals' | 'nothing';

/** One row of the table of verbs. */
export interface Verb {
  /** What `help VERB` prints and what follows a wrong use: Supervisor's text to the letter, where it has the verb. */
  readonly help: readonly string[];
  /** What `help VERB` adds: options that Supervisor does not have. */
  readonly more?: readonly string[];
  readonly completion: Completion;
  /** Whether the server must be there before the arguments are looked at. */
  readonly asksFirst?: true;
  /** Does the work, prints what there is to say, and promises the exit status. */
  readonly run: (session: Session, args: readonly string[]) => Promise<Exit>;
}

/** Prints the error and the verb's help, as Supervisor does at a wrong use. */
export function misuse(session: Session, problem: string, verb: Pick<Verb, 'help'>): void {
  session.say(problem);
  for (const line of verb.help) session.say(line);
}
