import { doOne, signal, signalAll, writeStdin } from '../actions.ts';
import { allByPriority, groupByPriority, oneProcess, resolve } from '../address.ts';
import type { Backend } from '../backend.ts';
import { fault } from '../faults.ts';
import { type Method, method, type Param, text } from '../method.ts';

const signalName = text('signal', 'a name such as HUP or SIGHUP, or a number');

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
  return [
    method({
      name: 'supervisor.signalProcess',
      params: [text('name', 'a process: name, group:name; or a whole group: group:*'), signalName],
      returns: 'boolean',
      help: 'Sends a signal to a process. For a whole group it answers as signalProcessGroup does.',
      run: (wanted, sent) => {
        const found = resolve(snapshot(), wanted);
        const act = signal(backend, sent);
        if (found.kind === 'group') return signalAll(groupByPriority(snapshot(), found.group), act);
        return doOne(act, found.process, wanted);
      },
    }),
    method({
      name: 'supervisor.signalProcessGroup',
      params: [text('name', 'a group'), signalName],
      returns: 'array',
      help: 'Sends a signal to the processes of a group that run, and says what came of each.',
      run: (wanted, sent) => signalAll(groupByPriority(snapshot(), wanted), signal(backend, sent)),
    }),
    method({
      name: 'supervisor.signalAllProcesses',
      params: [signalName],
      returns: 'array',
      help: 'Sends a signal to every process that runs, and says what came of each.',
      run: sent => signalAll(allByPriority(snapshot()), signal(backend, sent)),
    }),
    method({
      name: 'supervisor.sendProcessStdin',
      params: [text('name', 'a process: name or group:name'), chars],
      returns: 'boolean',
      help: 'Writes to the stdin of a process.',
      run: (wanted, data) => {
        writeStdin(backend, oneProcess(snapshot(), wanted), data, wanted);
        return true;
      },
    }),
  ];
};
