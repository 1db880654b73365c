import { execa, type Options } from 'execa';
import type { SignalName } from '../../machines/spec.ts';
import { limitOpenFiles } from './foreign.ts';
import { bequeathing, type Launch, type LaunchSettings } from './launch.ts';

/** Launches by execa, everything off that a supervisor does itself. Its children lead a session of their own. */
export function createExecaLaunch(settings: LaunchSettings): Launch {
  return (plan, stdio, reports) => {
    const [argv0, ...args] = plan.argv;
    // Any descriptor is taken, but execa's types name the first ten only.
    const descriptors = [stdio.stdin, stdio.stdout, stdio.stderr] as Options['stdio'];
    const child = bequeathing(plan.umask, () =>
      execa(plan.file, args, {
        argv0,
        cwd: plan.cwd,
        env: plan.env,
        extendEnv: false,
        stdio: descriptors,
        detached: true,
        buffer: false,
        cleanup: false,
        reject: false,
        stripFinalNewline: false,
      }),
    );
    if (child.pid === undefined) {
      // No 'error' event: execa itself refuses some plans (a directory that is a file), and only its promise says so.
      void child.then(result => reports.failed(result.code ?? 'EIO'));
      return;
    }
    const { exited } = reports;
    child.once('exit', (code, signal) =>
      exited({
        exitstatus: code ?? -1,
        signal: (signal as SignalName | null) ?? undefined,
        at: settings.now(),
      }),
    );
    reports.started(child.pid);
    // Not around the spawn, for which execa opens descriptors of its own. This may throw: the process runs already.
    if (settings.nofile !== undefined) limitOpenFiles(child.pid, settings.nofile);
  };
}
