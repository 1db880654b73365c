import { fromCallback } from 'xstate';
import type { ListenerPortCommand, PortCommand } from './events.ts';
import type { ProcessSpec } from './spec.ts';

/** What the process port is given: the process to run. */
export interface PortInput {
  readonly spec: ProcessSpec;
}

/**
 * The contract of a process port: started by the state that needs a process, it reports `process.started` or
 * `process.failed`, then exactly one `process.exited` or `process.lost`. Leaving the state disposes of the process.
 * This one does nothing; src/wire.ts provides the real one, and tests provide a fake.
 */
export const processPort = fromCallback<PortCommand, PortInput>(() => {});

/** What a listener's port is given. */
export interface ListenerPortInput extends PortInput {
  /** Who judges what the process answers: Supervisor's own handler by its name, or the path of a module. */
  readonly result_handler: string;
}

/**
 * The contract of a listener's port: started with the listener's process, it writes the events that it is given to the
 * process and reports what the process says, one word at a time. This one does nothing; src/wire.ts provides the real one.
 */
export const listenerPort = fromCallback<ListenerPortCommand, ListenerPortInput>(() => {});
