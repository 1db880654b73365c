import { type Experiment, type Result, resultOf, type Samples, WHO, type Who } from './row.ts';
import { SUBJECTS } from './subject.ts';
import type { Workshop } from './workshop.ts';

/** What the command line asks for. */
export interface Plan {
  readonly quick: boolean;
  /** So many rounds of each, whatever it says itself. */
  readonly rounds?: number;
  /** Ours alone. */
  readonly ours: boolean;
  readonly pm2: boolean;
  /** Milliseconds that a turn may take. */
  readonly limit: number;
}

/** A turn that broke. */
export interface Failure {
  readonly experiment: string;
  readonly who: Who;
  readonly message: string;
}

/** What an experiment came to. */
export interface Outcome {
  readonly results: readonly Result[];
  readonly failures: readonly Failure[];
  /** Why the machine is too small for it, if it is. */
  readonly refusal?: string;
}

interface Party {
  readonly who: Who;
  measure(shop: Workshop): Promise<Samples>;
}

/** How many rounds an experiment has. One that is asked for by name has one even where it is left out else. */
export const roundsOf = ({ rounds }: Pick<Experiment, 'rounds'>, plan: Plan): number =>
  plan.rounds ?? Math.max(1, plan.quick ? rounds.quick : rounds.full);

/**
 * Gives each its turns: A B A B, so that a busy hour of the machine meets all. Whose turn breaks has no more of them;
 * the others go on. `tell` hears of each turn before it begins.
 */
export async function takeTurns(
  experiment: Experiment,
  shop: Workshop,
  plan: Plan,
  tell: (who: Who, round: number) => void,
): Promise<Outcome> {
  const refusal = experiment.refusal?.();
  if (refusal !== undefined) return { results: [], failures: [], refusal };
  const samples: Partial<Record<Who, Samples>> = {};
  const failures: Failure[] = [];
  const rounds = roundsOf(experiment, plan);
  let parties = partiesOf(experiment, plan);
  for (let round = 1; round <= rounds; round++) {
    for (const { who, measure } of parties) {
      if (shop.isClosed) break;
      tell(who, round);
      try {
        samples[who] = joined(samples[who] ?? {}, await within(measure(shop), plan.limit));
      } catch (error) {
        failures.push({ experiment: experiment.name, who, message: messageOf(error) });
        parties = parties.filter(party => party.who !== who);
        // A turn that hangs still has its daemon.
        await shop.end();
      }
    }
  }
  return { results: resultsOf(experiment, samples), failures };
}

function partiesOf({ subjects = ['python', 'ours'], ...experiment }: Experiment, plan: Plan) {
  const { pm2, limit } = experiment;
  const parties: Party[] = SUBJECTS.filter(
    ({ who }) => subjects.includes(who) && (who === 'ours' || !plan.ours),
  ).map(subject => ({ who: subject.who, measure: shop => experiment.measure(subject, shop) }));
  if (pm2 !== undefined && plan.pm2) parties.push({ who: 'pm2', measure: pm2 });
  if (limit !== undefined && !plan.ours) parties.push({ who: 'limit', measure: limit });
  return parties;
}

function resultsOf(
  { name, rows }: Experiment,
  samples: Readonly<Partial<Record<Who, Samples>>>,
): readonly Result[] {
  return rows
    .map(row => resultOf(name, row, Object.fromEntries(WHO.map(who => [who, samples[who]?.[row.key] ?? []]))))
    .filter(({ figures }) => Object.keys(figures).length > 0);
}

/** The same, or a rejection when it takes longer than so many milliseconds. */
async function within<T>(work: Promise<T>, limit: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const joined = (all: Samples, fresh: Samples): Samples => ({
  ...all,
  ...Object.fromEntries(
    Object.entries(fresh).map(([key, values]) => [key, [...(all[key] ?? []), ...values]]),
  ),
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
