import { type Profiler, Session } from 'node:inspector/promises';

interface Row {
  readonly name: string;
  /** Microseconds in the function itself. */
  self: number;
  /** Microseconds in it and in all that it called. */
  total: number;
  /** How many samples found it at work. */
  samples: number;
  readonly callers: Set<string>;
}

/** How many functions a report names. */
const LONGEST = 40;

/** Starts V8's sampling profiler; the function that is returned ends it and gives the report. */
export async function startProfile(options: readonly string[]): Promise<() => Promise<string>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return report(rowsOf(profile), options);
  };
}

function rowsOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly Row[] {
  const own = new Map<number, { micros: number; samples: number }>();
  for (const [index, id] of samples.entries()) {
    const known = own.get(id) ?? { micros: 0, samples: 0 };
    own.set(id, { micros: known.micros + (timeDeltas[index] ?? 0), samples: known.samples + 1 });
  }
  const byId = new Map(nodes.map(node => [node.id, node]));
  const rows = new Map<string, Row>();
  // Down the tree: a function that calls itself is counted once for each path.
  const visit = (id: number, above: readonly string[]): number => {
    const node = byId.get(id);
    if (node === undefined) return 0;
    const { functionName, lineNumber } = node.callFrame;
    const name = `${functionName || '(anonymous)'}:${lineNumber + 1}`;
    const row = rows.get(name) ?? { name, self: 0, total: 0, samples: 0, callers: new Set() };
    rows.set(name, row);
    const mine = own.get(id) ?? { micros: 0, samples: 0 };
    const below = (node.children ?? []).map(child => visit(child, [...above, name]));
    const total = below.reduce((sum, micros) => sum + micros, mine.micros);
    row.self += mine.micros;
    row.samples += mine.samples;
    if (!above.includes(name)) row.total += total;
    const caller = above.at(-1);
    if (caller !== undefined) row.callers.add(caller);
    return total;
  };
  const root = nodes[0];
  if (root !== undefined) visit(root.id, []);
  return [...rows.values()];
}

function report(rows: readonly Row[], options: readonly string[]): string {
  const by: keyof Row & ('total' | 'samples' | 'self') = options.includes('cumulative')
    ? 'total'
    : options.includes('calls')
      ? 'samples'
      : 'self';
  const lines = rows
    .toSorted((a, b) => b[by] - a[by])
    .slice(0, LONGEST)
    .map(({ name, self, total, samples, callers }) => {
      const line = `${milliseconds(self)} ${milliseconds(total)} ${String(samples).padStart(8)}  ${name}`;
      return options.includes('callers') ? `${line}  <- ${[...callers].join(', ')}` : line;
    });
  return ['   self ms   total ms  samples  function:line', ...lines, ''].join('\n');
}

const milliseconds = (micros: number): string => (micros / 1000).toFixed(1).padStart(10);
