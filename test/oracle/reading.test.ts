import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFolder } from '../../src/config/disk.ts';
import { ConfigError, ValueFault } from '../../src/config/errors.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { QuotingFault } from '../../src/config/shell.ts';
import type { ConfigWorld } from '../../src/config/world.ts';
import { lookupGroup, lookupUser } from '../../src/process/users.ts';
import { plainOptions } from '../config/world.ts';
import { has } from '../support/needs.ts';
import { told } from './reading/configuration.ts';
import { fileText, folderOfFiles } from './reading/grammar.ts';
import { type PythonReader, type Reading, startPythonReader } from './reading/python.ts';
import { READERS } from './reading/values.ts';

/** How many texts each property tries; more by hand: `RUNS=10000 npx vitest run test/oracle/reading.test.ts`. */
const numRuns = Number(process.env.RUNS ?? 60);
/** The same texts each time, but others by hand. */
const seed = process.env.RUNS ? undefined : 1;

const ENV = { HOME: '/root', PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TEN: '10', NAME: 'a b' };

function reading(action: () => unknown): Reading {
  try {
    return { read: action() };
  } catch (error) {
    if (error instanceof ConfigError) return { refused: error.finding.message };
    if (error instanceof ValueFault || error instanceof QuotingFault) return { refused: error.message };
    throw error;
  }
}

/** What is read otherwise on purpose: docs/differences.md has the reasons. */
const DIFFERENT = [
  /^Invalid user (name|id) /,
  /^The directory named as part of the path /,
  // [supervisord] environment with %%.
  / for 'environment' is badly formatted: /,
  // Python tells any one of several, as its hashes fall.
  /^Unknown event type /,
];

describe.skipIf(!has('supervisor'))("any text, beside Python's readers", () => {
  let python: PythonReader;
  const folder = mkdtempSync(join(tmpdir(), 'statevisor-'));
  const world: ConfigWorld = {
    env: ENV,
    hostname: hostname(),
    cwd: folder,
    uid: 0,
    lookupUser,
    lookupGroup,
    isFolder,
  };
  beforeAll(() => {
    python = startPythonReader(ENV);
  });
  afterAll(async () => {
    await python.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(Object.entries(READERS))(
    '%s: means the same, or is refused in the same words',
    async (reader, { read, letters }) => {
      const texts = fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map(parts => parts.join(''));
      await fc.assert(
        fc.asyncProperty(texts, async text => {
          expect(reading(() => read(text))).toEqual(await python.read({ reader, text }));
        }),
        { seed, numRuns },
      );
    },
  );

  const same = async (files: Readonly<Record<string, string>>): Promise<void> => {
    const theirs = await python.read({ configuration: { folder, files } });
    if ('refused' in theirs && DIFFERENT.some(words => words.test(theirs.refused))) return;
    const mine = reading(() => told(loadConfiguration(plainOptions('a.conf'), world)));
    expect(JSON.parse(JSON.stringify(mine))).toEqual(theirs);
  };

  it('a configuration means the same, or is refused in the same words', async () => {
    const files = fileText.map(text => ({ 'a.conf': text }));
    await fc.assert(fc.asyncProperty(files, same), { seed, numRuns: numRuns * 5 });
  });

  it('what a configuration includes means the same, or is refused in the same words', async () => {
    await fc.assert(fc.asyncProperty(folderOfFiles, same), { seed, numRuns });
  });
});
