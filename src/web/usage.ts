import { processes } from '../../machines/info.ts';
import type { Bytes, Milliseconds, Pid, Seconds } from '../../machines/spec.ts';
import type { Backend } from '../rpc/backend.ts';

/** Reads what each of these processes has used with all that it has started; those that have ended are left out. */
export type ReadUsages = (
  pids: ReadonlySet<Pid>,
) => Promise<ReadonlyMap<Pid, { readonly cpu: Seconds; readonly memory: Bytes }>>;

/** One process over the last ten minutes. */
export interface Curve {
  /** Hundredths of one processor; the newest last, null where nobody looked or nothing ran. */
  readonly cpu: readonly (number | null)[];
  readonly memory: readonly (Bytes | null)[];
}

/** What processes use, looked at only while somebody asks. */
export interface Usages {
  /** By `group:name`: hundredths of one processor and bytes, now. Starts or goes on sampling. */
  now(): ReadonlyMap<string, readonly [cpu: number, memory: Bytes]>;
  /** The ten minutes of one process. */
  curve(key: string): Curve;
  /** Ends sampling for good. */
  close(): void;
}

/** A sample each four seconds, 150 of them in ten minutes. */
export const STEP: Milliseconds = 4000;
const POINTS = 150;
/** Nobody looks any more when nobody has asked for so long. */
const PATIENCE: Milliseconds = 3 * STEP;

interface Track {
  pid: Pid;
  cpu: Seconds;
  at: Milliseconds;
  latest: readonly [number, Bytes];
  readonly points: (readonly [tick: number, cpu: number, memory: Bytes])[];
}

/** Makes the sampler of a daemon. A pass that fails is told, and leaves a gap in the curves. */
export function createUsages(
  { root, now }: Pick<Backend, 'root' | 'now'>,
  read: ReadUsages,
  onTrouble: (cause: Error) => void,
): Usages {
  const tracks = new Map<string, Track>();
  let timer: NodeJS.Timeout | undefined;
  let [asked, tick] = [0, 0];
  let isSampling = false;

  const note = (key: string, pid: Pid, usage: { cpu: Seconds; memory: Bytes }, at: Milliseconds) => {
    const last = tracks.get(key);
    const known = last?.pid === pid ? last : undefined;
    const seconds = known === undefined ? 0 : (at - known.at) / 1000;
    const cpu =
      known === undefined || seconds <= 0 ? 0 : Math.max(0, (usage.cpu - known.cpu) / seconds) * 100;
    const points = last?.points ?? [];
    points.push([tick, Math.round(cpu * 10) / 10, usage.memory]);
    if (points.length > POINTS) points.shift();
    tracks.set(key, {
      pid,
      cpu: usage.cpu,
      at,
      latest: [Math.round(cpu * 10) / 10, usage.memory],
      points,
    });
  };
  const sample = async () => {
    // A pass that takes longer than a step is not joined by another one.
    if (isSampling) return;
    isSampling = true;
    await look().catch(onTrouble);
    isSampling = false;
  };
  const look = async () => {
    tick = Math.floor(now().monotonic / STEP);
    const living = processes(root.getSnapshot()).map(({ info }) => info);
    const keys = new Set(living.map(({ group, name }) => `${group}:${name}`));
    for (const key of tracks.keys()) if (!keys.has(key)) tracks.delete(key);
    const used = await read(new Set(living.map(({ pid }) => pid).filter(pid => pid !== 0)));
    const at = now().monotonic;
    for (const { group, name, pid } of living) {
      const key = `${group}:${name}`;
      const [track, usage] = [tracks.get(key), used.get(pid)];
      if (usage !== undefined) note(key, pid, usage, at);
      else if (track !== undefined && pid === 0) track.pid = 0;
    }
  };
  const pause = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const beat = () => {
    if (now().monotonic - asked > PATIENCE) pause();
    else void sample();
  };
  return {
    now() {
      asked = now().monotonic;
      if (timer === undefined) {
        void sample();
        timer = setInterval(beat, STEP);
        timer.unref();
      }
      return new Map(
        [...tracks].filter(([, { pid }]) => pid !== 0).map(([key, { latest }]) => [key, latest]),
      );
    },
    curve(key) {
      const last = Math.floor(now().monotonic / STEP);
      const at = new Map((tracks.get(key)?.points ?? []).map(point => [point[0], point] as const));
      const ticks = Array.from({ length: POINTS }, (_, index) => last - POINTS + 1 + index);
      return {
        cpu: ticks.map(each => at.get(each)?.[1] ?? null),
        memory: ticks.map(each => at.get(each)?.[2] ?? null),
      };
    },
    close: pause,
  };
}
