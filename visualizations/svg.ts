import { type Arrow, type Box, type Dot, type Layout, round, TEXT } from './layout.ts';

// A state has its colour from its key, which is the word of `supervisorctl status` for it.
const STYLE = `
  svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #8c959f; --box: #f6f8fa; --edge: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #6e7681; --box: #151b23; --edge: #3d444d; }
  }
  .paper { fill: var(--paper); }
  text { font: ${TEXT.label}px ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; fill: var(--ink);
    paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-opacity: 0.7; stroke-linejoin: round; }
  .name { font: 600 ${TEXT.name}px ui-sans-serif, system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; }
  .note, .guard { fill: var(--soft); }
  .middle { text-anchor: middle; }
  .state rect { fill: var(--box); stroke: var(--edge); stroke-width: 1.25; }
  .compound rect { fill: none; }
  .passing rect { stroke-dasharray: 4 3; }
  .name.passing { font-weight: 400; fill: var(--soft); }
  .RUNNING rect { fill: #2da44e33; stroke: #2da44e; }
  .STARTING rect, .BACKOFF rect { fill: #d4a72c2b; stroke: #bf8700; }
  .STOPPING rect { fill: #0969da14; stroke: #54aeff; }
  .FATAL rect { fill: #cf222e26; stroke: #cf222e; }
  .UNKNOWN rect { fill: #8250df24; stroke: #8250df; }
  .arrow { fill: none; stroke: var(--line); stroke-width: 1.25; }
  .head, .dot { fill: var(--line); }
`;

const CORNER = 6;

/** A drawing that needs nothing else: it follows the reader's light or dark scheme, and carries each state's id. */
export function svg(name: string, { width, height, boxes, dots, arrows }: Layout): string {
  const head =
    '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(name)}</title>`,
    `<style>${STYLE}</style>`,
    `<defs>${head}<path class="head" d="M0,0.5 L8,4 L0,7.5 z"/></marker></defs>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...boxes.map(frame),
    ...dots.map(
      ({ x, y, size }) => `<circle class="dot" cx="${x + size / 2}" cy="${y + size / 2}" r="${size / 2}"/>`,
    ),
    ...arrows.map(line),
    // Words last, so that no line is drawn over them.
    ...boxes.flatMap(words),
    ...arrows.flatMap(label),
    '</svg>\n',
  ].join('\n');
}

function frame({ x, y, width, height, state, kind }: Box): string {
  const inner = { x: x + 3, y: y + 3, width: width - 6, height: height - 6 };
  const outlines = kind === 'final' ? [{ x, y, width, height }, inner] : [{ x, y, width, height }];
  const drawn = outlines.map(
    at =>
      `<rect x="${at.x}" y="${at.y}" width="${at.width}" height="${at.height}" rx="${kind === 'passing' ? 13 : 8}"/>`,
  );
  const classes = `state ${kind} ${state.key.toUpperCase()}`;
  return `<g class="${classes}" data-state="${escapeXml(state.id)}">${drawn.join('')}</g>`;
}

function words({ x, y, width, state, kind, notes }: Box): readonly string[] {
  const isCompound = kind === 'compound';
  const at = isCompound ? x + 12 : x + width / 2;
  const place = isCompound ? '' : ' middle';
  return [
    text(`name ${kind}${place}`, at, y + (kind === 'passing' ? 17.5 : 21), state.key),
    ...notes.map((note, index) => text(`note${place}`, at, y + 37 + index * TEXT.line, note)),
  ];
}

const line = ({ from, to, points }: Arrow): string =>
  `<path class="arrow" data-from="${escapeXml(from)}" data-to="${escapeXml(to)}" d="${way(points)}" marker-end="url(#head)"/>`;

const label = ({ label: found }: Arrow): readonly string[] =>
  (found?.lines ?? []).map(({ kind, text: words }, index) =>
    text(kind, (found?.x ?? 0) + 4, (found?.y ?? 0) + 13 + index * TEXT.line, words),
  );

const text = (classes: string, x: number, y: number, content: string): string =>
  `<text class="${classes}" x="${round(x)}" y="${round(y)}">${escapeXml(content)}</text>`;

/** A line through these points, its bends rounded: the `d` of a path. */
export function way(points: readonly Dot[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined) return `M${point.x},${point.y}`;
      if (after === undefined) return `L${point.x},${point.y}`;
      const [start, end] = [towards(point, before), towards(point, after)];
      return `L${start.x},${start.y} Q${point.x},${point.y} ${end.x},${end.y}`;
    })
    .join(' ');
}

/** The point that lies a corner's radius from one point in the direction of another, at most half of the way. */
function towards(from: Dot, to: Dot): Dot {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const part = Math.min(0.5, CORNER / Math.hypot(dx, dy));
  return { x: round(from.x + dx * part), y: round(from.y + dy * part) };
}

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

const escapeXml = (text: string): string =>
  text.replace(/[<>&"]/g, character => ENTITIES[character] ?? character);
