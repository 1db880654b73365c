import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type AnyStateMachine, StateMachine } from 'xstate';
import { architecture } from './architecture.ts';
import { chart } from './chart.ts';
import { layout } from './layout.ts';
import { live } from './live.ts';
import { mermaid } from './mermaid.ts';
import { svg } from './svg.ts';
import { table } from './table.ts';
import { terminal } from './terminal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every machine that a file of machines/ exports, in the order of the files' names. */
export async function machines(): Promise<readonly AnyStateMachine[]> {
  const files = (await readdir(join(root, 'machines'))).filter(name => name.endsWith('.ts')).sort();
  const modules = await Promise.all(
    files.map(name => import(pathToFileURL(join(root, 'machines', name)).href)),
  );
  return modules.flatMap(exported => Object.values(exported).filter(isMachine));
}

const isMachine = (value: unknown): value is AnyStateMachine => value instanceof StateMachine;

/** The charts that `supervisorctl chart` shows. */
const IN_TERMINALS: ReadonlySet<string> = new Set(['instance', 'supervisor']);

/** All that is generated from the machines: paths in the tree and their texts. */
export async function documents(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const machine of await machines()) {
    const drawn = chart(machine);
    found.set(`visualizations/diagrams/${drawn.name}.mmd`, mermaid(drawn));
    found.set(`visualizations/diagrams/${drawn.name}.svg`, svg(drawn.name, await layout(drawn)));
    if (IN_TERMINALS.has(drawn.name)) {
      found.set(`visualizations/diagrams/${drawn.name}.terminal.json`, await terminal(drawn));
    }
    if (drawn.name !== 'instance') continue;
    found.set('docs/instance-table.md', table(drawn));
    found.set('visualizations/diagrams/instance.json', await live(drawn));
  }
  found.set('visualizations/diagrams/architecture.svg', svg('architecture', await layout(architecture)));
  return found;
}

/** The paths whose text is missing or is not what the machines say now. */
export async function stale(): Promise<readonly string[]> {
  const checked = [...(await documents())].map(async ([path, text]) => {
    const written = await readFile(join(root, path), 'utf8').catch(absent);
    return written === text ? [] : [path];
  });
  return (await Promise.all(checked)).flat();
}

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, text] of await documents()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(path);
  }
}
