import { oneProcess } from '../address.ts';
import type { Backend } from '../backend.ts';
import type { XmlRpcStruct } from '../codec.ts';
import { fault } from '../faults.ts';
import { flag, type Method, method, type Param, text } from '../method.ts';

/** The inspector as a method turns it on and off. */
export interface InspectorSwitch {
  /** Promises its URL; rejects where it cannot listen. */
  on(): Promise<string>;
  off(): Promise<void>;
}

/** What these methods need besides the backend. */
export interface StatevisorParts {
  readonly inspector: InspectorSwitch;
  /** A machine's chart in characters, as the build has drawn it. */
  chart(machine: 'instance' | 'supervisor'): Promise<XmlRpcStruct>;
}

/** A process, or nobody: the daemon itself. */
const whose: Param<string> = { ...text('name', 'a process; without it the daemon'), otherwise: '' };

/** The methods of a namespace of our own: what Supervisor does not have. */
export const statevisorMethods = (
  { root }: Pick<Backend, 'root'>,
  { inspector, chart }: StatevisorParts,
): readonly Method[] => [
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
  method({
    name: 'statevisor.chart',
    params: [whose],
    returns: 'struct',
    help: 'Gives the chart of a process or of the daemon, drawn in characters, and the states in which it is now, the innermost last.',
    always: true,
    async run(name) {
      const snapshot = root.getSnapshot();
      const { value } = name === '' ? snapshot : oneProcess(snapshot, name).ref.getSnapshot();
      return { ...(await chart(name === '' ? 'supervisor' : 'instance')), now: pathsOf(value) };
    },
  }),
];

/** A state and the states in it, each by its path from the top: `alive`, `alive.running`. */
function pathsOf(value: unknown, above = ''): readonly string[] {
  if (typeof value === 'string') return [above + value];
  return Object.entries(value as object).flatMap(([state, inside]) => [
    above + state,
    ...pathsOf(inside, `${above}${state}.`),
  ]);
}

const refuse = (error: Error): never => {
  throw fault('FAILED', error.message);
};
