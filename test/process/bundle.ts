import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Programs of test/fixtures/process that run our code in a process of its own, as node understands them. */
export function bundleFixtures(...names: readonly string[]) {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  // Inside the package, so that its dependencies are found from there.
  const folder = mkdtempSync(join(root, 'node_modules', '.fixtures-'));
  // Some are run by another user.
  chmodSync(folder, 0o755);
  buildSync({
    entryPoints: names.map(name => join(root, 'test/fixtures/process', `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
  const path = (name: string) => join(folder, `${name}.mjs`);
  for (const name of names) chmodSync(path(name), 0o644);
  return {
    path,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
