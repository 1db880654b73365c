import { type Exit, exits } from './exits.ts';
import type { Session } from './session.ts';
import { findVerb } from './verbs/table.ts';

/** Runs one command line, `start web job:*`, and promises its exit status. */
export async function runLine(session: Session, line: string): Promise<Exit> {
  const { verb: name, args } = parseLine(line);
  if (name === '') return exits.success;
  const verb = name && findVerb(name);
  if (!verb) {
    session.say(`*** Unknown syntax: ${line.trim()}`);
    return exits.failed;
  }
  const refused = verb.asksFirst ? await session.check() : exits.success;
  return refused || verb.run(session, args);
}

/** Splits a line as Python's cmd does: `?` is help, and a verb ends where its letters end; undefined is no verb. */
function parseLine(line: string): { readonly verb: string | undefined; readonly args: readonly string[] } {
  const text = line.trim();
  if (text.startsWith('?')) return { verb: 'help', args: split(text.slice(1)) };
  const [first = '', ...rest] = split(text);
  if (findVerb(first)) return { verb: first, args: rest };
  if (text === '') return { verb: '', args: [] };
  const word = /^\w+/.exec(text)?.[0];
  return { verb: word, args: split(text.slice(word?.length ?? 0)) };
}

function split(text: string): readonly string[] {
  return text.split(/\s+/).filter(word => word !== '');
}

/** The words that end the prompt. */
const leaving: ReadonlySet<string | undefined> = new Set(['exit', 'quit', 'EOF']);

/** Shows the status, then asks for lines until `exit` or the end of input. Failures do not end it: it ends with 0. */
async function runPrompt(session: Session, prompt: string): Promise<Exit> {
  await runLine(session, 'status');
  for (;;) {
    const line = await session.terminal.read(`${prompt}> `);
    if (line === undefined || leaving.has(parseLine(line).verb)) break;
    await runLine(session, line);
  }
  session.say('');
  return exits.success;
}

/** Runs the action of a command line, or the prompt when there is none. */
export function run(session: Session, action: readonly string[], prompt: string): Promise<Exit> {
  if (action.length === 0) return runPrompt(session, prompt);
  const line = action.join(' ');
  return leaving.has(parseLine(line).verb) ? leave(session) : runLine(session, line);
}

async function leave(session: Session): Promise<Exit> {
  session.say('');
  return exits.success;
}
