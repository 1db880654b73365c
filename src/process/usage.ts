import { readFileSync } from 'node:fs';
import type { Bytes, Pid, Seconds } from '../../machines/spec.ts';
import { pids, statOf } from './census.ts';

/** What a process and all below it have used of the machine. */
export interface Usage {
  /** The processor time of those that live, and of those that have ended and were waited for. */
  readonly cpu: Seconds;
  /** What of those that live is in memory now; pages that several of them share count for each. */
  readonly memory: Bytes;
}

/** One process by itself. */
export interface Share extends Usage {
  readonly pid: Pid;
  readonly parent: Pid;
  readonly group: number;
  readonly session: number;
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

/** After so many processes others get their turn. */
const BATCH = 200;

/** What each of these has used with its descendants and its process group: one pass over /proc for all of them. */
export async function readUsages(roots: ReadonlySet<Pid>): Promise<ReadonlyMap<Pid, Usage>> {
  const shares: Share[] = [];
  // Read at once: files of /proc are in memory, and a thousand promises would take longer than a thousand reads.
  for (const [index, pid] of pids().entries()) {
    if (index % BATCH === BATCH - 1) await new Promise(setImmediate);
    const share = shareOf(pid);
    if (share !== undefined) shares.push(share);
  }
  return sums(shares, roots);
}

/** One process's own share. One that has ended but was not waited for counts: its time is nowhere else yet. */
function shareOf(pid: Pid): Share | undefined {
  const field = statOf(pid);
  if (field === undefined) return undefined;
  page ??= pageSize();
  const number = (index: number) => Number(field(index));
  return {
    pid,
    parent: number(4),
    group: number(5),
    session: number(6),
    cpu: (number(14) + number(15) + number(16) + number(17)) * TICK,
    memory: number(24) * page,
  };
}

/**
 * The sum of each root's tree. A process belongs to the nearest root above it; one whose parents have ended, to the
 * root whose process group or session it is in. What has left all three is nobody's.
 */
export function sums(shares: readonly Share[], roots: ReadonlySet<Pid>): ReadonlyMap<Pid, Usage> {
  const byPid = new Map(shares.map(share => [share.pid, share]));
  const owners = new Map<Pid, Pid | undefined>();
  const above = (pid: Pid): Pid | undefined => {
    if (roots.has(pid)) return pid;
    if (owners.has(pid)) return owners.get(pid);
    // A pid that was used again while /proc was read could make a circle.
    owners.set(pid, undefined);
    const share = byPid.get(pid);
    const owner = share && (above(share.parent) ?? [share.group, share.session].find(id => roots.has(id)));
    owners.set(pid, owner);
    return owner;
  };
  const found = new Map<Pid, Usage>();
  for (const { pid, cpu, memory } of shares) {
    const owner = above(pid);
    if (owner === undefined || !byPid.has(owner)) continue;
    const known = found.get(owner) ?? { cpu: 0, memory: 0 };
    found.set(owner, { cpu: known.cpu + cpu, memory: known.memory + memory });
  }
  return found;
}
