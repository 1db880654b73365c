import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.ts';
import { curve } from './curve.ts';
import { EXPERIMENTS } from './experiments.ts';
import { machine } from './machine.ts';
import { installPm2 } from './pm2.ts';
import { createProgress } from './progress.ts';
import type { Experiment } from './row.ts';
import { markdown } from './table.ts';
import { type Outcome, type Plan, roundsOf, takeTurns } from './turns.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    ours: { type: 'boolean', default: false },
    pm2: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('out', import.meta.url)) },
    curve: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

const plan: Plan = {
  quick: options.quick,
  ours: options.ours,
  pm2: options.pm2,
  limit: 600_000,
  ...(options.rounds === undefined ? {} : { rounds: Number(options.rounds) }),
};

const isWanted = ({ name, rounds }: Experiment) =>
  options.only.length > 0
    ? options.only.some(part => name === part || name.startsWith(`${part}-`))
    : (options.quick ? rounds.quick : rounds.full) > 0;

const say = (line: string) => process.stderr.write(`${line}\n`);

/** All experiments, one after the other; what breaks is told and left behind. */
async function takeAll(chosen: readonly Experiment[], shop: Workshop): Promise<readonly Outcome[]> {
  const secondsOf = (one: Experiment) =>
    roundsOf(one, plan) * (plan.quick ? one.seconds.quick : one.seconds.full);
  const total = chosen.reduce((sum, one) => sum + secondsOf(one), 0);
  const progress = createProgress(total, () => performance.now());
  const outcomes: Outcome[] = [];
  for (const one of chosen) {
    const rounds = roundsOf(one, plan);
    const outcome = await takeTurns(one, shop, plan, (who, round) =>
      say(`[${progress}] ${one.name}: ${who} ${round}/${rounds}`),
    );
    progress.done(secondsOf(one));
    if (outcome.refusal !== undefined) say(`${one.name}: left out: ${outcome.refusal}`);
    for (const { who, message } of outcome.failures) say(`${one.name}: ${who} FAILED: ${message}`);
    say(markdown(outcome.results));
    outcomes.push(outcome);
  }
  return outcomes;
}

function write(outcomes: readonly Outcome[], before: ReturnType<typeof machine>): void {
  const results = outcomes.flatMap(({ results }) => results);
  const report = {
    machine: { ...before, 'load after': machine().load },
    quick: options.quick,
    failures: outcomes.flatMap(({ failures }) => failures),
    results,
  };
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, 'results.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(options.out, 'results.md'), markdown(results));
  const picture = curve(results);
  if (picture === undefined) return;
  for (const path of [join(options.out, 'growth.svg'), options.curve]) {
    if (path !== undefined) writeFileSync(path, picture);
  }
}

/** Ctrl-C and TERM end everything that was started, by its pid; a second one does not wait for it. */
function heedInterrupts(shop: Workshop): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      say(`${signal}: ending what was started`);
      await shop.close();
      process.exit(130);
    });
  }
}

async function main(): Promise<void> {
  const chosen = EXPERIMENTS.filter(isWanted);
  if (options.list || chosen.length === 0) {
    for (const { name, rows } of EXPERIMENTS)
      console.log(`${name}: ${rows.map(({ title }) => title).join('; ')}`);
    return;
  }
  await build();
  if (plan.pm2) await installPm2();
  const before = machine();
  const shop = openWorkshop(options.quick);
  heedInterrupts(shop);
  const begun = performance.now();
  let outcomes: readonly Outcome[] = [];
  try {
    outcomes = await takeAll(chosen, shop);
  } finally {
    await shop.close();
  }
  write(outcomes, before);
  const results = outcomes.flatMap(({ results }) => results);
  const failures = outcomes.flatMap(({ failures }) => failures);
  console.log(markdown(results));
  for (const { experiment, who, message } of failures)
    console.log(`failed: ${experiment}, ${who}: ${message}`);
  console.log(`${results.length} figures in ${Math.round((performance.now() - begun) / 1000)} s`);
  if (failures.length > 0) process.exitCode = 1;
}

await main();
