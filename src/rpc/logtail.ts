import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { findProcess } from '../../machines/info.ts';
import type { Bytes } from '../../machines/spec.ts';
import { splitName } from './address.ts';
import type { Backend } from './backend.ts';
import { HttpError } from './reply.ts';
import type { Route } from './routes.ts';

/** How much of a log comes before what is written from now on. */
const backlog: Bytes = 1024;

/**
 * The logs as they grow, which `supervisorctl tail -f` reads: /mainlogtail, and /logtail/NAME with /stdout or /stderr
 * behind it. They end when the client goes.
 */
export const logtailRoutes = (backend: Pick<Backend, 'root' | 'logs'>): readonly Route[] => [
  {
    path: '/mainlogtail',
    match: 'prefix',
    handle: (request, response) => stream(backend, backend.logs.main(), request, response),
  },
  {
    path: '/logtail',
    match: 'prefix',
    handle: (request, response) => stream(backend, pathOf(backend, request.url ?? ''), request, response),
  },
];

/** The file that a path asks for; throws 404 for an unknown process or stream. */
function pathOf(backend: Pick<Backend, 'root' | 'logs'>, url: string): string | undefined {
  const [, , name = '', stream = 'stdout', ...rest] = decode(url).split('/');
  const [group, process] = splitName(name);
  const found = process === undefined ? undefined : findProcess(backend.root.getSnapshot(), group, process);
  if (found === undefined || rest.length > 0 || (stream !== 'stdout' && stream !== 'stderr')) {
    throw new HttpError(404);
  }
  return backend.logs.process(found.info.group, found.info.name)[stream];
}

function decode(url: string): string {
  try {
    return decodeURIComponent(url.replace(/\?.*$/, ''));
  } catch {
    // Its only error is that a % is not followed by two digits.
    throw new HttpError(400);
  }
}

async function stream(
  { logs }: Pick<Backend, 'logs'>,
  path: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET') throw new HttpError(400);
  if (path === undefined) throw new HttpError(404);
  await sendAsItGrows(logs, path, backlog, response);
}

/** Sends the last bytes of a log, then what is written to it until the client goes; throws 404 where there is no file. */
export async function sendAsItGrows(
  logs: Pick<Backend['logs'], 'follow'>,
  path: string,
  last: Bytes,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    for await (const bytes of logs.follow(path, last, gone.signal)) {
      if (!response.headersSent) begin(response);
      if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal });
    }
    response.end();
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') return;
    throw code === 'ENOENT' ? new HttpError(404) : error;
  }
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'text/plain;charset=utf-8',
    // What a program prints is never taken for a page.
    'X-Content-Type-Options': 'nosniff',
    // nginx would hold the lines back otherwise.
    'X-Accel-Buffering': 'no',
    'Cache-Control': 'no-store',
  });
  response.flushHeaders();
}
