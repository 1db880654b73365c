/** A logarithmic axis. */
export interface Axis {
  /** Round numbers from its one end to the other. */
  readonly ticks: readonly number[];
  /** The place of a value that is greater than zero. */
  at(value: number): number;
}

/** An axis between two places that holds all the values, each greater than zero, and ends in round numbers: at most so many. */
export function axis(values: readonly number[], from: number, to: number, most = 7): Axis {
  const ticks = between(below(Math.min(...values)), above(Math.max(...values)));
  const [low, high] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)];
  return {
    ticks: ticks.length <= most ? ticks : coarse(ticks),
    at: value => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

/** 1, 2, 5, 10 and so on; a negative index is below 1. */
const step = (index: number): number =>
  Number(`${[1, 2, 5][((index % 3) + 3) % 3]}e${Math.floor(index / 3)}`);

/** The index of the greatest round number up to this value. */
function below(value: number): number {
  let index = Math.floor(Math.log10(value)) * 3;
  while (step(index + 1) <= value) index++;
  return index;
}

function above(value: number): number {
  const index = below(value);
  return step(index) === value ? index : index + 1;
}

/** At least two, so that the axis has a length. */
const between = (low: number, high: number): readonly number[] =>
  Array.from({ length: Math.max(2, high - low + 1) }, (_, index) => step(low + index));

/** The powers of ten and the ends. */
const coarse = (ticks: readonly number[]): readonly number[] =>
  ticks.filter(
    (tick, index) => Number.isInteger(Math.log10(tick)) || index === 0 || index === ticks.length - 1,
  );
