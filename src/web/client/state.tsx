import type { StateName } from '../../../machines/states.ts';

/** A shape for each state, so that nobody needs to tell colours apart: drawn in a box of 12 by 12. */
const SHAPES: Readonly<Record<StateName, string>> = {
  RUNNING: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z',
  STARTING: 'M6 1a5 5 0 0 0 0 10zM6 1v1.4a3.6 3.6 0 0 1 0 7.2V11A5 5 0 0 0 6 1z',
  BACKOFF: 'M6 .6 11.6 11H.4zM6 4.2 3 9.5h6z',
  STOPPING: 'M6 1a5 5 0 0 1 0 10zM6 1v1.4a3.6 3.6 0 0 0 0 7.2V11A5 5 0 0 1 6 1z',
  STOPPED: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 1.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z',
  EXITED: 'M1.5 1.5h9v9h-9zM3 3v6h6V3z',
  FATAL: 'M2.6 1.2 6 4.6l3.4-3.4 1.4 1.4L7.4 6l3.4 3.4-1.4 1.4L6 7.4l-3.4 3.4-1.4-1.4L4.6 6 1.2 2.6z',
  UNKNOWN: 'M6 .5 11.5 6 6 11.5.5 6zM6 2.6 2.6 6 6 9.4 9.4 6z',
};

/** A state's shape alone. */
export const Shape = ({ state }: { readonly state: StateName }) => (
  <svg class={`shape ${state}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <path d={SHAPES[state]} fill-rule="evenodd" />
  </svg>
);

/** A state in its shape, colour and word. */
export const State = ({ state }: { readonly state: StateName }) => (
  <span class={`state ${state}`}>
    <Shape state={state} />
    {state.toLowerCase()}
  </span>
);
