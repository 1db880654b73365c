import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { HttpError } from '../rpc/reply.ts';
import type { Route } from '../rpc/routes.ts';

/** The files of the pages, as scripts/build.ts writes them: each name bears the hash of its content. */
export interface Assets {
  /** Where a page finds an asset, relative to itself; undefined where it was not built. */
  url(name: AssetName): string | undefined;
  readonly routes: readonly Route[];
}

/** What a page is made of besides its own HTML. */
export type AssetName = 'app.js' | 'theme.js' | 'app.css' | 'icon.svg';

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** A name that changes with its content may be kept for good. */
const FOREVER = 'public, max-age=31536000, immutable';
const FOR_AN_HOUR = 'public, max-age=3600';

/** Under which old names Supervisor's page had its looks. */
const OLD: readonly { readonly path: string; readonly name: AssetName }[] = [
  { path: '/stylesheets/', name: 'app.css' },
  { path: '/images/', name: 'icon.svg' },
  { path: '/favicon.ico', name: 'icon.svg' },
];

/** The assets in a folder. They are read when they are first asked for; without a folder pages go without. */
export function createAssets(folder: URL): Assets {
  let names: Partial<Record<AssetName, string>> | undefined;
  const nameOf = (name: AssetName): string | undefined => {
    names ??= readManifest(folder);
    return names[name];
  };
  const loaded = new Map<string, Asset>();
  const load = (file: string): Asset => {
    const found = loaded.get(file) ?? readAsset(folder, file);
    loaded.set(file, found);
    return found;
  };
  const send =
    (file: string | undefined, cache: string) => (request: IncomingMessage, response: ServerResponse) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new HttpError(405);
      if (file === undefined) throw new HttpError(404);
      sendAsset(load(file), cache, request, response);
    };
  return {
    url: name => {
      const file = nameOf(name);
      return file && `assets/${file}`;
    },
    routes: [
      {
        path: '/assets/',
        match: 'prefix',
        handle: (request, response) => {
          const asked = (request.url ?? '').slice('/assets/'.length);
          nameOf('app.js');
          const known = Object.values(names ?? {}).find(file => file === asked);
          return send(known, FOREVER)(request, response);
        },
      },
      ...OLD.map(
        ({ path, name }): Route => ({
          path,
          match: path.endsWith('/') ? 'prefix' : 'exact',
          handle: (request, response) => send(nameOf(name), FOR_AN_HOUR)(request, response),
        }),
      ),
    ],
  };
}

function readManifest(folder: URL): Partial<Record<AssetName, string>> {
  try {
    return JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
  } catch (error) {
    // Not built: the pages work without, plainly.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

function readAsset(folder: URL, file: string): Asset {
  const plain = readFileSync(new URL(file, folder));
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return { type, plain, gzipped: gzipSync(plain, { level: 9 }) };
}

function sendAsset(
  { type, plain, gzipped }: Asset,
  cache: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const zips = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = zips ? gzipped : plain;
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': body.length,
    'Cache-Control': cache,
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept-Encoding',
    ...(zips && { 'Content-Encoding': 'gzip' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
