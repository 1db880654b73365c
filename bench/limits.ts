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

/** Descriptors that ours needs for programs without log files: one for the stdin of each; and for itself. */
const descriptorsOf = (programs: number): number => programs + 100;

/** MiB that a sleeping program may take, with what the kernel keeps for it. */
const PROGRAM_MEMORY = 0.3;

/** What so many programs need of a machine, and what it has. */
const needsOf = (programs: number, machine: Machine) => [
  { what: 'open files', need: descriptorsOf(programs), has: machine.files },
  { what: 'processes', need: programs + 500, has: machine.processes },
  { what: 'MiB of memory', need: Math.ceil(programs * PROGRAM_MEMORY + 1000), has: machine.memory },
];

/** Why so many programs cannot be run on the machine; undefined where they can. */
export function shortage(programs: number, machine: Machine): string | undefined {
  const short = needsOf(programs, machine).filter(({ need, has }) => has < need);
  if (short.length === 0) return undefined;
  const list = short.map(({ what, need, has }) => `${need} ${what}, has ${has}`).join('; ');
  return `${programs} programs need ${list}`;
}

/** So many programs, or as many hundreds of them as the machine bears. */
export function most(wanted: number, machine: Machine): number {
  let programs = wanted;
  while (programs > 0 && shortage(programs, machine) !== undefined) programs -= 100;
  return programs;
}

/** What this machine has to give to this user. */
export function thisMachine(): Machine {
  const mayRaise = hasCapability(SYS_RESOURCE);
  const running = readdirSync('/proc').filter(name => /^\d+$/.test(name)).length;
  const kernel = (name: string) => Number(readFileSync(`/proc/sys/kernel/${name}`, 'utf8'));
  return {
    files: mayRaise ? kernelFiles() : limit('open files'),
    processes: Math.min(
      kernel('pid_max') - running,
      kernel('threads-max') - running,
      mayRaise ? Number.POSITIVE_INFINITY : limit('processes') - running,
    ),
    memory: Math.floor(
      Number(/MemAvailable:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) / 1024,
    ),
  };
}

/** The capability to raise a hard limit, by its bit: root has it, but not in every container. */
const SYS_RESOURCE = 24n;

const hasCapability = (bit: bigint): boolean => {
  const effective = /CapEff:\s+([0-9a-f]+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n;
};

/** Whoever may raise it may do so up to this. */
const kernelFiles = () => Number(readFileSync('/proc/sys/fs/nr_open', 'utf8'));

/** The hard limit of this process by its name in /proc/self/limits. */
function limit(name: string): number {
  const hard = new RegExp(`^Max ${name}\\s+\\S+\\s+(\\S+)`, 'm').exec(
    readFileSync('/proc/self/limits', 'utf8'),
  )?.[1];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
