import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bytes } from '../../machines/spec.ts';
import { sendAsItGrows } from '../rpc/logtail.ts';
import { HttpError } from '../rpc/reply.ts';
import { processNamed, queryOf } from './address.ts';
import type { Web } from './web.ts';

/** So much of a log comes before what is written from now on: a screen or two, and something to search in. */
const backlog: Bytes = 64 * 1024;

/** The file that a query means: the daemon's own, or a process's stdout or stderr; undefined where there is none. */
function fileOf(web: Web, query: URLSearchParams): string | undefined {
  const { logs } = web.backend;
  const stream = query.get('stream');
  if (stream === 'main') return logs.main();
  const info = processNamed(web, query.get('processname'))?.info;
  return info && (stream === 'stdout' || stream === 'stderr')
    ? logs.process(info.group, info.name)[stream]
    : undefined;
}

/** Sends the end of a log and what is written to it, byte for byte, across rotation, until the reader goes. */
export function followLog(web: Web, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = fileOf(web, queryOf(request.url));
  if (path === undefined) throw new HttpError(404);
  return sendAsItGrows(web.backend.logs, path, backlog, response);
}
