import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConfiguration } from '../../src/config/check.ts';
import { ConfigError } from '../../src/config/errors.ts';
import { SECTIONS } from '../../src/config/options/sections.ts';
import { folderOf, load, plainOptions, worldIn } from './world.ts';

const value = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.integer().map(String),
  fc.constantFrom(
    'true',
    'x',
    'a,b',
    'TICK_5',
    '%(here)s',
    '%(nope)s',
    '%(process_num)d',
    '%',
    '%%',
    '5%d',
    '"',
    "'",
    'A=1,B="2"',
    '1MB',
    'TERM',
    'web',
    'web:staff',
    '/tmp/x',
    '/no/such/x',
    'unix:///tmp/x',
    'tcp://a:1',
    '022',
    'AUTO',
    '~/x',
    '1_0',
  ),
);

/** A section of a known kind with a few of its options. */
const section = fc
  .constantFrom(...SECTIONS.filter(({ header }) => header !== 'include'))
  .chain(({ header, options }) => {
    // Numbers of processes stay small: what is tried here is reading, not patience.
    const names = [...Object.keys(options).filter(name => name !== 'numprocs'), 'unknown'];
    return fc.tuple(
      fc.constantFrom(header, header.replace(/x$/, 'y'), header.replace(/x$/, 'a b')),
      fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 6 }),
    );
  })
  .map(([header, lines]) =>
    [`[${header}]`, ...lines.map(([name, written]) => `${name}=${written}`)].join('\n'),
  );

const configuration = fc
  .array(section, { maxLength: 6 })
  .map(sections => `${sections.join('\n')}\n[supervisord]\n`);

describe('any configuration', () => {
  it('is loaded or refused at a place, never worse', () => {
    fc.assert(
      fc.property(configuration, text => {
        try {
          load(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          expect((error as ConfigError).finding.place).toMatchObject({ file: 'a.conf' });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has errors for --check exactly where a start refuses it, and the first of them is among those', () => {
    fc.assert(
      fc.property(configuration, text => {
        const report = checkConfiguration(plainOptions('a.conf'), worldIn(folderOf({ 'a.conf': text })));
        try {
          load(text);
          expect(report.errors).toBe(0);
        } catch (error) {
          const { message, place } = (error as ConfigError).finding;
          const same = report.findings.filter(
            found => found.severity === 'error' && found.place?.line === place?.line,
          );
          expect(same.length, message).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
