import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, build as bundle, type OutputFile } from 'esbuild';
import { inspectorPage } from '../visualizations/inspect.ts';
import { notices } from './notices.ts';
import { pages } from './pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const TSC = join(root, 'node_modules/typescript/bin/tsc');

/** The commands of the package: src/NAME.ts becomes the executable dist/NAME.js. */
export const BINS = ['supervisord', 'supervisorctl', 'echo_supervisord_conf', 'pidproxy'] as const;

/** What must not be in a bundle, by bin: a client that talks to any supervisord needs no statecharts. */
const ABSENT: Readonly<Partial<Record<string, readonly string[]>>> = {
  supervisorctl: ['xstate', 'execa', 'winston'],
  echo_supervisord_conf: ['xstate', 'execa', 'winston'],
  pidproxy: ['xstate', 'execa', 'winston'],
};

/** What supervisord loads when it is asked for it: each becomes a bundle of its own beside the command's. */
const PARTS = [{ source: 'src/inspect/server.ts', name: 'inspector' }] as const;

// CommonJS starts some 5 ms sooner than an ES module does, on Node 20 as on 22.
const options = (name: string, version: string) =>
  ({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // A late import becomes a require, for Node's loader of ES modules costs 7 ms. The daemon keeps it: a plug-in that
    // it loads may be an ES module.
    supported: { 'dynamic-import': name === 'supervisord' },
    minify: true,
    legalComments: 'none',
    external: ['koffi'],
    define: { __VERSION__: JSON.stringify(version), 'import.meta.url': '__bundle' },
    // What esbuild itself drops from CommonJS: a module may ask where it is.
    banner: { js: "const __bundle=require('node:url').pathToFileURL(__filename).href;" },
    metafile: true,
    write: false,
    logLevel: 'warning',
  }) satisfies BuildOptions;

/** The modules that other packages import: `statevisor` and `statevisor/listener`. */
const LIBRARIES = ['statevisor', 'listener'] as const;

/** Bundles every command, and the modules for other packages, into dist/. */
export async function build(): Promise<void> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const outdir = join(root, 'dist');
  await mkdir(outdir, { recursive: true });
  // The package is of ES modules, its bundles are not.
  await replace(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  const inputs = await Promise.all(
    BINS.map(async name => {
      const result = await bundle({
        ...options(name, version),
        entryPoints: [`src/${name}.ts`],
        outfile: join(outdir, `${name}.js`),
      });
      const files = Object.keys(result.metafile.inputs);
      refuse(name, files);
      for (const file of result.outputFiles) await install(file);
      return files;
    }),
  );
  for (const { source, name } of PARTS) {
    const outfile = join(outdir, `${name}.js`);
    const part = await bundle({ ...options(name, version), entryPoints: [source], outfile });
    for (const { path, text } of part.outputFiles) await replace(path, text);
    inputs.push(Object.keys(part.metafile.inputs));
  }
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
  await replace(join(outdir, 'NOTICES.txt'), await notices(root, [...inputs.flat(), ...shown]));
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

/** Fails the build when a bundle holds what its command must not load. */
function refuse(name: string, inputs: readonly string[]): void {
  for (const absent of ABSENT[name] ?? []) {
    const input = inputs.find(path => path.includes(`node_modules/${absent}/`));
    if (input) throw new Error(`dist/${name}.js: holds ${input}: this command must start without ${absent}`);
  }
}

async function install(file: OutputFile): Promise<void> {
  const text = file.text.startsWith('#!') ? file.text : `#!/usr/bin/env node\n${file.text}`;
  await replace(file.path, text, 0o755);
}

// By rename, so that a command which starts meanwhile reads the old file or the new one, never a half.
async function replace(path: string, text: string, mode = 0o644): Promise<void> {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, text);
  await chmod(fresh, mode);
  await rename(fresh, path);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = performance.now();
  await build();
  console.log(`dist/: ${BINS.join(', ')} (${Math.round(performance.now() - started)} ms)`);
}
