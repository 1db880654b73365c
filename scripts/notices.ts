import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The copyright notices of the packages whose files are in a bundle: their licences ask that they go with it. */
export async function notices(root: string, inputs: readonly string[]): Promise<string> {
  const folders = new Set(
    inputs.flatMap(path => path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []),
  );
  const texts = [...folders].sort().map(async folder => {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(root, folder))).find(entry => /^licen[cs]e/i.test(entry));
    const text =
      file === undefined
        ? 'Its package has no text of the licence.'
        : await readFile(join(root, folder, file), 'utf8');
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}
