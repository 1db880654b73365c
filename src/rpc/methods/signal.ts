import type { ProcessView } from '../../../machines/info.ts';
import { SIGNALLABLE_STATES } from '../../../machines/states.ts';
import { allByPriority, fullName, groupByPriority, oneProcess, resolve, tell } from '../address.ts';
import type { Backend } from '../backend.ts';
import type { XmlRpcStruct } from '../codec.ts';
import { fault, RpcFault } from '../faults.ts';
import { type Method, method, type Param, text } from '../method.ts';
import { resultOf } from '../rounds.ts';
import { readSignal } from '../signals.ts';

const signal = text('signal', 'a name such as HUP or SIGHUP, or a number');

const chars: Param<Uint8Array> = {
  name: 'chars',
  type: 'string',
  about: 'what to write; a string is written as UTF-8, base64 as it is',
  read: sent => {
    if (typeof sent === 'string') return Buffer.from(sent, 'utf8');
    if (sent instanceof Uint8Array) return sent;
    throw fault('INCORRECT_PARAMETERS', String(sent));
  },
};

/** What reaches a process that runs: signals and its stdin. */
export const signalMethods = (backend: Backend): readonly Method[] => {
  const snapshot = () => backend.root.getSnapshot();

  const send = (process: ProcessView, label: string, wanted: string): void => {
    const found = readSignal(wanted);
    if (found === undefined) throw fault('BAD_SIGNAL', wanted);
    if (!SIGNALLABLE_STATES.has(process.info.state)) throw fault('NOT_RUNNING', label);
    if (found !== 0) tell(backend, process, { type: 'instance.signal', signal: found });
  };

  const sendAll = (to: readonly ProcessView[], wanted: string): XmlRpcStruct[] =>
    to
      .filter(({ info }) => SIGNALLABLE_STATES.has(info.state))
      .map(process =>
        resultOf(
          process,
          failureOf(() => send(process, fullName(process.info), wanted)),
        ),
      );

  return [
    method({
      name: 'supervisor.signalProcess',
      params: [text('name', 'a process: name, group:name; or a whole group: group:*'), signal],
      returns: 'boolean',
      help: 'Sends a signal to a process. For a whole group it answers as signalProcessGroup does.',
      run: (name, wanted) => {
        const found = resolve(snapshot(), name);
        if (found.kind === 'group') return sendAll(groupByPriority(snapshot(), found.group), wanted);
        send(found.process, name, wanted);
        return true;
      },
    }),
    method({
      name: 'supervisor.signalProcessGroup',
      params: [text('name', 'a group'), signal],
      returns: 'array',
      help: 'Sends a signal to the processes of a group that run, and says what came of each.',
      run: (group, wanted) => sendAll(groupByPriority(snapshot(), group), wanted),
    }),
    method({
      name: 'supervisor.signalAllProcesses',
      params: [signal],
      returns: 'array',
      help: 'Sends a signal to every process that runs, and says what came of each.',
      run: wanted => sendAll(allByPriority(snapshot()), wanted),
    }),
    method({
      name: 'supervisor.sendProcessStdin',
      params: [text('name', 'a process: name or group:name'), chars],
      returns: 'boolean',
      help: 'Writes to the stdin of a process.',
      run: (name, data) => {
        const process = oneProcess(snapshot(), name);
        const { state, pid } = process.info;
        if (pid === 0 || state === 'STOPPING') throw fault('NOT_RUNNING', name);
        tell(backend, process, { type: 'instance.stdin', data });
        return true;
      },
    }),
  ];
};

function failureOf(act: () => void): RpcFault | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof RpcFault) return error;
    throw error;
  }
}
