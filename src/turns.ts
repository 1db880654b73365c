/** Runs each act when those before it are over, whatever came of them. */
export type InTurn = <Result>(act: () => Promise<Result>) => Promise<Result>;

/** Makes a row of acts that must not overlap. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return act => {
    const done = last.then(act);
    // Who asked is told of a failure; the next one is none the worse for it.
    last = done.catch(() => undefined);
    return done;
  };
}
