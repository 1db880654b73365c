import { fromCallback } from 'xstate';
import type { Instant, PortCommand } from '../../machines/events.ts';
import type { PortInput, processPort } from '../../machines/ports.ts';
import type { Milliseconds, ProcessSpec } from '../../machines/spec.ts';
import { createChild } from './child.ts';
import type { Exits } from './exits.ts';
import type { Launch } from './launch.ts';
import { createQueue } from './queue.ts';
import type { ProcessTable } from './table.ts';

/** Where a process's output goes: the room src/output provides it. */
export interface ProcessOutput {
  /** Blocking descriptors for the child's 1 and 2, the same number where stderr is redirected. The caller closes them. */
  openChildEnds(): { readonly stdout: number; readonly stderr: number };
  /** Resolves when all that the child wrote is in its logs. */
  drain(): Promise<void>;
}

/** Something that went wrong around a process that lives on, or is gone already. */
export interface ProcessTrouble {
  readonly group: string;
  readonly name: string;
  readonly during: 'launch' | 'follow' | 'stdin' | 'drain' | 'dispose';
  readonly cause: Error;
}

/** What the port needs of the world. */
export interface ProcessPortDeps {
  readonly launch: Launch;
  /** The one that the launch has as well: two would take each other's children for strangers. */
  readonly exits: Exits;
  readonly table: ProcessTable;
  /** The daemon's own environment, which children inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  output(spec: ProcessSpec): ProcessOutput;
  /** The descriptor that a program gets as its 0 in place of a pipe: an fcgi-program's socket. It stays the caller's. */
  stdin?(spec: ProcessSpec): number | undefined;
  now(): Instant;
  /** Called between two spawns: a storm of them should not keep others from their turn. */
  between?(): void;
  onTrouble(trouble: ProcessTrouble): void;
}

/** How long spawns may hold the event loop before requests get their turn. */
const SPAWN_BUDGET: Milliseconds = 4;

/**
 * The process port for real processes. Spawns wait in one queue for all instances; leaving the state before one's turn
 * cancels it, leaving it later kills the process group. Commands that come before the spawn are carried out after it.
 */
export function createProcessPort(deps: ProcessPortDeps): typeof processPort {
  const queue = createQueue(SPAWN_BUDGET, () => deps.now().monotonic, deps.between);
  return fromCallback<PortCommand, PortInput>(({ input, sendBack, receive }) => {
    const child = createChild(input.spec, deps, sendBack);
    const leave = queue.enter(child.spawn);
    receive(child.command);
    return () => {
      leave();
      child.dispose();
    };
  });
}
