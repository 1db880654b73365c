import type { Chart, ChartState, ChartTransition } from './chart.ts';

/** The rooms of the tree: what is in each, and what each part does. */
const ROOMS = {
  doors: {
    'supervisord.conf': 'sections and options',
    clients: 'supervisorctl, XML-RPC, ours or Python’s',
    signals: 'TERM, HUP, USR2',
  },
  'src, towards the machines': {
    config: 'what the file meant',
    rpc: 'what the client sees',
  },
  'machines: when': {
    supervisor: 'groups, order, reload',
    program: 'one a section',
    instance: 'one a process',
  },
  'src, towards the kernel': {
    process: 'spawn, signal, reap',
    output: 'FIFOs, logs, rotation',
    events: 'main log, listeners',
  },
} as const;

/** Who tells whom what. */
const STREETS = [
  { from: 'supervisord.conf', to: 'config', what: 'text' },
  { from: 'clients', to: 'rpc', what: 'requests' },
  { from: 'config', to: 'supervisor', what: 'specs' },
  { from: 'rpc', to: 'supervisor', what: 'commands' },
  { from: 'signals', to: 'supervisor', what: 'commands' },
  { from: 'supervisor', to: 'program', what: 'commands' },
  { from: 'program', to: 'instance', what: 'commands' },
  { from: 'instance', to: 'process', what: 'port commands' },
  { from: 'process', to: 'instance', what: 'reports' },
  { from: 'instance', to: 'events', what: 'notices' },
  { from: 'process', to: 'output', what: 'bytes' },
] as const;

const box = (id: string, parent: string | undefined): ChartState => ({
  id,
  key: id || 'statevisor',
  parent,
  initial: undefined,
  isFinal: false,
  entry: [],
  invokes: [],
});

const arrow = (from: string, to: string | undefined, on: string): ChartTransition => ({
  from,
  to,
  on,
  guard: '',
  actions: [],
});

/** The architecture in the form of a chart, so that it is drawn as the machines are. */
export const architecture: Chart = {
  name: 'architecture',
  states: [
    box('', undefined),
    ...Object.entries(ROOMS).flatMap(([room, parts]) => [
      box(room, ''),
      ...Object.keys(parts).map(part => box(part, room)),
    ]),
  ],
  transitions: [
    ...Object.values(ROOMS).flatMap(parts =>
      Object.entries(parts).map(([part, does]) => arrow(part, undefined, does)),
    ),
    ...STREETS.map(({ from, to, what }) => arrow(from, to, what)),
  ],
};
