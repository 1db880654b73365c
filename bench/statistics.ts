/** The value below which `share` (0 to 1) of the samples lie, by the nearest rank; NaN where there are none. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
};

/** The middle of the samples, the mean of the middle two where their number is even; NaN where there are none. */
export const median = (samples: readonly number[]): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
};

/** Which way a figure is good. */
export type Better = 'less' | 'more';

/** How many times better ours is than theirs; below 1 it is worse. */
export const advantage = (ours: number, theirs: number, better: Better): number =>
  better === 'less' ? theirs / ours : ours / theirs;
