import { closeSync } from 'node:fs';
import type { Instant, PortCommand, ProcessReport, Shortage } from '../../machines/events.ts';
import type { Milliseconds, Pid, ProcessSpec } from '../../machines/spec.ts';
import { followIntoBackground } from './background.ts';
import { requireSpareDescriptors } from './descriptors.ts';
import { SocketRefused } from './fcgi.ts';
import { becomeSubreaper } from './foreign.ts';
import type { Exit } from './launch.ts';
import { complaintAbout, lastWords, type SpawnPlan, spawnOptions } from './options.ts';
import { openPipes, type Pipes } from './pipes.ts';
import { refusalOf } from './refusals.ts';
import { groupOf, sendSignal } from './signal.ts';
import type { ProcessOutput, ProcessPortDeps, ProcessTrouble } from './spawn.ts';
import { createStdin, type Stdin } from './stdin.ts';
import { createTree, type Tree } from './tree.ts';

/** How soon after it was followed a process may fork once more, where no pidfile says which is meant. */
const SETTLING: Milliseconds = 1000;

/** One process on its way from a spec to its reports. */
export interface Child {
  spawn(): void;
  command(command: PortCommand): void;
  dispose(): void;
}

/**
 * A process that is spawned, told commands and disposed of: it reports `process.started` and one exit, or one failure.
 * Until there is a process, what it is told waits.
 */
