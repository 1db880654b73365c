// Lets Node 20 run TypeScript: `node --import ./scripts/typescript.mjs scripts/build.ts`. Types are only removed.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';

if (isMainThread) {
  register(import.meta.url);
  process.setSourceMapsEnabled(true);
}

/** Node's load hook: .ts files lose their types on the way in. */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const source = await readFile(new URL(url), 'utf8');
  const { code } = await transform(source, {
    loader: 'ts',
    target: 'node20',
    sourcefile: url,
    sourcemap: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
