import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { ProcessOutput } from '../../src/output/output.ts';
import { folder, outputsIn, processSpec, streamSpec } from './outputs.ts';

/** OUTPUT_PROOF_MB=1000 runs the large proof. */
const MEGABYTES = Number(process.env.OUTPUT_PROOF_MB ?? 64);
const WRITERS = MEGABYTES >= 500 ? 20 : 6;
const LINES = Math.ceil((MEGABYTES * 1000) / WRITERS);
const RUNS = ['killed', 'killed again', 'whole'] as const;

const writer = fileURLToPath(new URL('./writer.mjs', import.meta.url));
const line = (run: string, number: number) =>
  Buffer.from(`${run} ${number} ${'\0\xff'.repeat(490)}\n`, 'latin1');

/** Runs a writer, kills it half way if told so, and returns how many lines it knew to be written. */
async function writeRun(output: ProcessOutput, run: string, acks: string): Promise<number> {
  const ends = output.openChildEnds();
  const child = spawn(process.execPath, [writer, run, String(LINES), acks], {
    stdio: ['ignore', ends.stdout, ends.stderr],
  });
  closeSync(ends.stdout);
  closeSync(ends.stderr);
  const ended = once(child, 'exit');
  const acknowledged = () => (existsSync(acks) ? Number(readFileSync(acks, 'utf8')) : 0);
  if (run !== 'whole') {
    // Real time: the kill comes somewhere among its writes.
    while (acknowledged() < LINES / 4 && child.exitCode === null) await sleep(2);
    child.kill('SIGKILL');
  }
  await ended;
  await output.drain();
  return acknowledged() + 1;
}

/** The log of a program, from its oldest rotated file to its newest. */
function whole(home: string, name: string): Buffer {
  const numbers = readdirSync(home).flatMap(file => {
    const match = new RegExp(`^${name}\\.log\\.(\\d+)$`).exec(file);
    return match === null ? [] : [Number(match[1])];
  });
  const files = numbers.sort((a, b) => b - a).map(number => `${name}.log.${number}`);
  return Buffer.concat([...files, `${name}.log`].map(file => readFileSync(join(home, file))));
}

it(`loses no byte of ${WRITERS} writers through rotation, kills and restarts`, {
  timeout: 300_000,
}, async () => {
  const home = folder();
  const { outputs, reports } = outputsIn(home);
  const proofs = Array.from({ length: WRITERS }, async (_, number) => {
    const name = `w${number}`;
    const output = outputs.add(
      processSpec({
        name,
        group: name,
        stdout: streamSpec({
          logfile: [{ to: 'file', path: join(home, `${name}.log`) }],
          logfile_maxbytes: 1_000_000,
          logfile_backups: 10_000,
        }),
      }),
    );
    const acknowledged = new Map<string, number>();
    for (const run of RUNS) acknowledged.set(run, await writeRun(output, run, join(home, `${name}.${run}`)));
    expect(acknowledged.get('whole')).toBe(LINES);
    // Pipes keep the order, so its last line comes last.
    const last = line('whole', LINES - 1);
    const endOf = (file: string) => readFileSync(join(home, file)).subarray(-last.length);
    // It may be what made the file full.
    expect([`${name}.log`, `${name}.log.1`].some(file => endOf(file).equals(last))).toBe(true);
    const expected = createHash('sha256');
    let size = 0;
    for (const [run, count] of acknowledged) {
      // What a killed writer wrote but did not live to acknowledge is one line at most.
      const written = whole(home, name).includes(line(run, count)) ? count + 1 : count;
      for (let number = 0; number < written; number++) {
        const bytes = line(run, number);
        expected.update(bytes);
        size += bytes.length;
      }
    }
    expect(existsSync(join(home, `${name}.log.3`))).toBe(true);
    const log = whole(home, name);
    expect(log.length).toBe(size);
    expect(createHash('sha256').update(log).digest('hex')).toBe(expected.digest('hex'));
  });
  await Promise.all(proofs);
  expect(reports).toEqual([]);
});
