import type { Dot, Layout } from './layout.ts';

/** What a bend and a crossing cost, in pixels of line. */
const COST = { bend: 30, crossing: 80 } as const;

/** How hard a drawing is to read: long, bent and crossing lines, and paper that is wider than a page. */
export function muddle({ arrows, width }: Layout): number {
  const lines = arrows.flatMap(({ points }) => segments(points));
  const length = lines.reduce(
    (sum, line) => sum + Math.abs(line.x2 - line.x1) + Math.abs(line.y2 - line.y1),
    0,
  );
  const across = lines.filter(({ y1, y2 }) => y1 === y2);
  const down = lines.filter(({ x1, x2 }) => x1 === x2);
  const crossings = across.reduce((sum, a) => sum + down.filter(d => cross(a, d)).length, 0);
  return (
    length +
    COST.bend * (lines.length - arrows.length) +
    COST.crossing * crossings +
    10 * Math.max(0, width - 1000)
  );
}

interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

const segments = (points: readonly Dot[]): readonly Segment[] =>
  points.slice(1).map(({ x, y }, index) => ({
    x1: points[index]?.x ?? x,
    y1: points[index]?.y ?? y,
    x2: x,
    y2: y,
  }));

const cross = (across: Segment, down: Segment): boolean =>
  isWithin(down.x1, across.x1, across.x2) && isWithin(across.y1, down.y1, down.y2);

const isWithin = (value: number, a: number, b: number): boolean =>
  value > Math.min(a, b) && value < Math.max(a, b);
