/** The exit statuses of supervisorctl, as init scripts know them (LSB): for an action, and for `status`. */
export const exits = {
  success: 0,
  failed: 1,
  invalidArguments: 2,
  unimplemented: 3,
  notPermitted: 4,
  notInstalled: 5,
  notRunning: 7,
} as const;

/** What `status` answers beside 0: a process is down, or nothing is known of it. */
export const statusExits = { down: 3, unknown: 4 } as const;

/** An exit status of supervisorctl. */
export type Exit = number;

/** The later failure wins, and success hides none: `start A B` with two failures ends with B's. */
export function lastFailure(exitsSoFar: readonly Exit[]): Exit {
  return exitsSoFar.findLast(exit => exit !== exits.success) ?? exits.success;
}
