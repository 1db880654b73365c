import type { Milliseconds } from '../../machines/spec.ts';

/**
 * Resolves with true when the work is done, and with false when nothing has moved for `limit`: `stillSince` tells since
 * when, by the monotonic clock. Slow work that moves has all the time that it needs.
 */
export function whileMoving(
  work: Promise<void>,
  stillSince: () => Milliseconds,
  limit: Milliseconds,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout;
    const look = () => {
      const left = stillSince() + limit - performance.now();
      if (left <= 0) resolve(false);
      else timer = setTimeout(look, left);
    };
    look();
    work.then(() => resolve(true), reject).finally(() => clearTimeout(timer));
  });
}
