import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { breaches } from './support/rooms.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const files = ['machines', 'src', 'visualizations'].flatMap(room =>
  readdirSync(`${root}${room}`, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.[cm]?[jt]sx?$/.test(name))
    .map(name => `${room}/${name}`),
);

describe('the rooms', () => {
  it('are where the table says', () => {
    for (const path of [
      'machines/instance.ts',
      'machines/info.ts',
      'src/rpc/codec.ts',
      'src/rpc/faults.ts',
    ]) {
      expect(existsSync(`${root}${path}`), path).toBe(true);
    }
  });

  it.each(files)('%s imports what its room may', file => {
    expect(breaches(file, readFileSync(`${root}${file}`, 'utf8'))).toEqual([]);
  });
});

describe('a breach is seen:', () => {
  const machine =
    'a machine imports xstate and its siblings, and decides without a clock, chance, I/O or throw';
  const whole = 'the files of src/ itself put the whole together: no room imports them';

  it.each([
    ['machines/a.ts', "import { x } from '../src/rpc/codec.ts';", 'imports src/rpc/codec.ts', machine],
    ['machines/a.ts', 'import fs from "node:fs";', 'imports node:fs', machine],
    ['machines/a.ts', "const x = () => import('execa');", 'imports execa', machine],
    ['machines/a.ts', 'const now = () => Date.now();', 'says Date', machine],
    ['machines/a.ts', 'const id = process.pid;', 'says process.pid', machine],
    ['machines/a.ts', 'const luck = Math.random();', 'says Math.random', machine],
    ['machines/a.ts', 'console.log(1);', 'says console', machine],
    ['machines/a.ts', "throw new Error('x');", 'says throw', machine],
    ['src/rpc/a.ts', "import { start } from '../wire.ts';", 'imports src/wire.ts', whole],
    ['visualizations/a.ts', "import '../src/supervisord.ts';", 'imports src/supervisord.ts', whole],
    [
      'src/wire.ts',
      "import './supervisord.ts';",
      'imports src/supervisord.ts',
      'a command is imported by nobody',
    ],
  ])('%s: %s', (file, code, what, rule) => {
    expect(breaches(file, `\n${code}\n`)).toEqual([`${file}:2: ${what}: ${rule}`]);
  });

  it.each([
    ['src/config/a.ts', 'xstate'],
    ['src/config/a.ts', '../process/spawn.ts'],
    ['src/config/a.ts', '../../machines/events.ts'],
    ['src/process/a.ts', '../config/read.ts'],
    ['src/output/a.ts', '../rpc/codec.ts'],
    ['src/events/a.ts', '../../machines/instance.ts'],
    ['src/rpc/a.ts', '../process/spawn.ts'],
    ['src/rpc/a.ts', '../../machines/instance.ts'],
    ['src/web/a.ts', '../config/read.ts'],
    ['src/inspect/a.ts', '../config/read.ts'],
    ['src/inspect/a.ts', '../process/spawn.ts'],
    ['src/ctl/a.ts', 'xstate'],
    ['src/ctl/a.ts', '../../machines/states.ts'],
    ['src/ctl/a.ts', '../rpc/server.ts'],
    ['src/ctl/a.ts', '../version.ts'],
    ['src/client/a.ts', '../rpc/codec.ts'],
    ['src/client/a.ts', 'xstate'],
  ])('%s imports %s', (file, target) => {
    const several = `import {\n  a,\n} from '${target}';`;
    expect(breaches(file, several)).toEqual([expect.stringMatching(`^${file}:3: imports `)]);
  });

  it.each([
    ['machines/a.ts', "import { setup } from 'xstate';\nimport { b } from './b.ts';"],
    [
      'machines/a.ts',
      "// import fs from 'node:fs'; throw\n/* new Date() */ const process = { name: 'throw' };",
    ],
    ['src/config/a.ts', "import ini from 'ini';\nimport type { ProcessSpec } from '../../machines/spec.ts';"],
    [
      'src/process/a.ts',
      "import { execa } from 'execa';\nimport { processPort } from '../../machines/ports.ts';",
    ],
    ['src/rpc/a.ts', "import { info } from '../../machines/info.ts';"],
    ['src/ctl/a.ts', "import { decode } from '../rpc/codec.ts';\nimport { row } from './format.ts';"],
    ['src/supervisord.ts', "import { wire } from './wire.ts';\nimport { config } from './config/read.ts';"],
  ])('%s may say %s', (file, code) => {
    expect(breaches(file, code)).toEqual([]);
  });
});
