import type { ProcessView } from '../../machines/info.ts';
import type { Milliseconds } from '../../machines/spec.ts';
import { faults, type RpcFault } from './faults.ts';
import type { Outcome } from './settle.ts';

/** One process of a group call: the fault that stood at once, or the wait for what comes of it. */
export interface Attempt {
  readonly process: ProcessView;
  readonly outcome: RpcFault | undefined | Promise<Outcome>;
}

/** What came of one process in a call for several; a type, not an interface, so that it is a struct of XML-RPC's. */
export type Result = {
  readonly name: string;
  readonly group: string;
  /** SUCCESS, or the fault's code. */
  readonly status: number;
  readonly description: string;
};

/** What came of a process as its row of the answer. */
export const resultOf = ({ info }: ProcessView, failure: Outcome): Result => ({
  name: info.name,
  group: info.group,
  status: failure?.code ?? faults.SUCCESS.code,
  description: failure?.message ?? 'OK',
});

/** Supervisor looks once a second who is ready, so that is how its clients know the order of results. */
const round: Milliseconds = 1000;

/**
 * Waits for all attempts together and promises their results in Supervisor's order: what stood at once, then what
 * settled within the first second, then the next; in the order of the attempts within each.
 */
export async function rounds(attempts: readonly Attempt[]): Promise<Result[]> {
  const start = performance.now();
  const settled = await Promise.all(
    attempts.map(async ({ process, outcome }) => {
      const failure = await outcome;
      const waited = outcome instanceof Promise ? Math.floor((performance.now() - start) / round) : -1;
      return { result: resultOf(process, failure), waited };
    }),
  );
  return settled.toSorted((a, b) => a.waited - b.waited).map(({ result }) => result);
}
