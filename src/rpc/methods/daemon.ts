import { supervisorState } from '../../../machines/info.ts';
import { SUPERVISOR_STATE_CODES, type SupervisorStateName } from '../../../machines/states.ts';
import { supervisorVersion } from '../../version.ts';
import { Encoded } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { encodeValue } from '../codec.ts';
import { type Method, method, text } from '../method.ts';
import { orCannotReread } from './groups.ts';

/** The version of this interface, which clients ask for. */
const apiVersion = '3.0';

const stateStruct = (statename: SupervisorStateName): Encoded =>
  new Encoded(encodeValue({ statecode: SUPERVISOR_STATE_CODES[statename], statename }));

/** Health checks ask for this all the time. */
const states: Readonly<Record<SupervisorStateName, Encoded>> = {
  FATAL: stateStruct('FATAL'),
  RUNNING: stateStruct('RUNNING'),
  RESTARTING: stateStruct('RESTARTING'),
  SHUTDOWN: stateStruct('SHUTDOWN'),
};

/** What is said of the daemon, and how it is ended. */
export const daemonMethods = (backend: Backend): readonly Method[] => [
  ...['supervisor.getAPIVersion', 'supervisor.getVersion'].map(name =>
    method({
      name,
      returns: 'string',
      help: 'Gives the version of this interface.',
      run: () => apiVersion,
    }),
  ),
  method({
    name: 'supervisor.getSupervisorVersion',
    returns: 'string',
    help: 'Gives the release of Supervisor that this daemon behaves as.',
    run: () => supervisorVersion,
  }),
  method({
    name: 'supervisor.getIdentification',
    returns: 'string',
    help: 'Gives the identifier of [supervisord].',
    run: () => backend.identification,
  }),
  method({
    name: 'supervisor.getState',
    returns: 'struct',
    help: 'Says what the daemon is about: statecode and statename.',
    run: () => states[supervisorState(backend.root.getSnapshot())],
  }),
  method({
    name: 'supervisor.getPID',
    returns: 'int',
    help: "Gives the daemon's process id.",
    run: () => backend.pid,
  }),
  method({
    name: 'supervisor.shutdown',
    returns: 'boolean',
    help: 'Stops every process, then the daemon. Answers at once.',
    run: () => {
      backend.shutdown();
      return true;
    },
  }),
  method({
    name: 'supervisor.restart',
    returns: 'boolean',
    help: 'Reads the configuration, stops every process and starts by it. Answers at once; a broken one changes nothing.',
    run: async () => {
      await orCannotReread(backend.reload());
      return true;
    },
  }),
  method({
    name: 'supervisor.sendRemoteCommEvent',
    params: [text('type', "the event's type"), text('data', "the event's data")],
    returns: 'boolean',
    help: 'Sends a REMOTE_COMMUNICATION event to the listeners that want it.',
    always: true,
    run: (type, data) => {
      backend.remoteCommunication(type, data);
      return true;
    },
  }),
];
