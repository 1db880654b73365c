// Supervisor's fault registry: the one place that knows which name has which code.

interface FaultRow {
  readonly code: number;
  /** When a client meets it, in our words; shown by the documents that the server publishes. */
  readonly meaning: string;
}

/** Every fault that supervisor.* and system.* may answer with, by the name that opens its text. */
export const faults = {
  UNKNOWN_METHOD: { code: 1, meaning: 'the server has no method of that name' },
  INCORRECT_PARAMETERS: { code: 2, meaning: 'the parameters do not fit the method' },
  BAD_ARGUMENTS: { code: 3, meaning: 'a parameter has a value that the method cannot use' },
  SIGNATURE_UNSUPPORTED: { code: 4, meaning: 'the method does not describe its signature' },
  SHUTDOWN_STATE: { code: 6, meaning: 'the daemon is shutting down' },
  BAD_NAME: { code: 10, meaning: 'no process or group has that name' },
  BAD_SIGNAL: { code: 11, meaning: 'no signal has that name or number' },
  NO_FILE: { code: 20, meaning: 'a file that is needed does not exist' },
  NOT_EXECUTABLE: { code: 21, meaning: 'the command is a file that cannot be executed' },
  FAILED: { code: 30, meaning: 'the system refused the action' },
  ABNORMAL_TERMINATION: { code: 40, meaning: 'the process ended before it counted as started' },
  SPAWN_ERROR: { code: 50, meaning: 'the process could not be spawned' },
  ALREADY_STARTED: { code: 60, meaning: 'the process runs already' },
  NOT_RUNNING: { code: 70, meaning: 'the process does not run' },
  SUCCESS: { code: 80, meaning: 'the action on this process succeeded (a status, not a failure)' },
  ALREADY_ADDED: { code: 90, meaning: 'the group is active already' },
  STILL_RUNNING: { code: 91, meaning: 'the group has processes that run' },
  CANT_REREAD: { code: 92, meaning: 'the configuration file is not valid' },
} as const satisfies Record<string, FaultRow>;

/** A name from the registry. */
export type FaultName = keyof typeof faults;

/** An XML-RPC fault as it goes over the wire: `code`, and `message` as the fault string. */
export class RpcFault extends Error {
  override readonly name = 'RpcFault';
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** Promises Supervisor's fault string: `BAD_NAME`, or `BAD_NAME: foo` when there is a detail. */
export function faultText(name: FaultName, detail?: string): string {
  return detail === undefined ? name : `${name}: ${detail}`;
}

/** Makes the fault of that name; throw it from a method, or put it into a multicall's answer. */
export function fault(name: FaultName, detail?: string): RpcFault {
  return new RpcFault(faults[name].code, faultText(name, detail));
}

const nameByCode: ReadonlyMap<number, string> = new Map(
  Object.entries(faults).map(([name, row]) => [row.code, name]),
);

/** Promises the registry's name of a code, or undefined for a code that another server made up. */
export function faultName(code: number): FaultName | undefined {
  return nameByCode.get(code) as FaultName | undefined;
}
