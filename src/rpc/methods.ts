import type { Backend } from './backend.ts';
import type { Method } from './method.ts';
import { daemonMethods } from './methods/daemon.ts';
import { groupMethods } from './methods/groups.ts';
import { infoMethods } from './methods/info.ts';
import { logMethods } from './methods/logs.ts';
import { processMethods } from './methods/process.ts';
import { signalMethods } from './methods/signal.ts';

/** Every method of the supervisor.* namespace: what `supervisor.rpcinterface:make_main_rpcinterface` stands for. */
export const supervisorMethods = (backend: Backend): readonly Method[] => [
  ...daemonMethods(backend),
  ...infoMethods(backend),
  ...processMethods(backend),
  ...groupMethods(backend),
  ...signalMethods(backend),
  ...logMethods(backend),
];
