import type { InstanceCommand } from '../../machines/events.ts';
import type { ProcessView } from '../../machines/info.ts';
import { RUNNING_STATES, SIGNALLABLE_STATES, type StateName } from '../../machines/states.ts';

/** What an operator can tell a process now: without `why` it can be done, with it it cannot, and that is the reason. */
export interface Possible {
  readonly act: 'start' | 'stop' | 'restart' | 'signal';
  readonly why?: string;
}

const IS: Readonly<Record<StateName, string>> = {
  STOPPED: 'it is stopped',
  STARTING: 'it is starting',
  RUNNING: 'it runs',
  BACKOFF: 'it waits for its next try',
  STOPPING: 'it is stopping',
  EXITED: 'it has exited',
  FATAL: 'it has failed for good',
  UNKNOWN: 'nobody knows what it does',
};

interface PossibleRow {
  readonly act: Possible['act'];
  /** What the instance would be told. */
  readonly event: InstanceCommand;
  /** In which states it makes sense besides being understood. */
  readonly fits: (state: StateName) => boolean;
}

const start: InstanceCommand = { type: 'instance.start' };
const stop: InstanceCommand = { type: 'instance.stop', reason: 'operator' };

const ROWS: readonly PossibleRow[] = [
  { act: 'start', event: start, fits: state => !RUNNING_STATES.has(state) && state !== 'UNKNOWN' },
  { act: 'stop', event: stop, fits: state => RUNNING_STATES.has(state) },
  { act: 'restart', event: stop, fits: state => RUNNING_STATES.has(state) },
  {
    act: 'signal',
    event: { type: 'instance.signal', signal: 'SIGHUP' },
    fits: state => SIGNALLABLE_STATES.has(state),
  },
];

/** What can be done with a process now, by its own machine's word. */
export const possible = ({ ref, info }: ProcessView): readonly Possible[] => {
  const snapshot = ref.getSnapshot();
  return ROWS.map(({ act, event, fits }) =>
    snapshot.can(event) && fits(info.state) ? { act } : { act, why: IS[info.state] },
  );
};
