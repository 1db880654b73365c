import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const style = (name: string) =>
  readFileSync(new URL(`../../src/web/client/style/${name}.css`, import.meta.url), 'utf8');

/** The colours of the style sheet by name, for light and for dark. */
const colours = new Map(
  [...style('base').matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(
    ([, name, light, dark]) => [name ?? '', { light: light ?? '', dark: dark ?? '' }],
  ),
);

/** Relative luminance, as WCAG has it. */
const luminance = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

const PAIRS = [
  ...['ink', 'soft', 'accent', 'good', 'wait', 'ends', 'bad', 'odd'].flatMap(ink =>
    ['paper', 'ground'].map(ground => [ink, ground] as const),
  ),
  ...['good', 'wait', 'ends', 'bad', 'odd'].map(tint => [tint, `${tint}-soft`] as const),
  ...['good-soft', 'wait-soft', 'ends-soft', 'bad-soft', 'odd-soft', 'raised'].map(
    ground => ['ink', ground] as const,
  ),
  ['soft', 'raised'] as const,
];

describe('what is written can be read: AA, 4.5 to 1', () => {
  it.each(PAIRS)('%s on %s', (ink, ground) => {
    for (const scheme of ['light', 'dark'] as const) {
      const [above, below] = [colours.get(ink)?.[scheme] ?? '', colours.get(ground)?.[scheme] ?? ''];
      expect(contrast(above, below), `${scheme}: ${above} on ${below}`).toBeGreaterThanOrEqual(4.5);
    }
  });
});
