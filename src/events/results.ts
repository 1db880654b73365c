import { pathToFileURL } from 'node:url';
import type { ListenerVerdict, PoolEvent } from '../../machines/events.ts';
import { textOf } from './text.ts';

/** What a listener's answer means for its event. */
export interface Judgement {
  readonly verdict: ListenerVerdict;
  /** Why a handler broke. */
  readonly cause?: Error;
}

/** Judges the answers of a pool's listeners. */
export type Judge = (event: PoolEvent, result: Buffer) => Judgement | Promise<Judgement>;

/** What a result_handler module exports as its default. */
type ResultHandler = (event: PoolEvent & { readonly payload: string }, result: Buffer) => unknown;

/** Supervisor's own handler, by the name that it has in configuration files. */
const DEFAULT = 'supervisor.dispatchers:default_handler';
const OK = Buffer.from('OK');

const judgeByWord: Judge = (_, result) => ({ verdict: result.equals(OK) ? 'processed' : 'rejected' });

/**
 * The judge that a `result_handler` names: OK processes and anything else rejects, or what the default export of an ES
 * module says. That one is given the event and the result; it rejects by false or by an error named RejectEvent, and
 * any other error is a broken handler. A module that cannot be loaded breaks on each result.
 */
export function judgeOf(result_handler: string): Judge {
  if (result_handler === DEFAULT) return judgeByWord;
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
