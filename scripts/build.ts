import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build as bundle } from 'esbuild';
import { inspectorPage } from '../visualizations/inspect.ts';
import { BINS, commands } from './commands.ts';
import { notices } from './notices.ts';
import { pages } from './pages.ts';
import { replace } from './replace.ts';
import { warm } from './warm.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const TSC = join(root, 'node_modules/typescript/bin/tsc');

/** The modules that other packages import: `statevisor` and `statevisor/listener`. */
const LIBRARIES = ['statevisor', 'listener'] as const;

/** Bundles every command, and the modules for other packages, into dist/. */
export async function build(): Promise<void> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const outdir = join(root, 'dist');
  await mkdir(outdir, { recursive: true });
  const inputs = await commands(outdir, version);
  const page = join(outdir, 'inspect');
  await mkdir(page, { recursive: true });
  for (const { name, text } of await inspectorPage(root)) await replace(join(page, name), text);
  await libraries(LIBRARIES, outdir);
  const charts = join(outdir, 'charts');
  await mkdir(charts, { recursive: true });
  for (const name of ['instance', 'supervisor']) {
    const text = await readFile(join(root, `visualizations/diagrams/${name}.terminal.json`), 'utf8');
    await replace(join(charts, `${name}.json`), JSON.stringify(JSON.parse(text)));
  }
  const shown = await pages(root, join(outdir, 'web'));
  await replace(join(outdir, 'NOTICES.txt'), await notices(root, [...inputs, ...shown]));
  await warm(outdir);
}

/** The modules of ours for others to import: src/NAME.ts as dist/NAME.mjs, and the types of all in dist/types/. */
async function libraries(names: readonly string[], outdir: string): Promise<void> {
  for (const name of names) {
    const made = await bundle({
      absWorkingDir: root,
      entryPoints: [`src/${name}.ts`],
      outfile: join(outdir, `${name}.mjs`),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      write: false,
      logLevel: 'warning',
    });
    for (const { path, text } of made.outputFiles) await replace(path, text);
  }
  const types = join(outdir, 'types');
  const fresh = `${types}.${process.pid}`;
  const options = ['--declaration', '--emitDeclarationOnly', '--module', 'nodenext', '--target', 'es2023'];
  const more = ['--allowImportingTsExtensions', '--ignoreConfig', '--strict', '--types', 'node'];
  const sources = names.map(name => join(root, 'src', `${name}.ts`));
  try {
    const places = ['--rootDir', root, '--outDir', fresh];
    await promisify(execFile)(process.execPath, [TSC, ...options, ...more, ...places, ...sources], {
      cwd: root,
    });
    await writeFile(join(fresh, 'package.json'), '{ "type": "module" }\n');
    await rm(types, { recursive: true, force: true });
    await rename(fresh, types);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = performance.now();
  await build();
  console.log(`dist/: ${BINS.join(', ')} (${Math.round(performance.now() - started)} ms)`);
}
