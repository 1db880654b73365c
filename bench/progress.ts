/** How far the bench is, in seconds. */
export interface Progress {
  /** A piece of work of about so many seconds has ended (or was left out). */
  done(seconds: number): void;
  /** Since the beginning, and about how long still: `4:10, some 31 min left`. */
  toString(): string;
}

/** Seconds in which the guess is believed: what it is wrong by at first says little. */
const TRUST = 120;

/** Counts down from the guessed seconds of all pieces; by how wrong the guess was so far, the rest is corrected. */
export function createProgress(guessed: number, now: () => number): Progress {
  const begin = now();
  let [guessedDone, goneThen] = [0, 0];
  return {
    done(seconds) {
      guessedDone += seconds;
      goneThen = (now() - begin) / 1000;
    },
    toString() {
      const gone = (now() - begin) / 1000;
      // What runs now is as long as it was guessed, until it has ended.
      const left = Math.max(0, guessed - guessedDone) * ((goneThen + TRUST) / (guessedDone + TRUST));
      return `${minutes(gone)}, some ${Math.ceil(left / 60)} min left`;
    },
  };
}

const minutes = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
