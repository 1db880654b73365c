// The part of Supervisor's XML-RPC interface that supervisorctl uses, as types.

/** One process as supervisor.getProcessInfo tells it. */
export interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  readonly state: number;
  readonly statename: string;
  readonly spawnerr: string;
  readonly exitstatus: number;
  readonly logfile: string;
  readonly stdout_logfile: string;
  readonly stderr_logfile: string;
  readonly pid: number;
}

/** One process as configured, as far as `avail` shows it. */
export interface ConfigInfo {
  readonly name: string;
  readonly group: string;
  readonly inuse: boolean;
  readonly autostart: boolean;
  readonly group_prio: number;
  readonly process_prio: number;
}

/** What became of one process of a group action; `status` is a fault code, 80 for success. */
export interface ActionResult {
  readonly name: string;
  readonly group: string;
  readonly status: number;
  readonly description: string;
}

/** How many bytes of a process's output reached no log. */
export interface DroppedBytes {
  readonly name: string;
  readonly group: string;
  readonly stdout_dropped: number;
  readonly stderr_dropped: number;
}

/** What reloadConfig answers: group names added, changed and removed. */
export type ConfigChanges = readonly [
  readonly [added: readonly string[], changed: readonly string[], removed: readonly string[]],
];

/** A chart in characters, and where its actor is in it. */
export interface Chart {
  readonly lines: readonly string[];
  /** Where each state stands, in characters. */
  readonly states: readonly {
    readonly id: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly transitions: readonly {
    readonly from: string;
    /** '' for what is done without leaving the state. */
    readonly to: string;
    /** '' for a transition that is taken at once. */
    readonly on: string;
    readonly guard: string;
  }[];
  /** The states that it is in, the innermost last. */
  readonly now: readonly string[];
}

/** Parameters and value of each method. */
export interface Methods {
  'supervisor.getVersion': [[], string];
  'supervisor.getSupervisorVersion': [[], string];
  'supervisor.getPID': [[], number];
  'supervisor.getAllProcessInfo': [[], readonly ProcessInfo[]];
  'supervisor.getProcessInfo': [[name: string], ProcessInfo];
  'supervisor.getAllConfigInfo': [[], readonly ConfigInfo[]];
  'supervisor.startProcess': [[name: string, wait?: boolean], boolean];
  'supervisor.startProcessGroup': [[group: string, wait?: boolean], readonly ActionResult[]];
  'supervisor.startAllProcesses': [[wait?: boolean], readonly ActionResult[]];
  'supervisor.stopProcess': [[name: string, wait?: boolean], boolean];
  'supervisor.stopProcessGroup': [[group: string, wait?: boolean], readonly ActionResult[]];
  'supervisor.stopAllProcesses': [[wait?: boolean], readonly ActionResult[]];
  'supervisor.signalProcess': [[name: string, signal: string], boolean];
  'supervisor.signalProcessGroup': [[group: string, signal: string], readonly ActionResult[]];
  'supervisor.signalAllProcesses': [[signal: string], readonly ActionResult[]];
  'supervisor.clearProcessLogs': [[name: string], boolean];
  'supervisor.clearAllProcessLogs': [[], readonly ActionResult[]];
  'supervisor.readProcessStdoutLog': [[name: string, offset: number, length: number], string];
  'supervisor.readProcessStderrLog': [[name: string, offset: number, length: number], string];
  'supervisor.readLog': [[offset: number, length: number], string];
  'supervisor.sendProcessStdin': [[name: string, text: string], boolean];
  'supervisor.reloadConfig': [[], ConfigChanges];
  'supervisor.addProcessGroup': [[name: string], boolean];
  'supervisor.removeProcessGroup': [[name: string], boolean];
  'supervisor.restart': [[], boolean];
  'supervisor.shutdown': [[], boolean];
  'system.listMethods': [[], readonly string[]];
  /** Only Statevisor's supervisord has these. */
  'statevisor.chart': [[name: string], Chart];
  'statevisor.inspect': [[on: boolean], string];
  'statevisor.rotateProcessLogs': [[name: string], boolean];
  'statevisor.rotateAllProcessLogs': [[], readonly ActionResult[]];
  'statevisor.rotateMainLog': [[], boolean];
  'statevisor.getAllDroppedBytes': [[], readonly DroppedBytes[]];
}

/** The name of a method that supervisorctl uses. */
export type Method = keyof Methods;
/** The parameters of a method. */
export type Params<M extends Method> = Methods[M][0];
/** The value that a method answers with. */
export type Value<M extends Method> = Methods[M][1];

/** The version of the interface that supervisorctl speaks; another server is refused. */
export const apiVersion = '3.0';
