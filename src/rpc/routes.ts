import type { IncomingMessage, ServerResponse } from 'node:http';

/** One thing that the server answers. */
export interface Route {
  /** Where it lies: the path itself, or with `prefix` all that begins with it. */
  readonly path: string;
  readonly match: 'exact' | 'prefix';
  /** Whether a request changes something although it is a GET: it is then refused to other sites' pages as well. */
  readonly changes?: (request: IncomingMessage) => boolean;
  /** Answers; a rejection with `HttpError` becomes its status, any other is reported and becomes 500. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

/** The first route of the table that fits a request's URL, which is not decoded: routes compare what was sent. */
export function findRoute(routes: readonly Route[], url: string): Route | undefined {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return routes.find(route => (route.match === 'exact' ? path === route.path : path.startsWith(route.path)));
}
