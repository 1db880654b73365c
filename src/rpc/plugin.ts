import { pathToFileURL } from 'node:url';
import { Encoded } from './answer.ts';
import type { XmlRpcValue } from './codec.ts';
import { decodeResponse, wrapResponse } from './codec.ts';
import type { Plugin, PluginDaemon, PluginMethod } from './contract.ts';
import type { Call } from './dispatch.ts';
import { fault, RpcFault } from './faults.ts';
import { type Method, method, type Param } from './method.ts';

/** Where a plug-in is and what its section says. */
export interface PluginSource {
  /** The namespace of its methods. */
  readonly name: string;
  /** The absolute path of its ES module. */
  readonly module: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Loads a plug-in and makes its methods; rejects with an error that names the section and the module. */
export async function loadPlugin(
  { name, module, options }: PluginSource,
  call: Call,
): Promise<readonly Method[]> {
  const subject = `[rpcinterface:${name}] ${module}`;
  try {
    const loaded: { readonly default?: unknown } = await import(pathToFileURL(module).href);
    if (typeof loaded.default !== 'function') throw new Error('expected a function as its default export');
    const methods = await (loaded.default as Plugin)(daemonOf(call), options);
    return Object.entries(methods).map(([key, row]) => methodOf(`${name}.${key}`, row));
  } catch (cause) {
    throw new Error(`${subject}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

const daemonOf = (call: Call): PluginDaemon => ({
  call: async (name, ...params) => {
    const answer = await call(name, params);
    return answer instanceof Encoded ? decodeResponse(wrapResponse(answer.xml)) : answer;
  },
  fault: (code, text) => {
    throw new RpcFault(code, text);
  },
});

const methodOf = (name: string, { params = {}, returns, help, run }: PluginMethod): Method => {
  if (typeof run !== 'function') throw new Error(`${name}: expected an object with a function run`);
  const rows = Object.entries(params).map(
    ([param, type]): Param<XmlRpcValue> => ({ name: param, type, about: '', read: sent => sent }),
  );
  return method({
    name,
    params: rows,
    returns,
    help,
    run: (...values) => guarded(name, () => run(...values)),
  });
};

/** A plug-in's mistake is its caller's fault to see, not the daemon's. */
async function guarded(name: string, run: () => XmlRpcValue | Promise<XmlRpcValue>): Promise<XmlRpcValue> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof RpcFault) throw error;
    throw fault('FAILED', `${name}: ${error instanceof Error ? error.message : error}`);
  }
}
