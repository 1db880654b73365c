import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build as bundle } from 'esbuild';
import { replace } from './replace.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

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

/**
 * The commands that are large enough for their bytecode to be kept, and what their launcher does first: V8 takes
 * bytecode only under the flags that it was made with.
 */
const LAUNCHED: Readonly<Partial<Record<string, string>>> = {
  supervisord: "import './src/heap.ts';",
  supervisorctl: '',
};

// CommonJS starts some 5 ms sooner than an ES module does, on Node 20 as on 22.
const options = (name: string, version: string) =>
  ({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The launcher reads it as Latin-1, which V8 keeps as it is.
    charset: 'ascii',
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

/** Bundles every command and its parts into a folder; promises the paths of all that went into them. */
export async function commands(outdir: string, version: string): Promise<readonly string[]> {
  await mkdir(join(outdir, 'bundles'), { recursive: true });
  // The package is of ES modules, its bundles are not.
  await replace(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  const sources = [...BINS.map(name => ({ source: `src/${name}.ts`, name })), ...PARTS];
  const made = await Promise.all(sources.map(part => make(part, outdir, version)));
  await clean(join(outdir, 'bundles'), new Set(made.map(({ bundle }) => bundle)));
  return made.flatMap(({ inputs }) => inputs);
}

interface Made {
  /** The name of the file in bundles/, if there is one. */
  readonly bundle: string;
  readonly inputs: readonly string[];
}

async function make(
  { source, name }: { readonly source: string; readonly name: string },
  outdir: string,
  version: string,
): Promise<Made> {
  const entry = { ...options(name, version), entryPoints: [source], outdir };
  const launches = LAUNCHED[name];
  const entryNames = launches === undefined ? name : `bundles/${name}-[hash]`;
  const { outputFiles, metafile } = await bundle({ ...entry, entryNames });
  const inputs = Object.keys(metafile.inputs);
  refuse(name, inputs);
  const [{ path = '', text = '' } = {}] = outputFiles;
  const isCommand = source === `src/${name}.ts`;
  if (launches === undefined) await (isCommand ? install(path, text) : replace(path, text));
  else {
    await replace(path, wrapped(text));
    await install(join(outdir, `${name}.js`), await launcher(launches, `bundles/${basename(path)}`));
  }
  return { bundle: basename(path), inputs };
}

/** A bundle as its launcher runs it (src/launcher.ts says why). Minified, so that what reads as an import is one. */
const wrapped = (text: string): string =>
  `(function(require,module,__filename,__import,__keepBytecode){${text.replaceAll(/\bimport\(/g, '__import(')}})`;

/** The text of a command that runs a bundle by its bytecode. */
async function launcher(first: string, path: string): Promise<string> {
  const run = `runBundle(\`\${__dirname}/${path}\`, { require, module, filename: __filename });`;
  const contents = `${first}\nimport { runBundle } from './src/launcher.ts';\n${run}`;
  const made = await bundle({
    ...{ absWorkingDir: root, stdin: { contents, resolveDir: root, loader: 'ts' }, bundle: true },
    ...{ platform: 'node', target: 'node20', format: 'cjs', minify: true, write: false, logLevel: 'warning' },
  });
  return made.outputFiles[0]?.text ?? '';
}

/** Fails the build when a bundle holds what its command must not load. */
function refuse(name: string, inputs: readonly string[]): void {
  for (const absent of ABSENT[name] ?? []) {
    const input = inputs.find(path => path.includes(`node_modules/${absent}/`));
    if (input) throw new Error(`dist/${name}.js: holds ${input}: this command must start without ${absent}`);
  }
}

/** Removes the bundles of other builds, and what they kept. */
async function clean(folder: string, bundles: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    const isOurs = [...bundles].some(bundle => name.startsWith(bundle));
    if (!isOurs) await rm(join(folder, name), { force: true });
  }
}

const install = (path: string, text: string): Promise<void> =>
  replace(path, `#!/usr/bin/env node\n${text}`, 0o755);
