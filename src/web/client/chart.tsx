import { useEffect, useRef } from 'preact/hooks';
import chart from '../../../visualizations/diagrams/instance.json';
import type { LiveChart } from '../../../visualizations/drawn.ts';
import type { Taken } from '../watch.ts';

const { width, height, boxes, dots, arrows } = chart as LiveChart;

/** How long a transition glows, and how long after one the next begins, in milliseconds. */
const GLOW = 1800;
const BEAT = 160;

/** Lights the arrows of transitions, one after the other, in the drawing within an element. */
export function light(within: Element | null, taken: readonly Taken[]): void {
  if (within === null) return;
  for (const [index, { from, to }] of taken
    .filter(each => each.to !== '')
    .slice(-8)
    .entries()) {
    const arrow = within.querySelector(`[data-arrow="${CSS.escape(`${from}>${to}`)}"]`);
    const box = within.querySelector(`[data-state="${CSS.escape(to)}"]`);
    for (const [element, name] of [
      [arrow, 'taken'],
      [box, 'entered'],
    ] as const) {
      if (element === null) continue;
      setTimeout(() => {
        element.classList.remove(name);
        // Without a look at its size the browser would not begin the animation anew.
        element.getBoundingClientRect();
        element.classList.add(name);
        setTimeout(() => element.classList.remove(name), GLOW);
      }, index * BEAT);
    }
  }
}

/** The machine of a process with the state that it is in lit; `countdown` is what its timer says. */
export function Chart({
  path,
  countdown,
  taken,
}: {
  readonly path: string;
  readonly countdown: string;
  readonly taken: readonly Taken[];
}) {
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => light(scroller.current, taken), [taken]);
  useEffect(() => {
    const place = scroller.current;
    const box = boxes.find(({ id }) => id === path);
    if (place === null || box === undefined) return;
    const scale = place.scrollWidth / width;
    place.scrollTo({ left: (box.x + box.width / 2) * scale - place.clientWidth / 2, behavior: 'smooth' });
  }, [path]);
  const isActive = (id: string) => path === id || path.startsWith(`${id}.`);
  const label = `Statechart of the process: it is in ${path.split('.').join(', ')}`;
  return (
    // A drawing that is wider than the screen is scrolled, by keys as well.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <div class="chart" ref={scroller} tabIndex={0} role="group" aria-label={label}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        <defs>
          <marker
            id="head"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerUnits="userSpaceOnUse"
            markerWidth="10"
            markerHeight="10"
            orient="auto"
          >
            <path d="M0 .5 8 4 0 7.5z" />
          </marker>
          <marker
            id="head-taken"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerUnits="userSpaceOnUse"
            markerWidth="10"
            markerHeight="10"
            orient="auto"
          >
            <path d="M0 .5 8 4 0 7.5z" />
          </marker>
        </defs>
        {boxes.map(({ id, key, kind, x, y, width, height }) => (
          <g
            key={id}
            class={`box ${kind} ${key.toUpperCase()} ${isActive(id) ? 'active' : ''}`}
            data-state={id}
          >
            <rect x={x} y={y} width={width} height={height} rx={kind === 'passing' ? 13 : 8} />
          </g>
        ))}
        {dots.map(({ x, y, r }) => (
          <circle key={`${x} ${y}`} class="dot" cx={x} cy={y} r={r} />
        ))}
        {arrows.map(({ from, to, path, reasons }) => (
          <path key={`${from}>${to} ${path}`} class="arrow" data-arrow={`${from}>${to}`} d={path}>
            <title>{`${from || 'instance'} → ${to}: ${reasons.join(' or ')}`}</title>
          </path>
        ))}
        {boxes.map(({ id, key, kind, x, y, width }) => (
          <text
            key={id}
            class={`key ${kind} ${isActive(id) ? 'active' : ''}`}
            x={kind === 'compound' ? x + 12 : x + width / 2}
            y={y + (kind === 'passing' ? 17.5 : 21)}
          >
            {key}
          </text>
        ))}
        {boxes
          .filter(({ id }) => id === path && countdown !== '')
          .map(({ id, x, y, width, height }) => (
            <text key={id} class="countdown" x={x + width / 2} y={y + height + 16}>
              {countdown}
            </text>
          ))}
        {arrows.map(
          ({ from, to, path, label }) =>
            label && (
              <text key={`${from}>${to} ${path}`} class="reason" x={label.x} y={label.y}>
                {label.lines.map((line, index) => (
                  <tspan key={line} x={label.x} y={label.y + index * 15}>
                    {line}
                  </tspan>
                ))}
              </text>
            ),
        )}
      </svg>
    </div>
  );
}
