import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ActorRefFrom, createActor, createMachine } from 'xstate';
import type { Instant, PortCommand, ProcessReport } from '../../machines/events.ts';
import type { ProcessSpec } from '../../machines/spec.ts';
import { keepDescriptors } from '../../src/process/descriptors.ts';
import { createExecaLaunch } from '../../src/process/execa.ts';
import { createExits, type Exits } from '../../src/process/exits.ts';
import type { Launch, LaunchSettings } from '../../src/process/launch.ts';
import { createPosixLaunch } from '../../src/process/posix.ts';
import {
  createProcessPort,
  type ProcessOutput,
  type ProcessPortDeps,
  type ProcessTrouble,
} from '../../src/process/spawn.ts';
import { createTable } from '../../src/process/table.ts';
import { processSpec } from '../support/spec.ts';
import { until } from '../support/until.ts';

/** A tiny program of test/fixtures/process. */
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/process/${name}`, import.meta.url));

export const now = (): Instant => ({ wall: Date.now() / 1000, monotonic: performance.now() });

/** Every launch that there is, by name: each test of a port holds for all of them. */
export const LAUNCHES: Readonly<Record<string, (settings: LaunchSettings, exits: Exits) => Launch>> = {
  posix_spawn: createPosixLaunch,
  execa: createExecaLaunch,
};

/** A program's spec with Supervisor's defaults. */
export const spec = (argv: readonly string[], rest: Partial<ProcessSpec> = {}): ProcessSpec =>
  processSpec({ group: 'cats', command: argv.join(' '), argv, ...rest });

/** What a test watches of one process. */
export interface Run {
  readonly reports: readonly ProcessReport[];
  report<Type extends ProcessReport['type']>(type: Type): Promise<Extract<ProcessReport, { type: Type }>>;
  tell(command: PortCommand): void;
  leave(): void;
  stdout(): string;
  stderr(): string;
}

/** A port whose children write into files of a folder of their own, and everything it left behind. */
export function createHouse(launchName: string, rest: Partial<ProcessPortDeps & LaunchSettings> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'statevisor-process-'));
  keepDescriptors();
  const table = createTable();
  const troubles: ProcessTrouble[] = [];
  const make = LAUNCHES[launchName];
  if (!make) throw new Error(`no launch ${launchName}`);
  const exits = createExits(rest.now ?? now);
  let runs = 0;
  const port = createProcessPort({
    launch: make({ now, nofile: undefined, ...rest }, exits),
    exits,
    table,
    environment: process.env,
    output: wanted => fileOutput(folder, wanted),
    now,
    onTrouble: trouble => troubles.push(trouble),
    ...rest,
  });

  function run(input: ProcessSpec): Run {
    const reports: ProcessReport[] = [];
    const named = { ...input, name: `${input.name}${runs++}` };
    const machine = createMachine({
      initial: 'alive',
      states: {
        alive: {
          invoke: { src: port, id: 'process', input: { spec: named } },
          on: {
            leave: 'left',
            'process.*': { actions: ({ event }) => reports.push(event as ProcessReport) },
          },
        },
        left: {},
      },
    });
    const actor = createActor(machine).start();
    return {
      reports,
      report: type =>
        until(`${type} of ${input.command}`, () => reports.find(report => report.type === type), {
          every: 2,
        }) as never,
      tell: command => {
        const child = actor.getSnapshot().children.process as ActorRefFrom<typeof port> | undefined;
        child?.send(command);
      },
      leave: () => actor.send({ type: 'leave' }),
      stdout: () => readFileSync(join(folder, `${named.name}.out`), 'utf8'),
      stderr: () => readFileSync(join(folder, `${named.name}.err`), 'utf8'),
    };
  }

  return {
    folder,
    table,
    troubles,
    run,
    async close() {
      for (const { pid } of table.list()) process.kill(-pid, 'SIGKILL');
      await until('every child is reaped', () => table.list().length === 0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function fileOutput(folder: string, wanted: ProcessSpec): ProcessOutput {
  return {
    openChildEnds() {
      const stdout = openSync(join(folder, `${wanted.name}.out`), 'a');
      return {
        stdout,
        stderr: wanted.redirect_stderr ? stdout : openSync(join(folder, `${wanted.name}.err`), 'a'),
      };
    },
    drain: async () => {},
  };
}

/** How many descriptors this process has open: what a test leaves must be what it found. */
export const openDescriptors = (): number => readdirSync('/proc/self/fd').length;
