import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used so far: processor time in milliseconds, and how often it was put aside. */
export interface Usage {
  readonly cpu: number;
  readonly switches: number;
}

/** Resident memory of a process in MiB; throws where it has ended. */
export const rss = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** What all threads of a process have used; throws where it has ended. */
export function usage(pid: number): Usage {
  let [cpu, switches] = [0, 0];
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${task}`;
    cpu += Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    for (const [, count] of readFileSync(`${folder}/status`, 'utf8').matchAll(/ctxt_switches:\s+(\d+)/g)) {
      switches += Number(count);
    }
  }
  return { cpu, switches };
}
