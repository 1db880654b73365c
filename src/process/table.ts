import type { Input, Instant } from '../../machines/events.ts';
import type { Pid } from '../../machines/spec.ts';

/** A process of ours that has not been waited for yet. */
export interface Tenant {
  readonly pid: Pid;
  readonly group: string;
  readonly name: string;
  readonly since: Instant;
  /** Whether it can still read what is written to its stdin. */
  acceptsInput(): boolean;
  /** Writes to its stdin, and keeps nothing: what waits is a copy. */
  write(data: Input): void;
}

/** Who is alive: every process from its spawn until its status was taken, whatever its actor thinks. */
export interface ProcessTable {
  enter(tenant: Tenant): void;
  leave(pid: Pid): void;
  owns(pid: Pid): boolean;
  /** Whether there is such a process, and it can still read what is written to its stdin. */
  acceptsInput(pid: Pid): boolean;
  /** Writes to a process's stdin; false where there is no such process. */
  write(pid: Pid, data: Input): boolean;
  list(): readonly Tenant[];
}

/** An empty table. */
export function createTable(): ProcessTable {
  const tenants = new Map<Pid, Tenant>();
  return {
    enter: tenant => void tenants.set(tenant.pid, tenant),
    leave: pid => void tenants.delete(pid),
    owns: pid => tenants.has(pid),
    acceptsInput: pid => tenants.get(pid)?.acceptsInput() ?? false,
    write(pid, data) {
      const tenant = tenants.get(pid);
      tenant?.write(data);
      return tenant !== undefined;
    },
    list: () => [...tenants.values()],
  };
}
