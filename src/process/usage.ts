import { readFileSync } from 'node:fs';
import type { Bytes, Pid, Seconds } from '../../machines/spec.ts';

/** What a process has used of the machine. */
export interface Usage {
  /** Its own processor time since its start. */
  readonly cpu: Seconds;
  /** What of it is in memory now. */
  readonly memory: Bytes;
}

/** The kernel tells times to programs in hundredths of a second, on every architecture. */
const TICK: Seconds = 0.01;

let page: Bytes | undefined;

/** The size of a page of memory, as the kernel tells it of this process. */
const pageSize = (): Bytes => {
  const [, kilobytes = '4'] =
    /^KernelPageSize:\s+(\d+)/m.exec(readFileSync('/proc/self/smaps', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
};

/** What a process has used, or undefined where there is none. */
export function readUsage(pid: Pid): Usage | undefined {
  let stat: string;
  try {
    // Read at once: files of /proc are in memory, and a thousand promises would take longer than a thousand reads.
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // It has ended meanwhile.
  }
  page ??= pageSize();
  return parseStat(stat, page);
}

/** Reads a line of /proc/PID/stat. The command's name stands in parentheses and may hold any of them itself. */
export function parseStat(stat: string, pageBytes: Bytes): Usage {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // proc(5) counts from 1, and two fields are cut off: utime 14, stime 15, rss 24.
  const field = (number: number) => Number(fields[number - 3]);
  return { cpu: (field(14) + field(15)) * TICK, memory: field(24) * pageBytes };
}
