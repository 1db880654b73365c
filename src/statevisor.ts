/**
 * What other programs import: `import { connect } from 'statevisor'` asks and commands a running daemon; the types of
 * plug-ins are for whoever writes methods of their own.
 */
export * from './client/connect.ts';
export type { XmlRpcStruct, XmlRpcValue } from './rpc/codec.ts';
export type { Plugin, PluginDaemon, PluginMethod, TypeName } from './rpc/contract.ts';
