/** Supervisor's process states and the codes that its XML-RPC interface gives them. */
export const STATE_CODES = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
  UNKNOWN: 1000,
} as const;

/** A process state, in Supervisor's word for it. */
export type StateName = keyof typeof STATE_CODES;

/** The states in which a process can be started and its group removed. */
export const STOPPED_STATES: ReadonlySet<StateName> = new Set<StateName>([
  'STOPPED',
  'EXITED',
  'FATAL',
  'UNKNOWN',
]);

/** The states that count as up: a start answers ALREADY_STARTED. */
export const RUNNING_STATES: ReadonlySet<StateName> = new Set<StateName>(['RUNNING', 'BACKOFF', 'STARTING']);

/** The states in which there is a process to send a signal to. */
export const SIGNALLABLE_STATES: ReadonlySet<StateName> = new Set<StateName>([
  'RUNNING',
  'STARTING',
  'STOPPING',
]);

/** The daemon's own states and their codes. */
export const SUPERVISOR_STATE_CODES = { FATAL: 2, RUNNING: 1, RESTARTING: 0, SHUTDOWN: -1 } as const;

/** A state of the daemon itself, in Supervisor's word for it. */
export type SupervisorStateName = keyof typeof SUPERVISOR_STATE_CODES;
