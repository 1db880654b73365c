import { type Exit, exits } from '../exits.ts';
import { isFault, type Problem } from '../problem.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';

export const inspect: Verb = {
  help: [
    'inspect on\t\tShow actors, events and states to inspectors, and print where',
    'inspect off\t\tShow them no more',
  ],
  completion: 'nothing',
  async run(session, args) {
    const [word, ...more] = args;
    if ((word !== 'on' && word !== 'off') || more.length > 0) {
      misuse(session, 'Error: inspect requires on or off', inspect);
      return exits.invalidArguments;
    }
    const answer = await session.call('statevisor.inspect', word === 'on');
    if (!answer.ok) return foreign(session, answer.problem, 'inspect') ?? session.report(answer.problem);
    session.say(word === 'on' ? `inspector: ${answer.value}` : 'inspector: off');
    return exits.success;
  },
};

/** Says that the server is another supervisord than Statevisor's, where that is the problem. */
export function foreign(session: Session, problem: Problem, verb: string): Exit | undefined {
  return isFault(problem, 'UNKNOWN_METHOD') ? sayForeign(session, verb) : undefined;
}

/** Says that the server is another supervisord than Statevisor's. */
export function sayForeign(session: Session, verb: string): Exit {
  session.say(`${verb}: ERROR (${session.url} is not Statevisor's supervisord)`);
  return exits.unimplemented;
}
