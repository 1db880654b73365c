import { useEffect, useReducer } from 'preact/hooks';
import type { Curve } from '../usage.ts';
import { look } from './link.ts';

type Latest = Readonly<Record<string, readonly [cpu: number, memory: number]>>;

/** A sample each four seconds, 150 of them in ten minutes: as the daemon takes them. */
const STEP = 4000;
const POINTS = 150;

const curves = new Map<string, { cpu: (number | null)[]; memory: (number | null)[] }>();
const asked = new Set<string>();
let latest: Latest = {};
const watchers = new Set<() => void>();

const tell = () => {
  for (const watcher of watchers) watcher();
};

async function sample(): Promise<void> {
  if (document.visibilityState === 'hidden') return;
  const news = await look<Latest>('web/usage');
  if (news === undefined) return;
  latest = news;
  for (const [key, curve] of curves) {
    const now = latest[key];
    curve.cpu = [...curve.cpu.slice(1 - POINTS), now?.[0] ?? null];
    curve.memory = [...curve.memory.slice(1 - POINTS), now?.[1] ?? null];
  }
  tell();
}

/** What a process uses now: hundredths of a processor and bytes. */
export const usageOf = (key: string): readonly [cpu: number, memory: number] | undefined => latest[key];

/** The last ten minutes of a process, where they were asked for. */
export const curveOf = (key: string): Curve | undefined => curves.get(key);

/** So many curves are asked for at once: their names stand in a URL. */
const AT_ONCE = 60;

/** Asks for the last ten minutes of those that are looked at. */
export async function wantCurves(keys: readonly string[]): Promise<void> {
  const fresh = keys.filter(key => !asked.has(key)).slice(0, AT_ONCE);
  if (fresh.length === 0) return;
  for (const key of fresh) asked.add(key);
  const query = new URLSearchParams(fresh.map(key => ['process', key]));
  const found = await look<Readonly<Record<string, Curve>>>(`web/curves?${query}`);
  if (found === undefined) for (const key of fresh) asked.delete(key);
  for (const [key, { cpu, memory }] of Object.entries(found ?? {}))
    curves.set(key, { cpu: [...cpu], memory: [...memory] });
  tell();
}

let timer: ReturnType<typeof setInterval> | undefined;

/** Looks at what processes use for as long as the component is there. */
export function useUsage(): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    watchers.add(again as () => void);
    if (timer === undefined) {
      void sample();
      // The first answer is empty where nobody looked before, the second has no rates yet.
      setTimeout(sample, 1000);
      timer = setInterval(sample, STEP);
    }
    return () => {
      watchers.delete(again as () => void);
      if (watchers.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
}
