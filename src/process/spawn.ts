import { closeSync } from 'node:fs';
import { fromCallback } from 'xstate';
import type { Instant, PortCommand, ProcessReport } from '../../machines/events.ts';
import type { PortInput, processPort } from '../../machines/ports.ts';
import type { Milliseconds, Pid, ProcessSpec } from '../../machines/spec.ts';
import { SocketRefused } from './fcgi.ts';
import { pipe } from './foreign.ts';
import type { Exit, Launch, Stdio } from './launch.ts';
import { complaintAbout, lastWords, type SpawnPlan, spawnOptions } from './options.ts';
import { createQueue } from './queue.ts';
import { sendSignal } from './signal.ts';
import { createStdin, type Stdin } from './stdin.ts';
import type { ProcessTable } from './table.ts';

/** Where a process's output goes: the room src/output provides it. */
export interface ProcessOutput {
  /** Blocking descriptors for the child's 1 and 2, the same number where stderr is redirected. The caller closes them. */
  openChildEnds(): { readonly stdout: number; readonly stderr: number };
  /** Resolves when all that the child wrote is in its logs. */
  drain(): Promise<void>;
}

/** Something that went wrong around a process that lives on, or is gone already. */
export interface ProcessTrouble {
  readonly group: string;
  readonly name: string;
  readonly during: 'launch' | 'stdin' | 'drain' | 'dispose';
  readonly cause: Error;
}

/** What the port needs of the world. */
export interface ProcessPortDeps {
  readonly launch: Launch;
  readonly table: ProcessTable;
  /** The daemon's own environment, which children inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  output(spec: ProcessSpec): ProcessOutput;
  /** The descriptor that a program gets as its 0 in place of a pipe: an fcgi-program's socket. It stays the caller's. */
  stdin?(spec: ProcessSpec): number | undefined;
  now(): Instant;
  onTrouble(trouble: ProcessTrouble): void;
}

/** How long spawns may hold the event loop before requests get their turn. */
const SPAWN_BUDGET: Milliseconds = 4;

/** Supervisor's words for a spawn that failed before there was a child, by errno's name. */
const SPAWN_ERRORS: Readonly<Record<string, (name: string) => string>> = {
  EMFILE: name => `too many open files to spawn '${name}'`,
  ENFILE: name => `too many open files to spawn '${name}'`,
  EAGAIN: name => `Too many processes in process table to spawn '${name}'`,
  ENOMEM: name => `unknown error during fork for '${name}': ENOMEM`,
};

/**
 * The process port for real processes. Spawns wait in one queue for all instances; leaving the state before one's turn
 * cancels it, leaving it later kills the process group. Commands that come before the spawn are carried out after it.
 */
export function createProcessPort(deps: ProcessPortDeps): typeof processPort {
  const queue = createQueue(SPAWN_BUDGET, () => deps.now().monotonic);
  return fromCallback<PortCommand, PortInput>(({ input, sendBack, receive }) => {
    const child = createChild(input.spec, deps, sendBack);
    const leave = queue.enter(child.spawn);
    receive(child.command);
    return () => {
      leave();
      child.dispose();
    };
  });
}

interface Child {
  spawn(): void;
  command(command: PortCommand): void;
  dispose(): void;
}

