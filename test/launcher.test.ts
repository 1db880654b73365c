import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runBundle } from '../src/launcher.ts';

/** What the bundle of these tests says of a run. */
interface Said {
  readonly filename: string;
  readonly sum: number;
  readonly load: (id: string) => Promise<unknown>;
  readonly keep: () => void;
}

const TEXT = `(function(require,module,__filename,__import,__keepBytecode){
  const sum = numbers => numbers.reduce((a, b) => a + b, 0);
  module.said = { filename: __filename, sum: sum([1, 2, 3]), load: __import, keep: __keepBytecode };
})`;

let folder: string;
let bundle: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statevisor-launcher-'));
  bundle = join(folder, 'command-ABC.js');
  await writeFile(bundle, TEXT);
});

afterEach(() => rm(folder, { recursive: true }));

const require = createRequire(import.meta.url);

const run = (asked: (id: string) => unknown = require, path = bundle): Said => {
  const module = {} as { said: Said };
  runBundle(path, { require: asked, module, filename: '/opt/command.js' });
  return module.said;
};

/** Where a bundle's bytecode is kept. */
const keptFor = (path: string) => `${path}.${process.versions.v8}-${process.arch}.bytecode`;
const KEPT = keptFor('command-ABC.js');
const bytecode = () => readFile(keptFor(bundle));

describe('a launcher', () => {
  it('runs a bundle, which believes to be the file that launches it', () => {
    expect(run()).toMatchObject({ filename: '/opt/command.js', sum: 6 });
  });

  it('keeps nothing before it is told to', async () => {
    run();
    expect(await readdir(folder)).toEqual(['command-ABC.js']);
  });

  it('keeps the bytecode beside the bundle, for this version and processor, and nothing else', async () => {
    run().keep();
    expect((await readdir(folder)).toSorted()).toEqual(['command-ABC.js', KEPT]);
  });

  it('runs by the bytecode that was kept, which then stays as it is', async () => {
    run().keep();
    const first = await bytecode();
    // Of other text with the same length V8 would run what was kept: that it does shows that it was used.
    await writeFile(bundle, TEXT.replace('1, 2, 3', '1, 2, 4'));
    const second = run();
    second.keep();
    expect(second.sum).toBe(6);
    expect(await bytecode()).toEqual(first);
  });

  it.each([
    ['of another V8', (kept: Buffer) => kept.fill(0, 0, 12)],
    ['cut short', (kept: Buffer) => kept.subarray(0, kept.length - 8)],
    ['empty', () => Buffer.alloc(0)],
  ])('runs without bytecode that is %s, and keeps its own', async (_, spoil) => {
    run().keep();
    const good = await bytecode();
    // Under other names, for V8 remembers in this process what it has compiled.
    const [other, third] = ['XYZ', 'UVW'].map(name => bundle.replace('ABC', name)) as [string, string];
    await writeFile(other, TEXT);
    await writeFile(keptFor(other), spoil(Buffer.from(good)));
    const second = run(require, other);
    expect(second.sum).toBe(6);
    second.keep();
    // What it kept runs in place of another text of the same length.
    await writeFile(third, TEXT.replace('1, 2, 3', '1, 2, 4'));
    await copyFile(keptFor(other), keptFor(third));
    expect(run(require, third).sum).toBe(6);
  });

  it('imports modules for a bundle, by bytecode as well', async () => {
    run().keep();
    const module = join(folder, 'module.mjs');
    await writeFile(module, 'export const answer = 42;');
    expect(await run().load(pathToFileURL(module).href)).toMatchObject({ answer: 42 });
  });

  it('leaves nothing behind where the bytecode cannot be kept', async () => {
    const first = run();
    await mkdir(join(folder, KEPT));
    first.keep();
    expect((await readdir(folder)).toSorted()).toEqual(['command-ABC.js', KEPT]);
    expect(run().sum).toBe(6);
  });

  it('loads what a command may not need when it is first used', async () => {
    await writeFile(
      bundle,
      `(function(require,module){
        const fs = require('node:fs'), zlib = require('node:zlib');
        module.said = { zlib, isFile: fs.statSync(${JSON.stringify(bundle)}).isFile() };
      })`,
    );
    const loaded: string[] = [];
    const said = run(id => {
      loaded.push(id);
      return require(id);
    }) as unknown as { readonly zlib: typeof import('node:zlib'); readonly isFile: boolean };
    expect({ loaded: [...loaded], isFile: said.isFile }).toEqual({ loaded: ['node:fs'], isFile: true });
    expect(said.zlib.gunzipSync(said.zlib.gzipSync('text')).toString()).toBe('text');
    expect(loaded).toContain('node:zlib');
  });
});
