import type { Seconds } from '../../machines/spec.ts';

/** The events that tell the time, and how often, in the order in which they are sent. */
export const TICKS = { TICK_5: 5, TICK_60: 60, TICK_3600: 3600 } as const satisfies Record<string, Seconds>;

/** Every type of event that is ever sent. */
export type EventName =
  | 'PROCESS_STATE_STOPPED'
  | 'PROCESS_STATE_STARTING'
  | 'PROCESS_STATE_RUNNING'
  | 'PROCESS_STATE_BACKOFF'
  | 'PROCESS_STATE_STOPPING'
  | 'PROCESS_STATE_EXITED'
  | 'PROCESS_STATE_FATAL'
  | 'PROCESS_STATE_UNKNOWN'
  | 'PROCESS_LOG_STDOUT'
  | 'PROCESS_LOG_STDERR'
  | 'PROCESS_COMMUNICATION_STDOUT'
  | 'PROCESS_COMMUNICATION_STDERR'
  | 'REMOTE_COMMUNICATION'
  | 'SUPERVISOR_STATE_CHANGE_RUNNING'
  | 'SUPERVISOR_STATE_CHANGE_STOPPING'
  | 'PROCESS_GROUP_ADDED'
  | 'PROCESS_GROUP_REMOVED'
  | keyof typeof TICKS;

/** Whether a subscription to a type covers events of another: EVENT is all, PROCESS_STATE is each of its states. */
export const covers = (subscribed: string, name: EventName): boolean =>
  subscribed === 'EVENT' || subscribed === name || name.startsWith(`${subscribed}_`);
