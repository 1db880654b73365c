import type { InstanceNotice, InstanceTurn, ProcessReport, Subject } from './events.ts';
import type { Pid, ProcessSpec } from './spec.ts';
import { STOPPED_STATES, type StateName } from './states.ts';

/** What an instance knows of itself that its notices are made of. */
interface Facts {
  readonly spec: ProcessSpec;
  /** The state that was last announced. */
  readonly state: StateName;
  readonly pid: Pid;
  readonly retries: number;
  readonly exitstatus: number;
  readonly exitWasExpected: boolean;
  readonly spawnerr: string;
}

type Kind<Type extends InstanceNotice['type']> = Extract<InstanceNotice, { type: Type }>;
type Exit = Extract<ProcessReport, { type: 'process.exited' }>;

/** What a process did when it ended: it stopped as asked, had not yet begun to run, or had. */
export type During = Kind<'instance.exited'>['during'];

/** Who a notice is about. */
export const subject = ({ spec }: Pick<Facts, 'spec'>): Subject => ({
  group: spec.group,
  program: spec.program,
  name: spec.name,
});

/** It goes over from the state that was last announced to this one. */
export const stateNotice = (facts: Facts, to: StateName): Kind<'instance.state'> => ({
  type: 'instance.state',
  ...subject(facts),
  from: facts.state,
  to,
  pid: facts.pid,
  tries: facts.retries,
  expected: facts.exitWasExpected,
  exitstatus: facts.exitstatus,
  spawnerr: facts.spawnerr,
  spec: facts.spec,
});

/** It is sent a signal. */
export const killNotice = (
  facts: Facts,
  how: Pick<Kind<'instance.killing'>, 'signal' | 'asgroup' | 'why'>,
): Kind<'instance.killing'> => ({
  type: 'instance.killing',
  ...subject(facts),
  pid: facts.pid,
  ...how,
});

/** Its process has ended. */
export const exitNotice = (
  facts: Facts,
  { exitstatus, signal, core }: Exit,
  how: Pick<Kind<'instance.exited'>, 'expected' | 'during'>,
): Kind<'instance.exited'> => ({
  type: 'instance.exited',
  ...subject(facts),
  pid: facts.pid,
  exitstatus,
  signal,
  ...(core && { core }),
  ...how,
});

/** What a change of state means to who counts the living. */
export const turn = (from: StateName, to: StateName): InstanceTurn | undefined => {
  const [lived, lives] = [!STOPPED_STATES.has(from), !STOPPED_STATES.has(to)];
  return lived === lives ? undefined : { type: lives ? 'instance.rose' : 'instance.fell' };
};
