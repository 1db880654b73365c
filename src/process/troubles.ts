import type { Milliseconds } from '../../machines/spec.ts';

/** What is said again within this time is counted, not told: a storm must not fill the log that tells of it. */
const PERIOD: Milliseconds = 10_000;

/**
 * Tells what is new at once, and of what repeats only once a period how often it did.
 */
export function createTroubles(tell: (text: string) => void, period = PERIOD) {
  const counts = new Map<string, number>();

  function settle(text: string): void {
    const count = counts.get(text) ?? 0;
    counts.delete(text);
    if (count === 0) return;
    tell(`${text} (${count} times more)`);
    // As long as it goes on, it is told once a period.
    hush(text);
  }

  function hush(text: string): void {
    counts.set(text, 0);
    setTimeout(settle, period, text).unref();
  }

  return (text: string): void => {
    const count = counts.get(text);
    if (count !== undefined) counts.set(text, count + 1);
    else {
      tell(text);
      hush(text);
    }
  };
}
