import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = ['.', 'docs', 'bench', 'examples'].flatMap(folder =>
  (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [])
    .filter(name => name.endsWith('.md'))
    .map(name => join(folder, name)),
);

describe('the documents', () => {
  it.each(pages)('%s links to files that are there', page => {
    const text = readFileSync(join(root, page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target);
    const local = links.filter(target => !/^\w+:/.test(target));
    expect(local.filter(target => !existsSync(resolve(root, dirname(page), target)))).toEqual([]);
  });

  it.each(pages)('%s names npm scripts that exist', page => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const text = readFileSync(join(root, page), 'utf8');
    const named = [...text.matchAll(/npm run ([a-z]+)/g)].map(([, name = '']) => name);
    expect(named.filter(name => !(name in scripts))).toEqual([]);
  });
});
