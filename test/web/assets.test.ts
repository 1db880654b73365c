import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { createAssets } from '../../src/web/assets.ts';
import { openTestServer } from '../rpc/fixture.ts';
import { openPages } from './fixture.ts';

/** A folder as the build makes it. */
async function built(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'statevisor-web-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(
    join(folder, 'manifest.json'),
    '{"app.js":"main-ABC.js","app.css":"app-DEF.css","icon.svg":"icon-1.svg"}',
  );
  await writeFile(join(folder, 'main-ABC.js'), 'let a');
  await writeFile(join(folder, 'app-DEF.css'), 'a{}');
  await writeFile(join(folder, 'icon-1.svg'), '<svg/>');
  return folder;
}

const urlOf = (folder: string) => pathToFileURL(`${folder}/`);

it('an asset is sent by the name of its content, to be kept for good; under the old names for an hour', async () => {
  const assets = createAssets(urlOf(await built()));
  const { ask } = await openTestServer(assets.routes);
  expect(assets.url('app.js')).toBe('assets/main-ABC.js');
  const script = await ask({ path: '/assets/main-ABC.js' });
  expect(script).toMatchObject({ status: 200, body: 'let a' });
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  const style = await ask({ path: '/stylesheets/supervisor.css' });
  expect(style).toMatchObject({ status: 200, body: 'a{}' });
  expect(style.headers['cache-control']).toBe('public, max-age=3600');
  expect((await ask({ path: '/images/state0.gif' })).headers['content-type']).toBe('image/svg+xml');
  expect((await ask({ path: '/favicon.ico' })).status).toBe(200);
});

it('who takes gzip gets it', async () => {
  const { server } = await openTestServer(createAssets(urlOf(await built())).routes);
  const port = server.address.kind === 'inet' ? server.address.port : 0;
  const { headers } = await fetch(`http://127.0.0.1:${port}/assets/main-ABC.js`, { method: 'HEAD' });
  expect(headers.get('content-encoding')).toBe('gzip');
  expect(gunzipSync(await gzipped(port)).toString()).toBe('let a');
});

it('an open page can ask which script the pages have now', async () => {
  const { ask } = await openPages([], { assets: urlOf(await built()) });
  const { body } = await ask({ path: '/web/release' });
  expect(JSON.parse(body)).toEqual({ script: 'assets/main-ABC.js' });
  expect((await ask({ path: '/' })).body).toContain('src="assets/main-ABC.js"');
});

/** The bytes as they come: fetch would unpack them. */
function gzipped(port: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = {
      port,
      path: '/assets/main-ABC.js',
      agent: false,
      headers: { 'accept-encoding': 'gzip' },
    };
    get(options, async response => resolve(Buffer.concat(await response.toArray()))).once('error', reject);
  });
}

it('nothing else of the folder, or above it, is sent', async () => {
  const { ask } = await openTestServer(createAssets(urlOf(await built())).routes);
  for (const path of [
    '/assets/',
    '/assets/manifest.json',
    '/assets/../manifest.json',
    '/assets/%2e%2e/package.json',
  ]) {
    expect((await ask({ path })).status, path).toBe(404);
  }
});

it('a folder that is replaced below a daemon does no harm', async () => {
  const folder = await built();
  const assets = createAssets(urlOf(folder));
  const { ask } = await openTestServer(assets.routes);
  assets.url('app.css');
  await rm(folder, { recursive: true });
  expect((await ask({ path: '/assets/main-ABC.js' })).status).toBe(200);
});

it('pages without assets are plain', async () => {
  const { ask } = await openPages();
  const { status, body } = await ask({ path: '/' });
  expect(status).toBe(200);
  expect(body).not.toContain('assets/');
});
