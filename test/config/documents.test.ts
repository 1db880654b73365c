import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { documentText } from '../../src/config/document.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { SECTIONS } from '../../src/config/options/sections.ts';
import { sampleText } from '../../src/config/sample.ts';
import { configurationSchema } from '../../src/config/schema.ts';
import { run } from '../support/run.ts';
import { folderOf, plainOptions, processesOf, worldIn } from './world.ts';

const document = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url));
const loadSample = (text: string) =>
  loadConfiguration(plainOptions('a.conf'), worldIn(folderOf({ 'a.conf': text, 'conf.d/none': '' })));

/** The sample with everything in force. */
const everything = sampleText()
  .replaceAll(/^;(?=\[|[a-z_.]+=)/gm, '')
  .replaceAll('nobody:nogroup', 'web:staff')
  .replaceAll('nobody', 'web');

describe('docs/configuration.md', () => {
  it('is what the table of options says (vitest -u writes it anew)', async () => {
    await expect(documentText()).toMatchFileSnapshot(document);
  });
});

describe('the sample', () => {
  it('is a valid configuration without a warning', () => {
    const { servers, groups, warnings } = loadSample(sampleText());
    expect(servers).toMatchObject([{ address: { kind: 'unix', path: '/tmp/supervisor.sock' } }]);
    expect(groups).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('is one with everything in force, too', () => {
    const loaded = loadSample(everything);
    expect(loaded.groups.map(({ name }) => name)).toEqual(['listener', 'animals', 'fcgi']);
    expect(processesOf(loaded).map(({ fault }) => fault)).toEqual([undefined, undefined, undefined]);
    expect(loaded.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^No file matches via include ".*\/conf\.d\/\*\.conf"$/),
    ]);
  });

  it('shows every option of every section that it has', () => {
    const sections = everything.split(/^\[/m).slice(1);
    for (const section of sections) {
      const name = section.slice(0, section.indexOf(']'));
      const kind = SECTIONS.find(({ matches }) => matches.test(name));
      const shown = [...section.matchAll(/^([a-z_.]+)=/gm)].map(([, option]) => option);
      expect(shown.sort()).toEqual(Object.keys(kind?.options ?? {}).sort());
    }
  });

  it.skipIf(!existsSync('/usr/bin/supervisord'))("is valid for Python's supervisord", async () => {
    const folder = folderOf({ 'a.conf': `${sampleText()}\n[supervisord]\nlogfile=%(here)s/no/such/x` });
    // The last line is refused only after the file was read, so nothing starts.
    const { stderr } = await run('/usr/bin/supervisord', ['-n', '-c', `${folder}/a.conf`]);
    expect(stderr).toMatch(
      /^Error: The directory named as part of the path .*\/no\/such\/x does not exist\n/,
    );
  });
});

describe('the JSON Schema', () => {
  it('has every section and option, with its meaning and its default', () => {
    const { patternProperties } = configurationSchema() as {
      patternProperties: Record<
        string,
        { properties: Record<string, { description: string; default?: string }> }
      >;
    };
    for (const { header, options } of SECTIONS) {
      const example = header.replace(/x$/, 'some');
      const found = Object.entries(patternProperties).filter(([pattern]) =>
        new RegExp(pattern).test(example),
      );
      expect(found, header).toHaveLength(1);
      for (const [name, row] of Object.entries(options)) {
        const schema = found[0]?.[1].properties[name];
        expect(schema?.description).toContain(row.help);
        expect(schema?.default).toBe(row.written);
      }
    }
  });
});