function createChild(
  spec: ProcessSpec,
  deps: ProcessPortDeps,
  sendBack: (report: ProcessReport) => void,
): Child {
  const early: PortCommand[] = [];
  let life: { readonly pid: Pid; readonly stdin: Stdin } | undefined;
  let spawned = false;
  let disposed = false;

  const report = (event: ProcessReport) => {
    if (!disposed) sendBack(event);
  };
  const fail = (spawnerr: string) => report({ type: 'process.failed', spawnerr, at: deps.now() });
  const trouble = (during: ProcessTrouble['during'], cause: Error) =>
    deps.onTrouble({ group: spec.group, name: spec.name, during, cause });

  function spawn(): void {
    const outcome = spawnOptions(spec, { environment: deps.environment, uid: process.getuid?.() ?? 0 });
    if ('spawnerr' in outcome) {
      fail(outcome.spawnerr);
      return;
    }
    try {
      const output = deps.output(spec);
      const pipes = openStdio(output, deps.stdin?.(spec));
      launch(outcome.plan, output, pipes);
    } catch (error) {
      fail(complaint(error as NodeJS.ErrnoException));
    }
  }

  function complaint(error: NodeJS.ErrnoException): string {
    if (error instanceof SocketRefused) return error.message;
    const { code, message } = error;
    const known = SPAWN_ERRORS[code ?? '']?.(spec.name);
    return known ?? `unknown error making dispatchers for '${spec.name}': ${code ?? message}`;
  }

  function launch(plan: SpawnPlan, output: ProcessOutput, pipes: Pipes): void {
    const attempt = (next: SpawnPlan, failed: (code: string) => void) => {
      try {
        deps.launch(next, pipes.child, {
          started(pid) {
            pipes.closeChildEnds();
            begin(pid, pipes.stdin);
          },
          failed,
          exited: exit => void end(exit, output),
        });
      } catch (error) {
        // Once there is a process it must stay owned: only its exit ends it.
        if (spawned) trouble('launch', error as Error);
        else failed((error as NodeJS.ErrnoException).code ?? (error as Error).message);
      }
    };
    const giveUp = (code: string) => {
      pipes.closeChildEnds();
      if (pipes.stdin !== undefined) closeSync(pipes.stdin);
      fail(SPAWN_ERRORS[code]?.(spec.name) ?? `unknown error during fork for '${spec.name}': ${code}`);
    };
    attempt(plan, code => {
      if (SPAWN_ERRORS[code]) return giveUp(code);
      // Supervisor's child exists by now, says why in its stderr log, and exits 127: so does ours.
      attempt({ ...plan, ...lastWords(complaintAbout(plan, code)), cwd: undefined }, giveUp);
    });
  }

  function begin(pid: Pid, stdin: number | undefined): void {
    const at = deps.now();
    const input = createStdin(stdin, cause => trouble('stdin', cause));
    const acceptsInput = () => input.isOpen();
    deps.table.enter({ pid, group: spec.group, name: spec.name, since: at, acceptsInput });
    life = { pid, stdin: input };
    spawned = true;
    if (disposed) {
      kill();
      return;
    }
    report({ type: 'process.started', pid, at });
    for (const waiting of early.splice(0)) command(waiting);
  }

  async function end(exit: Exit, output: ProcessOutput): Promise<void> {
    if (life) deps.table.leave(life.pid);
    life?.stdin.close();
    // From here on the pid may be another's: nothing is sent to it any more.
    life = undefined;
    await output.drain().catch((error: Error) => trouble('drain', error));
    report({ type: 'process.exited', ...exit });
  }

  function command(told: PortCommand): void {
    if (!spawned) early.push(told);
    else if (!life) return;
    else if (told.type === 'port.stdin') life.stdin.write(told.data);
    else signal(life.pid, told);
  }

  function signal(pid: Pid, told: PortCommand & { readonly type: 'port.signal' }): void {
    const outcome = sendSignal(pid, told.signal, told.group);
    if (!('refused' in outcome)) return;
    const reason = `unknown problem sending sig ${told.signal} to ${spec.name} (${pid}): ${outcome.refused}`;
    report({ type: 'process.lost', reason, at: deps.now() });
  }

  function kill(): void {
    if (!life) return;
    const outcome = sendSignal(life.pid, 'SIGKILL', true);
    if ('refused' in outcome)
      trouble('dispose', new Error(`pid ${life.pid} cannot be killed: ${outcome.refused}`));
  }

  return {
    spawn,
    command,
    dispose() {
      disposed = true;
      kill();
    },
  };
}

interface Pipes {
  readonly child: Stdio;
  /** The daemon's end of the child's stdin; undefined where that is a socket. */
  readonly stdin: number | undefined;
  closeChildEnds(): void;
}

function openStdio(output: ProcessOutput, socket: number | undefined): Pipes {
  const { read, write } = socket === undefined ? pipe() : { read: undefined, write: undefined };
  const close = (fds: Iterable<number | undefined>) => {
    for (const fd of fds) if (fd !== undefined) closeSync(fd);
  };
  try {
    const { stdout, stderr } = output.openChildEnds();
    return {
      child: { stdin: read ?? (socket as number), stdout, stderr },
      stdin: write,
      closeChildEnds: () => close(new Set([read, stdout, stderr])),
    };
  } catch (error) {
    close([read, write]);
    throw error;
  }
}
