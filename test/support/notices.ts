import type { SupervisorNotice } from '../../machines/events.ts';
import { processSpec } from './spec.ts';

type Entered = Extract<SupervisorNotice, { type: 'instance.state' }>;

/** A process alone in a program and a group of its own name, as notices name it. */
export const of = (name: string) => ({ group: name, program: name, name });

/** The notice that such a process has gone from one state to another. */
export const entered = (name: string, over: Pick<Entered, 'from' | 'to'> & Partial<Entered>): Entered => ({
  type: 'instance.state',
  ...of(name),
  pid: 7,
  tries: 0,
  expected: false,
  exitstatus: 0,
  spawnerr: '',
  spec: processSpec({ name }),
  ...over,
});
