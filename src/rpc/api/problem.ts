import { STATUS_CODES } from 'node:http';
import { type FaultName, faultName, RpcFault } from '../faults.ts';
import { HttpError } from '../reply.ts';
import type { Problem } from './model.ts';

/** The HTTP status of each fault: 404 for what does not exist, 409 for what does not fit a process's state. */
const statuses: Readonly<Record<FaultName, number>> = {
  UNKNOWN_METHOD: 404,
  INCORRECT_PARAMETERS: 400,
  BAD_ARGUMENTS: 400,
  SIGNATURE_UNSUPPORTED: 404,
  SHUTDOWN_STATE: 503,
  BAD_NAME: 404,
  BAD_SIGNAL: 400,
  NO_FILE: 404,
  NOT_EXECUTABLE: 409,
  FAILED: 500,
  ABNORMAL_TERMINATION: 409,
  SPAWN_ERROR: 409,
  ALREADY_STARTED: 409,
  NOT_RUNNING: 409,
  SUCCESS: 200,
  ALREADY_ADDED: 409,
  STILL_RUNNING: 409,
  CANT_REREAD: 422,
};

/** What an error is to the client of the JSON API, or undefined for a defect of ours. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof HttpError) return problem(error.status);
  if (!(error instanceof RpcFault)) return undefined;
  const name = faultName(error.code) ?? 'FAILED';
  return { ...problem(statuses[name]), detail: error.message, fault: name, code: error.code };
}

const problem = (status: number): Problem => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
});
