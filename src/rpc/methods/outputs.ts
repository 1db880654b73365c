import { processes } from '../../../machines/info.ts';
import { doOne, rotate, rotateMain, toAllLogs } from '../actions.ts';
import { allByPriority, fullName, oneProcess } from '../address.ts';
import type { Backend } from '../backend.ts';
import type { XmlRpcStruct } from '../codec.ts';
import { type Method, method, text } from '../method.ts';

/** What can be asked of logs beyond Supervisor's interface, in a namespace of our own. */
export const outputMethods = ({ root, logs }: Pick<Backend, 'root' | 'logs'>): readonly Method[] => [
  method({
    name: 'statevisor.rotateProcessLogs',
    params: [text('name', 'a process: name or group:name')],
    returns: 'boolean',
    help: "Rotates a process's logs now, whatever their size; empty ones stay.",
    run: wanted => {
      const process = oneProcess(root.getSnapshot(), wanted);
      return doOne(rotate({ logs }), process, fullName(process.info));
    },
  }),
  method({
    name: 'statevisor.rotateAllProcessLogs',
    returns: 'array',
    help: 'Rotates the logs of every process, and says what came of each.',
    run: () => toAllLogs(allByPriority(root.getSnapshot()), rotate({ logs })),
  }),
  method({
    name: 'statevisor.rotateMainLog',
    returns: 'boolean',
    help: "Rotates the daemon's own log now, whatever its size.",
    run: async () => {
      await rotateMain({ logs });
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
