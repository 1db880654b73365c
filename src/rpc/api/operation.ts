import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Schema, SchemaName } from './schemas.ts';

/** What an operation is asked: the parts of its path, decoded, and its query. */
export interface Asked {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  /** For those that answer by themselves. */
  readonly response: ServerResponse;
}

/** What an operation answers: JSON, or undefined where it has answered by itself or has nothing to say. */
export interface Said {
  readonly json: unknown;
}

/** A parameter of a query. */
export interface QueryParam {
  readonly name: string;
  readonly about: string;
  readonly schema: Schema;
  readonly required?: boolean;
}

/** What an operation answers when all is well, for the document. */
export interface Success {
  readonly status: 200 | 202 | 204 | 206;
  readonly about: string;
  /** JSON: one of these, or with `many` an array of them. */
  readonly schema?: SchemaName;
  readonly many?: boolean;
  /** The media type of what is no JSON. */
  readonly media?: string;
}

/** One row of the API's table. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below /api/v1, with the names of its variable parts in braces. */
  readonly path: string;
  readonly summary: string;
  /** Whether it is answered while the daemon is shutting down or restarting. */
  readonly always?: boolean;
  readonly query?: readonly QueryParam[];
  /** The media type of its request's body, where it has one. */
  readonly body?: { readonly media: string; readonly about: string };
  readonly successes: readonly [Success, ...Success[]];
  /** The statuses of the problems that it may answer, besides those that all may. */
  readonly problems?: readonly number[];
  /** Throws `RpcFault` or `HttpError` for what becomes a problem. */
  readonly run: (asked: Asked) => Said | undefined | Promise<Said | undefined>;
}

/** Reads a yes or no from a query. */
export const readFlag = (query: URLSearchParams, name: string, otherwise: boolean): boolean => {
  const sent = query.get(name);
  return sent === null ? otherwise : !['0', 'false', 'no', 'off'].includes(sent.toLowerCase());
};

/** The parts of a path that fit an operation's, decoded; undefined where they do not fit. */
export function matchPath(template: string, parts: readonly string[]): Record<string, string> | undefined {
  const wanted = template.split('/').slice(1);
  if (wanted.length !== parts.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const sent = parts[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined && sent !== '') found[name] = sent;
    else if (part !== sent) return undefined;
  }
  return found;
}
