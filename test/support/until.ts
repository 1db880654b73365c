import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is truthy, and gives that answer; rejects with `what` and the last failure
 * after `within` milliseconds. For what other processes do, which no clock of ours can move.
 */
export async function until<Answer>(
  what: string,
  ask: () => Answer | Promise<Answer>,
  { within = 60_000, every = 20 }: { readonly within?: number; readonly every?: number } = {},
): Promise<Exclude<Answer, false | 0 | '' | null | undefined>> {
  const end = performance.now() + within;
  let cause: unknown;
  do {
    try {
      const answer = await ask();
      if (answer) return answer as Exclude<Answer, false | 0 | '' | null | undefined>;
      cause = answer;
    } catch (error) {
      cause = error;
    }
    await sleep(every);
  } while (performance.now() < end);
  throw new Error(`${what}: not within ${within} ms (last: ${cause})`, { cause });
}
