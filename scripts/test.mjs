// `npm test`: sets up what is missing, checks everything, and ends with one line that counts it all.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianPackages, npmPackages, root, run } from './setup.mjs';

/** What is checked besides the tests: each counts as one. */
const CHECKS = [
  { name: 'build', args: ['--import', './scripts/typescript.mjs', 'scripts/build.ts'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'types of the pages', args: ['node_modules/typescript/bin/tsc', '-p', 'src/web/client'] },
  {
    name: "types of the inspector's page",
    args: ['node_modules/typescript/bin/tsc', '-p', 'visualizations/page'],
  },
  { name: 'lint', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
];

const count = { passed: 0, failed: 0, skipped: 0 };

npmPackages();
debianPackages();
for (const { name, args } of CHECKS) {
  console.log(`\n${name}`);
  const passed = run(process.execPath, args) === 0;
  count[passed ? 'passed' : 'failed'] += 1;
  if (!passed) console.log(`${name}: failed`);
}
tests();
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;

/** Runs every test file: the rooms, stale drawings and documents, behaviour, the packed package. */
function tests() {
  const folder = mkdtempSync(join(tmpdir(), 'statevisor-tests-'));
  const report = join(folder, 'report.json');
  const status = run(process.execPath, [
    ...['-C', 'development', 'node_modules/vitest/vitest.mjs', 'run'],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ]);
  const failedBefore = count.failed;
  try {
    for (const file of JSON.parse(readFileSync(report, 'utf8')).testResults) countFile(file);
  } catch (error) {
    console.error(`vitest: no report: ${error.message}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  // An error outside any test fails no test, and yet it is one.
  if (status !== 0 && count.failed === failedBefore) count.failed += 1;
}

function countFile({ name, status, assertionResults }) {
  const failed = assertionResults.filter(test => test.status === 'failed').length;
  count.failed += failed;
  if (status === 'failed' && failed === 0) count.failed += 1; // The file itself could not be loaded.
  for (const test of assertionResults) {
    if (test.status === 'passed') count.passed += 1;
    else if (test.status !== 'failed') skip(name.replace(root, ''), test.fullName);
  }
}

function skip(file, test) {
  count.skipped += 1;
  console.log(`skipped: ${file}: ${test}`);
}
