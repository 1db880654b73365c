import { createActor, fromCallback, SimulatedClock } from 'xstate';
import type {
  InstanceNotice,
  InstanceTurn,
  Instant,
  PortCommand,
  ProcessReport,
} from '../../machines/events.ts';
import { instanceMachine } from '../../machines/instance.ts';
import type { PortInput } from '../../machines/ports.ts';
import { programMachine } from '../../machines/program.ts';
import type { GroupSpec, ProcessSpec, ProgramSpec } from '../../machines/spec.ts';
import { hear, supervisorMachine } from '../../machines/supervisor.ts';
import { processSpec } from '../support/spec.ts';

export { processSpec };

/** A program of these processes, by name; one of its own name where none are given. */
export const programSpec = (
  name: string,
  over: Partial<ProcessSpec> & { names?: readonly string[] } = {},
): ProgramSpec => {
  const { names = [name], ...options } = over;
  const group = options.group ?? name;
  return {
    kind: 'program',
    name,
    group,
    priority: options.priority ?? 999,
    processes: names.map(process => processSpec({ ...options, group, program: name, name: process })),
    listener: undefined,
    fcgi: undefined,
  };
};

/** A group of these programs. */
export const groupSpec = (name: string, programs: readonly ProgramSpec[], priority = 999): GroupSpec => ({
  name,
  priority,
  programs,
});

/** A program alone in a group of its own name. */
export const lone = (name: string, over: Partial<ProcessSpec> = {}): GroupSpec =>
  groupSpec(name, [programSpec(name, over)], over.priority ?? 999);

/** A moment so many milliseconds after the beginning. */
export const at = (monotonic: number): Instant => ({ wall: 1_000_000 + monotonic / 1000, monotonic });

/** The processes that a test's kernel has: each knows what it was told and can be made to report. */
export interface FakeProcess {
  readonly spec: ProcessSpec;
  readonly commands: PortCommand[];
  readonly report: (report: ProcessReport) => void;
  gone: boolean;
}

/** A kernel of fakes: what it spawned, oldest first. */
export const fakeKernel = () => {
  const spawned: FakeProcess[] = [];
  const port = fromCallback<PortCommand, PortInput>(({ input, receive, sendBack }) => {
    const process: FakeProcess = { spec: input.spec, commands: [], report: sendBack, gone: false };
    spawned.push(process);
    receive(command => process.commands.push(command));
    return () => {
      process.gone = true;
    };
  });
  let pid = 100;
  const latest = (name?: string) => {
    const found = spawned.findLast(process => name === undefined || process.spec.name === name);
    if (found === undefined) throw new Error(`nothing was spawned for ${name}`);
    return found;
  };
  return {
    port,
    spawned,
    latest,
    start: (name?: string) => {
      pid += 1;
      latest(name).report({ type: 'process.started', pid, at: at(0) });
      return pid;
    },
    fail: (spawnerr: string) => latest().report({ type: 'process.failed', spawnerr, at: at(0) }),
    /** Fails the spawn because there may be no more processes. */
    refuse: () =>
      latest().report({ type: 'process.failed', spawnerr: 'full', shortage: 'processes', at: at(0) }),
    /** Ends the process, by default when it has lived for half a second. */
    exit: (exitstatus: number, name?: string, lifetime = 500) =>
      latest(name).report({
        type: 'process.exited',
        exitstatus,
        signal: exitstatus < 0 ? 'SIGKILL' : undefined,
        at: at(lifetime),
      }),
    signals: (name?: string) =>
      latest(name).commands.flatMap(c => (c.type === 'port.signal' ? [c.signal] : [])),
  };
};

/** An instance alone, on a simulated clock, with a fake kernel below and a listener above. */
export const startInstance = (over: Partial<ProcessSpec> = {}, wanted: 'up' | 'down' = 'up') => {
  const kernel = fakeKernel();
  const clock = new SimulatedClock();
  const notices: InstanceNotice[] = [];
  const audience = createActor(
    fromCallback<InstanceNotice>(({ receive }) => {
      receive(notice => notices.push(notice));
    }),
  ).start();
  const machine = instanceMachine.provide({ actors: { process: kernel.port } });
  const turns: InstanceTurn['type'][] = [];
  const program = createActor(
    fromCallback<InstanceTurn>(({ receive }) => receive(({ type }) => turns.push(type))),
  ).start();
  const input = { spec: processSpec(over), wanted, audience, program };
  const actor = createActor(machine, { clock, input }).start();
  return {
    actor,
    kernel,
    clock,
    notices,
    /** What its program was told. */
    turns,
    context: () => actor.getSnapshot().context,
    state: () => actor.getSnapshot().context.state,
    /** The states that were announced, in order. */
    states: () => notices.flatMap(notice => (notice.type === 'instance.state' ? [notice.to] : [])),
  };
};

/** A whole tree on a simulated clock with a fake kernel below. */
export const startSupervisor = (groups: readonly GroupSpec[]) => {
  const kernel = fakeKernel();
  const clock = new SimulatedClock();
  const instance = instanceMachine.provide({ actors: { process: kernel.port } });
  const program = programMachine.provide({ actors: { instance } });
  const root = createActor(supervisorMachine.provide({ actors: { program } }), { clock, input: { groups } });
  const notices: { readonly type: string }[] = [];
  hear(root, notice => notices.push(notice));
  root.start();
  return { root, kernel, clock, notices };
};
