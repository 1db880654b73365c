import { readdirSync, readFileSync } from 'node:fs';

/** What a machine has to give. */
export interface Machine {
  /** The most open files that a process may ask for. */
  readonly files: number;
  /** Processes that may still be started. */
  readonly processes: number;
  /** Memory that is free or can be freed, in MiB. */
  readonly memory: number;
}

/** Descriptors that a supervisord may need for each program: its pipes, and some for itself. */
export const descriptorsOf = (programs: number): number => 3 * programs + 1000;

/** MiB that a sleeping program may take, with what the kernel keeps for it. */
const PROGRAM_MEMORY = 0.3;

/** Why so many programs cannot be run on the machine; undefined where they can. */
export function shortage(programs: number, machine: Machine): string | undefined {
  const needs = [
    { what: 'open files', need: descriptorsOf(programs), has: machine.files },
    { what: 'processes', need: programs + 500, has: machine.processes },
    { what: 'MiB of memory', need: Math.ceil(programs * PROGRAM_MEMORY + 1000), has: machine.memory },
  ];
  const short = needs.filter(({ need, has }) => has < need);
  if (short.length === 0) return undefined;
  const list = short.map(({ what, need, has }) => `${need} ${what}, has ${has}`).join('; ');
  return `${programs} programs need ${list}`;
}

/** What this machine has to give to this user. */
export function thisMachine(): Machine {
  const isRoot = process.getuid?.() === 0;
  const running = readdirSync('/proc').filter(name => /^\d+$/.test(name)).length;
  const kernel = (name: string) => Number(readFileSync(`/proc/sys/kernel/${name}`, 'utf8'));
  return {
    files: isRoot ? kernelFiles() : limit('open files'),
    processes: Math.min(
      kernel('pid_max') - running,
      kernel('threads-max') - running,
      isRoot ? Number.POSITIVE_INFINITY : limit('processes') - running,
    ),
    memory: Math.floor(
      Number(/MemAvailable:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) / 1024,
    ),
  };
}

/** Root may raise its limit up to this. */
const kernelFiles = () => Number(readFileSync('/proc/sys/fs/nr_open', 'utf8'));

/** The hard limit of this process by its name in /proc/self/limits. */
function limit(name: string): number {
  const hard = new RegExp(`^Max ${name}\\s+\\S+\\s+(\\S+)`, 'm').exec(
    readFileSync('/proc/self/limits', 'utf8'),
  )?.[1];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
