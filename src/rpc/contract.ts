import type { XmlRpcValue } from './codec.ts';

/** XML-RPC's names of types, as system.methodSignature gives them. */
export type TypeName = 'string' | 'int' | 'boolean' | 'array' | 'struct';

/** What a plug-in's methods may do with the daemon. */
export interface PluginDaemon {
  /** Calls any method by its full name, such as `supervisor.getState`; rejects with an error that has `code`. */
  call(name: string, ...params: readonly XmlRpcValue[]): Promise<XmlRpcValue>;
  /** Throws an error that the client gets as an XML-RPC fault. */
  fault(code: number, text: string): never;
}

/** One method of a plug-in. */
export interface PluginMethod {
  /** What it takes, by name and XML-RPC type. */
  readonly params?: Readonly<Record<string, TypeName>>;
  readonly returns: TypeName;
  readonly help: string;
  run(...params: readonly XmlRpcValue[]): XmlRpcValue | Promise<XmlRpcValue>;
}

/** What a plug-in's ES module exports as its default: its methods by name, made once for each start and reload. */
export type Plugin = (
  daemon: PluginDaemon,
  options: Readonly<Record<string, string>>,
) => Readonly<Record<string, PluginMethod>> | Promise<Readonly<Record<string, PluginMethod>>>;
