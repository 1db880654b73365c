import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A file of the inspector's page. */
export interface PageFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The page on which a running tree is looked at: our own charts, as `npm run diagrams` has drawn them, and a bridge to
 * Stately's inspector for whoever wants that.
 */
export async function inspectorPage(root: string): Promise<readonly PageFile[]> {
  const here = join(root, 'visualizations/page');
  const diagrams = join(root, 'visualizations/diagrams');
  const { outputFiles } = await build({
    entryPoints: [join(here, 'page.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    write: false,
    logLevel: 'warning',
  });
  const charts = (await readdir(diagrams)).filter(name => name.endsWith('.svg'));
  return [
    ...outputFiles.map(({ text }) => ({ name: 'page.js', text })),
    ...(await Promise.all(
      ['index.html', 'page.css'].map(async name => ({
        name,
        text: await readFile(join(here, name), 'utf8'),
      })),
    )),
    ...(await Promise.all(
      charts.map(async name => ({ name, text: unstyled(await readFile(join(diagrams, name), 'utf8')) })),
    )),
  ];
}

/** The page's own style sheet dresses them: its policy lets no style stand in a document. */
const unstyled = (svg: string): string => svg.replace(/<style>[\s\S]*?<\/style>\n?/, '');
