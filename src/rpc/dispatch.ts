import { supervisorState } from '../../machines/info.ts';
import type { Answer } from './answer.ts';
import type { Backend } from './backend.ts';
import type { XmlRpcValue } from './codec.ts';
import { fault } from './faults.ts';
import { type Method, readParams, takesAsMany } from './method.ts';
import { systemMethods } from './methods/system.ts';

/** Answers calls by name. */
export interface Dispatcher {
  /** Every method by its name, sorted. */
  readonly methods: ReadonlyMap<string, Method>;
  /** Throws or rejects with `RpcFault`; any other error is a defect. */
  readonly call: Call;
}

/** A call: the method's full name and what the client sent. */
export type Call = (name: string, params: readonly XmlRpcValue[]) => Answer | Promise<Answer>;

/** Makes a dispatcher for these methods and the system.* that describe them. */
export function dispatcher(backend: Pick<Backend, 'root'>, rows: readonly Method[]): Dispatcher {
  const methods = new Map<string, Method>();
  const call: Call = (name, params) => {
    const found = methods.get(name);
    if (found === undefined) throw fault('UNKNOWN_METHOD');
    if (!takesAsMany(found, params)) throw fault('INCORRECT_PARAMETERS');
    if (!found.always && supervisorState(backend.root.getSnapshot()) !== 'RUNNING')
      throw fault('SHUTDOWN_STATE');
    return found.run(readParams(found, params));
  };
  const all = [...rows, ...systemMethods(methods, call)];
  for (const row of all.toSorted((a, b) => (a.name < b.name ? -1 : 1))) methods.set(row.name, row);
  return { methods, call };
}
