import { asciiOf, drawing, outline, possibilities, widthOf } from '../chart.ts';
import { type Exit, exits } from '../exits.ts';
import { isFault } from '../problem.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';
import { foreign } from './inspect.ts';

export const chart: Verb = {
  help: [
    'chart <name>\t\tDraw the chart of a process, marked where it is, and what may happen there',
    'chart\t\t\tThe same for supervisord itself',
  ],
  completion: 'processes',
  async run(session, args) {
    const [name = '', ...more] = args;
    if (more.length > 0) {
      misuse(session, 'Error: chart accepts one process', chart);
      return exits.invalidArguments;
    }
    const refused = await session.check();
    return refused || draw(session, name);
  },
};

async function draw(session: Session, name: string): Promise<Exit> {
  const answer = await session.call('statevisor.chart', name);
  if (!answer.ok) {
    const { problem } = answer;
    const elsewhere = foreign(session, problem, 'chart');
    if (elsewhere !== undefined) return elsewhere;
    if (!isFault(problem, 'BAD_NAME')) return session.report(problem);
    session.say(`${name}: ERROR (no such process)`);
    return exits.failed;
  }
  const { hasColours: coloured, columns = Number.POSITIVE_INFINITY, isAscii = false } = session.terminal;
  // A drawing whose lines are broken by the terminal is none.
  const picture = widthOf(answer.value) < columns ? drawing : outline;
  const lines = [
    ...picture(answer.value, { coloured }),
    '',
    `${name || 'supervisord'} is in ${answer.value.now.at(-1)}. What may happen there:`,
    ...possibilities(answer.value),
  ];
  for (const line of lines) session.say(isAscii ? asciiOf(line) : line);
  return exits.success;
}