export function createChild(
  spec: ProcessSpec,
  deps: ProcessPortDeps,
  sendBack: (report: ProcessReport) => void,
): Child {
  const early: PortCommand[] = [];
  const tree = spec.forks || spec.kill_tree ? createTree(deps.table.owns) : undefined;
  let life: { readonly pid: Pid; readonly stdin: Stdin } | undefined;
  let spawned = false;
  /** The command has gone into the background, and who goes on there is not known yet: commands wait. */
  let following = false;
  /** Until then a process that ends well, leaving others, is one that still goes into the background. */
  let settledAt: Milliseconds = Number.POSITIVE_INFINITY;
  let signalled = false;
  let disposed = false;

  const report = (event: ProcessReport) => {
    if (!disposed) sendBack(event);
  };
  const fail = (spawnerr: string, shortage?: Shortage) =>
    report({ type: 'process.failed', spawnerr, ...(shortage && { shortage }), at: deps.now() });
  /** Fails by errno's name, in words of Supervisor's where the machine is short of something. */
  const failBy = (code: string, otherwise: string) => {
    const refusal = refusalOf(code);
    fail(refusal?.words(spec.name) ?? otherwise, refusal?.shortage);
  };
  const trouble = (during: ProcessTrouble['during'], cause: Error) =>
    deps.onTrouble({ group: spec.group, name: spec.name, during, cause });

  /** A look at /proc that fails is trouble and no more: the process itself is told and reported all the same. */
  function look<Result>(
    during: 'follow' | 'dispose',
    otherwise: Result,
    at: (family: Tree) => Result,
  ): Result {
    try {
      return tree ? at(tree) : otherwise;
    } catch (error) {
      trouble(during, error as Error);
      return otherwise;
    }
  }

  function spawn(): void {
    const outcome = spawnOptions(spec, { environment: deps.environment, uid: process.getuid?.() ?? 0 });
    if ('spawnerr' in outcome) {
      fail(outcome.spawnerr);
      return;
    }
    try {
      requireSpareDescriptors();
      // From now on what its parents leave behind is given to this daemon.
      if (tree) becomeSubreaper();
      const output = deps.output(spec);
      const pipes = openPipes(output, deps.stdin?.(spec));
      tree?.recogniseBy([pipes.child.stdout, pipes.child.stderr]);
      launch({ ...outcome.plan, env: { ...outcome.plan.env, ...tree?.mark } }, output, pipes);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (error instanceof SocketRefused) fail(message);
      else failBy(code ?? '', `unknown error making dispatchers for '${spec.name}': ${code ?? message}`);
    }
  }

  // Made here and not in launch(): what lives as long as the process would keep its plan, a whole environment, in memory.
  const ending = (output: ProcessOutput) => (exit: Exit) => void end(exit, output);

  function launch(plan: SpawnPlan, output: ProcessOutput, pipes: Pipes): void {
    const exited = ending(output);
    const attempt = (next: SpawnPlan, failed: (code: string) => void) => {
      try {
        deps.launch(next, pipes.child, {
          started(pid) {
            pipes.closeChildEnds();
            begin(pid, pipes.stdin);
          },
          failed,
          exited,
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
      failBy(code, `unknown error during fork for '${spec.name}': ${code}`);
    };
    attempt(plan, code => {
      if (refusalOf(code)) return giveUp(code);
      // Supervisor's child exists by now, says why in its stderr log, and exits 127: so does ours.
      attempt({ ...plan, ...lastWords(complaintAbout(plan, code)), cwd: undefined }, giveUp);
    });
  }

  function begin(pid: Pid, stdin: number | undefined): void {
    const at = deps.now();
    own(
      pid,
      createStdin(stdin, cause => trouble('stdin', cause)),
      at,
    );
    report({ type: 'process.started', pid, at });
    for (const waiting of early.splice(0)) command(waiting);
  }

  function own(pid: Pid, stdin: Stdin, since: Instant): void {
    const { group, name } = spec;
    deps.table.enter({ pid, group, name, since, acceptsInput: stdin.isOpen, write: stdin.write });
    life = { pid, stdin };
    spawned = true;
    look('follow', undefined, family => family.remember(pid));
    if (disposed) kill();
  }

  async function end(exit: Exit, output: ProcessOutput): Promise<void> {
    const stdin = life?.stdin;
    if (life) deps.table.leave(life.pid);
    // From here on the pid may be another's: nothing is sent to it any more.
    life = undefined;
    if (tree && stdin && isForking(exit)) {
      following = true;
      const followed = await moved(tree, stdin, output).catch((error: Error) => trouble('follow', error));
      if (followed) return;
      following = false;
    }
    stdin?.close();
    await tree?.clear().catch((error: Error) => trouble('dispose', error));
    await output.drain().catch((error: Error) => trouble('drain', error));
    report({ type: 'process.exited', ...exit });
  }

  const isForking = ({ exitstatus, at }: Exit): boolean =>
    spec.forks === true && exitstatus === 0 && !signalled && at.monotonic < settledAt;

  /** The command has gone into the background: whether somebody goes on there, who is the process from now on. */
  const moved = (family: Tree, stdin: Stdin, output: ProcessOutput): Promise<boolean> =>
    followIntoBackground(family, spec.pidfile, pid => {
      following = false;
      if (pid === undefined) {
        const sought = spec.pidfile === undefined ? 'nobody' : `nobody whom ${spec.pidfile} names`;
        trouble('follow', new Error(`${sought} goes on in the background`));
        return false;
      }
      const since = deps.now();
      own(pid, stdin, since);
      settledAt = spec.pidfile === undefined ? since.monotonic + SETTLING : 0;
      deps.exits.expect(pid, exit => void end(exit, output));
      report({ type: 'process.moved', pid, at: since });
      for (const waiting of early.splice(0)) command(waiting);
      return true;
    });

  function command(told: PortCommand): void {
    if (!spawned || following) early.push(told);
    else if (!life) return;
    else if (told.type === 'port.stdin') life.stdin.write(told.data);
    else signal(life.pid, told);
  }

  function signal(pid: Pid, told: PortCommand & { readonly type: 'port.signal' }): void {
    signalled = true;
    look('follow', undefined, family => family.remember(pid));
    if (told.signal === 'SIGKILL') look('dispose', 0, family => family.signal('SIGKILL', pid));
    const target = told.group ? look('follow', pid, () => groupOf(pid)) : pid;
    deps.exits.suspect(pid);
    const outcome = sendSignal(target, told.signal, told.group);
    if (!('refused' in outcome)) return;
    const reason = `unknown problem sending sig ${told.signal} to ${spec.name} (${pid}): ${outcome.refused}`;
    report({ type: 'process.lost', reason, at: deps.now() });
  }

  function kill(): void {
    if (!life) return;
    const { pid } = life;
    look('dispose', 0, family => family.signal('SIGKILL', pid));
    const outcome = sendSignal(pid, 'SIGKILL', true);
    if ('refused' in outcome)
      trouble('dispose', new Error(`pid ${pid} cannot be killed: ${outcome.refused}`));
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
