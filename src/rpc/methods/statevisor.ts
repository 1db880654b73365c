import { fault } from '../faults.ts';
import { flag, type Method, method } from '../method.ts';

/** The inspector as a method turns it on and off. */
export interface InspectorSwitch {
  /** Promises its URL; rejects where it cannot listen. */
  on(): Promise<string>;
  off(): Promise<void>;
}

/** The methods of a namespace of our own: what Supervisor does not have. */
export const statevisorMethods = (inspector: InspectorSwitch): readonly Method[] => [
  method({
    name: 'statevisor.inspect',
    params: [flag('on', 'whether the inspector is to listen', true)],
    returns: 'string',
    help: "Turns the inspector on, where actors, events and states are sent in the protocol of Stately's, or off. Gives its URL, or an empty string.",
    always: true,
    async run(on) {
      if (on) return inspector.on().catch(refuse);
      await inspector.off();
      return '';
    },
  }),
];

const refuse = (error: Error): never => {
  throw fault('FAILED', error.message);
};
