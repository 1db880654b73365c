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
  /** Its name with the hash of its content. */
  readonly file: string;
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

/**
 * The assets in a folder, read together when the first of them is asked for: an upgrade may replace the folder below a
 * daemon that runs. Without a folder pages go without.
 */
export function createAssets(folder: URL): Assets {
  let loaded: ReadonlyMap<AssetName, Asset> | undefined;
  const all = (): ReadonlyMap<AssetName, Asset> => {
    loaded ??= readAssets(folder);
    return loaded;
  };
  const send = (
    asset: Asset | undefined,
    cache: string,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new HttpError(405);
    if (asset === undefined) throw new HttpError(404);
    sendAsset(asset, cache, request, response);
  };
  return {
    url: name => {
      const file = all().get(name)?.file;
      return file && `assets/${file}`;
    },
    routes: [
      {
        path: '/assets/',
        match: 'prefix',
        handle: (request, response) => {
          const asked = (request.url ?? '').slice('/assets/'.length);
          const asset = [...all().values()].find(({ file }) => file === asked);
          send(asset, FOREVER, request, response);
        },
      },
      ...OLD.map(
        ({ path, name }): Route => ({
          path,
          match: path.endsWith('/') ? 'prefix' : 'exact',
          handle: (request, response) => send(all().get(name), FOR_AN_HOUR, request, response),
        }),
      ),
    ],
  };
}

function readAssets(folder: URL): ReadonlyMap<AssetName, Asset> {
  try {
    const manifest: Readonly<Record<AssetName, string>> = JSON.parse(
      readFileSync(new URL('manifest.json', folder), 'utf8'),
    );
    const names = Object.entries(manifest) as [AssetName, string][];
    return new Map(names.map(([name, file]) => [name, readAsset(folder, file)]));
  } catch (error) {
    // Not built: the pages work without, plainly.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}

function readAsset(folder: URL, file: string): Asset {
  const plain = readFileSync(new URL(file, folder));
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return { file, type, plain, gzipped: gzipSync(plain, { level: 9 }) };
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
