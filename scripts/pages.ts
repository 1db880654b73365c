import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** What the pages are made of: each source and the name by which the daemon asks for it. */
const SOURCES = [
  { source: 'src/web/client/main.tsx', name: 'app.js' },
  { source: 'src/web/client/theme.ts', name: 'theme.js' },
  { source: 'src/web/client/app.css', name: 'app.css' },
  { source: 'src/web/client/icon.svg', name: 'icon.svg' },
] as const;

/** Bundles the pages' browser code into a folder, each file named by its content, and gives the paths that went in. */
export async function pages(root: string, outdir: string): Promise<readonly string[]> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: SOURCES.map(({ source }) => source),
    outdir,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'iife',
    // Browsers of 2024: dialogs, light-dark(), nesting.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.svg': 'copy' },
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const outputs = Object.entries(metafile.outputs);
  const manifest = Object.fromEntries(
    SOURCES.map(({ source, name }) => {
      const [path = ''] = outputs.find(([, { entryPoint }]) => entryPoint === source) ?? [];
      return [name, basename(path)];
    }),
  );
  await mkdir(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) await replace(path, contents);
  await replace(join(outdir, 'manifest.json'), JSON.stringify(manifest));
  const current = new Set([...Object.values(manifest), 'manifest.json']);
  for (const file of await readdir(outdir)) if (!current.has(file)) await rm(join(outdir, file));
  return Object.keys(metafile.inputs);
}

async function replace(path: string, contents: string | Uint8Array): Promise<void> {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, contents);
  await rename(fresh, path);
}
