const [WIDTH, HEIGHT] = [64, 18];

/** A curve without axes; `floor` is the least height of its scale. Gaps are where nobody looked. */
export function Spark({
  values,
  floor,
  label,
}: {
  readonly values: readonly (number | null)[] | undefined;
  readonly floor: number;
  readonly label: string;
}) {
  const points = values ?? [];
  // Room above, so that what stays the same is seen to do so.
  const top = Math.max(floor, 1.4 * Math.max(...points.map(value => value ?? 0)));
  const x = (index: number) => ((index / Math.max(1, points.length - 1)) * WIDTH).toFixed(1);
  const y = (value: number) => (HEIGHT - 1.5 - (value / top) * (HEIGHT - 3)).toFixed(1);
  const path = points
    .map((value, index) => {
      if (value === null) return '';
      const begins = index === 0 || points[index - 1] === null;
      // A point alone would not be drawn: it is given a little length.
      return begins ? `M${x(index)} ${y(value)}h.1` : `L${x(index)} ${y(value)}`;
    })
    .join('');
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <path d={path} />
    </svg>
  );
}
