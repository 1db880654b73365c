import { processes } from '../../../machines/info.ts';
import { allByPriority, fullName, oneProcess } from '../address.ts';
import type { Backend } from '../backend.ts';
import type { XmlRpcStruct } from '../codec.ts';
import { fault, type RpcFault } from '../faults.ts';
import { type Method, method, text } from '../method.ts';
import { type Result, resultOf } from '../rounds.ts';

/** What can be asked of logs beyond Supervisor's interface, in a namespace of our own. */
export const outputMethods = ({ root, logs }: Pick<Backend, 'root' | 'logs'>): readonly Method[] => [
  method({
    name: 'statevisor.rotateProcessLogs',
    params: [text('name', 'a process: name or group:name')],
    returns: 'boolean',
    help: "Rotates a process's logs now, whatever their size; empty ones stay.",
    run: async wanted => {
      const { info } = oneProcess(root.getSnapshot(), wanted);
      const failure = await rotation(fullName(info), logs.rotateProcess(info.group, info.name));
      if (failure !== undefined) throw failure;
      return true;
    },
  }),
  method({
    name: 'statevisor.rotateAllProcessLogs',
    returns: 'array',
    help: 'Rotates the logs of every process, and says what came of each.',
    run: async () => {
      const results: Result[] = [];
      for (const process of allByPriority(root.getSnapshot())) {
        const { info } = process;
        const rotating = logs.rotateProcess(info.group, info.name);
        results.push(resultOf(process, await rotation(fullName(info), rotating)));
      }
      return results;
    },
  }),
  method({
    name: 'statevisor.rotateMainLog',
    returns: 'boolean',
    help: "Rotates the daemon's own log now, whatever its size.",
    run: async () => {
      const path = logs.main();
      if (path === undefined) throw fault('NO_FILE');
      const failure = await rotation(path, logs.rotateMain());
      if (failure !== undefined) throw failure;
      return true;
    },
  }),
  method({
    name: 'statevisor.getAllDroppedBytes',
    returns: 'array',
    help: 'Says how many bytes of output of every process reached no log, sorted by group and name.',
    run: () =>
      processes(root.getSnapshot()).map(({ info }): XmlRpcStruct => {
        const { stdout, stderr } = logs.dropped(info.group, info.name);
        return { name: info.name, group: info.group, stdout_dropped: stdout, stderr_dropped: stderr };
      }),
  }),
];

/** What a file system that refuses comes to. */
const rotation = (subject: string, rotating: Promise<void>): Promise<RpcFault | undefined> =>
  rotating.then(
    () => undefined,
    (error: Error) => fault('FAILED', `${subject}: ${error.message}`),
  );
