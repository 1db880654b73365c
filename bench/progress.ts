/** How far the bench is, in seconds. */
export interface Progress {
  /** A piece of work of about so many seconds has ended (or was left out). */
  done(seconds: number): void;
  /** Since the beginning, and about how long still: `4:10, some 31 min left`. */
  toString(): string;
}

/** Counts down from the guessed seconds of all pieces; by how wrong the guess was so far, the rest is corrected. */
export function createProgress(guessed: number, now: () => number): Progress {
  const begin = now();
  let guessedDone = 0;
  return {
    done(seconds) {
      guessedDone += seconds;
    },
    toString() {
      const gone = (now() - begin) / 1000;
      const factor = guessedDone === 0 ? 1 : gone / guessedDone;
      const left = Math.max(0, guessed - guessedDone) * Math.max(0.5, Math.min(3, factor));
      return `${minutes(gone)}, some ${Math.ceil(left / 60)} min left`;
    },
  };
}

const minutes = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
