import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { HttpError, reply } from '../rpc/reply.ts';
import type { Route } from '../rpc/routes.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
};

/** Only what this server sends may run; Stately's page may be framed, for whoever asks for it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src https://stately.ai; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page and its parts, read from the folder into which they were built when they are first asked for. */
export const pageRoutes = (folder: URL): readonly Route[] => [
  {
    path: '/',
    match: 'prefix',
    handle: (request, response) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new HttpError(405);
      const [path = '/'] = (request.url ?? '/').split('?');
      send(folder, path === '/' ? 'index.html' : path.slice(1), response);
    },
  },
];

function send(folder: URL, name: string, response: ServerResponse): void {
  // Only what is there under exactly this name: nothing that was sent is resolved as a path.
  if (!readdirSync(folder).includes(name)) throw new HttpError(404);
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  reply(response, 200, type, readFileSync(new URL(name, folder)), {
    'Content-Security-Policy': POLICY,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
}
