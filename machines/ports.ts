import { fromCallback } from 'xstate';
import type { PortCommand, ProcessReport } from './events.ts';
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

/** What a port may send to its instance. */
export type PortReport = ProcessReport;
