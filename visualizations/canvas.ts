/** Paper of characters on which lines that meet become corners, branches and crossings. */
export interface Canvas {
  box(x: number, y: number, width: number, height: number): void;
  /** A line through these points, each level with or straight above or below the one before. */
  path(points: readonly Point[]): void;
  /** Words over whatever lies there. */
  write(x: number, y: number, text: string): void;
  lines(): readonly string[];
}

/** A place on the paper. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The directions in which a line leaves a character, one bit each. */
const [UP, DOWN, LEFT, RIGHT] = [1, 2, 4, 8] as const;

/** The character for each set of directions; a line that ends goes to the end of its character. */
const LINES = [' ', '│', '│', '│', '─', '╯', '╮', '┤', '─', '╰', '╭', '├', '─', '┴', '┬', '┼'] as const;

/** An empty paper that grows as it is drawn on. */
export function canvas(): Canvas {
  const ways = new Map<string, number>();
  const texts = new Map<string, string>();
  let [width, height] = [0, 0];
  const touch = (x: number, y: number): string => {
    [width, height] = [Math.max(width, x + 1), Math.max(height, y + 1)];
    return `${x} ${y}`;
  };
  const leave = (x: number, y: number, direction: number) => {
    const key = touch(x, y);
    ways.set(key, (ways.get(key) ?? 0) | direction);
  };
  const segment = (a: Point, b: Point) => {
    const [dx, dy] = [Math.sign(b.x - a.x), Math.sign(b.y - a.y)];
    const [there, back] =
      dx === 0 ? (dy > 0 ? [DOWN, UP] : [UP, DOWN]) : dx > 0 ? [RIGHT, LEFT] : [LEFT, RIGHT];
    for (let { x, y } = a; x !== b.x || y !== b.y; x += dx, y += dx === 0 ? dy : 0) {
      leave(x, y, there);
      leave(x + dx, y + (dx === 0 ? dy : 0), back);
    }
  };
  const path = (points: readonly Point[]) => {
    points.slice(1).forEach((point, index) => {
      const from = points[index] as Point;
      segment(from, { x: point.x, y: from.y });
      segment({ x: point.x, y: from.y }, point);
    });
  };
  return {
    path,
    box(x, y, w, h) {
      const [right, bottom] = [x + w - 1, y + h - 1];
      const corners = [
        { x, y },
        { x: right, y },
        { x: right, y: bottom },
        { x, y: bottom },
      ];
      path([...corners, { x, y }]);
    },
    write(x, y, text) {
      [...text].forEach((letter, index) => {
        texts.set(touch(x + index, y), letter);
      });
    },
    lines: () =>
      Array.from({ length: height }, (_, y) =>
        Array.from({ length: width }, (_, x) => texts.get(`${x} ${y}`) ?? LINES[ways.get(`${x} ${y}`) ?? 0])
          .join('')
          .trimEnd(),
      ),
  };
}
