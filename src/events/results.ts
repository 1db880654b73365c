import { pathToFileURL } from 'node:url';
import type { ListenerVerdict, PoolEvent } from '../../machines/events.ts';
import { RESULT_HANDLERS } from '../../machines/spec.ts';
import { textOf } from './text.ts';

/** What a listener's answer means for its event. */
export interface Judgement {
  readonly verdict: ListenerVerdict;
  /** Why a handler broke. */
  readonly cause?: Error;
}

/** Judges the answers of a pool's listeners. */
export type Judge = (event: PoolEvent, result: Buffer) => Judgement | Promise<Judgement>;

/** Writes to the daemon's own stdout; resolves when it has taken that. */
type Show = (bytes: Buffer) => Promise<void>;

/** What a result_handler module exports as its default. */
type ResultHandler = (event: PoolEvent & { readonly payload: string }, result: Buffer) => unknown;

const OK = Buffer.from('OK');

const judgeByWord: Judge = (_, result) => ({ verdict: result.equals(OK) ? 'processed' : 'rejected' });

/** Shows an output on ours, each line after the name of its process: what the listener hands back is the whole event. */
const shows =
  (show: Show): Judge =>
  (_, result) => {
    // As latin1 each byte is a letter: none is altered.
    const [, header, output] = /^([^\n]*)\n(.*)$/s.exec(result.toString('latin1')) ?? [];
    const name = /\bprocessname:(\S+)/.exec(header ?? '')?.[1];
    const channel = /\bchannel:(\S+)/.exec(header ?? '')?.[1];
    if (name === undefined || channel === undefined || output === undefined)
      return { verdict: 'broken', cause: new Error('the result is no PROCESS_LOG event') };
    const lines = output.split('\n').map(line => `${name} ${channel} | ${line}\n`);
    // No sooner is the next event sent: what a slow reader leaves waits in the pool's buffer.
    return show(Buffer.from(lines.join(''), 'latin1')).then(() => ({ verdict: 'processed' }));
  };

const JUDGES: Readonly<Record<(typeof RESULT_HANDLERS)[number], (show: Show) => Judge>> = {
  'supervisor.dispatchers:default_handler': () => judgeByWord,
  // Docker images have it from the Python package of that name, to see all logs in one place.
  'supervisor_stdout:event_handler': shows,
};

/**
 * The judge that a `result_handler` names: one of ours, or what the default export of an ES module says. That one is
 * given the event and the result; it rejects by false or by an error named RejectEvent, and any other error is a broken
 * handler. A module that cannot be loaded breaks on each result.
 */
export function judgeOf(result_handler: string, show: Show): Judge {
  const known = RESULT_HANDLERS.find(name => name === result_handler);
  if (known) return JUDGES[known](show);
  const loaded = import(pathToFileURL(result_handler).href).then(module => module.default as ResultHandler);
  // Told when a result is judged: until then it does no harm.
  loaded.catch(() => {});
  return async (event, result) => {
    try {
      const handler = await loaded;
      const judged = await handler({ ...event, payload: textOf(event.payload) }, result);
      return { verdict: judged === false ? 'rejected' : 'processed' };
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      return cause.name === 'RejectEvent' ? { verdict: 'rejected' } : { verdict: 'broken', cause };
    }
  };
}
