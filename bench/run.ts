import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.ts';
import { EXPERIMENTS } from './experiments.ts';
import { machine } from './machine.ts';
import { type Experiment, type Result, resultOf, type Samples, type Who } from './row.ts';
import { SUBJECTS } from './subject.ts';
import { markdown } from './table.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    ours: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('out/', import.meta.url)) },
    list: { type: 'boolean', default: false },
  },
});

const isWanted = ({ name, rounds }: Experiment) =>
  options.only.length > 0
    ? options.only.some(part => name === part || name.startsWith(`${part}-`))
    : !options.quick || rounds.quick > 0;

/** The turns of an experiment: A B A B, so that a busy hour of the machine meets both. */
async function experiment(
  { name, rows, rounds, subjects, measure, limit }: Experiment,
  shop: Workshop,
): Promise<readonly Result[]> {
  const samples: Partial<Record<Who, Record<string, number[]>>> = {};
  const keep = (who: Who, fresh: Samples) => {
    samples[who] ??= {};
    for (const [key, values] of Object.entries(fresh)) {
      samples[who][key] = [...(samples[who][key] ?? []), ...values];
    }
  };
  const turns = Number(options.rounds ?? (shop.quick ? Math.max(1, rounds.quick) : rounds.full));
  const wanted = SUBJECTS.filter(
    ({ who }) => (subjects ?? ['python', 'ours']).includes(who) && (who === 'ours' || !options.ours),
  );
  for (let turn = 0; turn < turns; turn++) {
    for (const subject of wanted) {
      process.stderr.write(`${name}: ${subject.who} ${turn + 1}/${turns}\n`);
      keep(subject.who, await measure(subject, shop));
    }
    if (limit !== undefined && !options.ours) keep('limit', await limit(shop));
  }
  return rows
    .map(row => {
      const of = (who: Who) => samples[who]?.[row.key] ?? [];
      return resultOf(name, row, { ours: of('ours'), python: of('python'), limit: of('limit') });
    })
    .filter(({ figures }) => Object.keys(figures).length > 0);
}

async function main(): Promise<void> {
  const chosen = EXPERIMENTS.filter(isWanted);
  if (options.list || chosen.length === 0) {
    for (const { name, rows } of EXPERIMENTS)
      console.log(`${name}: ${rows.map(({ title }) => title).join('; ')}`);
    return;
  }
  await build();
  const shop = openWorkshop(options.quick);
  const begun = performance.now();
  const before = machine();
  const results: Result[] = [];
  try {
    for (const one of chosen) {
      const fresh = await experiment(one, shop);
      process.stderr.write(markdown(fresh));
      results.push(...fresh);
    }
  } finally {
    shop.close();
  }
  const report = { machine: { ...before, 'load after': machine().load }, quick: options.quick, results };
  mkdirSync(options.out, { recursive: true });
  writeFileSync(`${options.out}/results.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${options.out}/results.md`, markdown(results));
  console.log(markdown(results));
  console.log(`${results.length} figures in ${Math.round((performance.now() - begun) / 1000)} s`);
}

await main();
