import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { Bytes, LogDestination, Pid, ProcessSpec } from '../../machines/spec.ts';
import { Channel, type OutputNotice } from './channel.ts';
import type { Destination } from './destination.ts';
import { fullName } from './format.ts';
import { errnoOf, type Kernel, type Report } from './kernel.ts';
import type { Lanes } from './lane.ts';
import { LogFile } from './logger.ts';
import { Stream } from './stream.ts';
import { SystemLog } from './syslog.ts';

/** One of a process's two output streams. */
export type ChannelName = 'stdout' | 'stderr';

type Hook = (notice: OutputNotice) => void;

export interface OutputDeps {
  readonly kernel: Kernel;
  /** The folder of the FIFOs; it is there. */
  readonly fifodir: string;
  readonly lanes: Lanes;
  readonly strip_ansi: boolean;
  readonly report: Report;
  /** PROCESS_LOG_STDOUT and PROCESS_LOG_STDERR, of streams that ask for them. */
  readonly onLog: Hook;
  /** PROCESS_COMMUNICATION_STDOUT and PROCESS_COMMUNICATION_STDERR. */
  readonly onCommunication: Hook;
  /** All output of all processes, where the main log's level asks for it. */
  readonly onOutput: Hook | undefined;
}

/** The paths of a process's AUTO logs. */
export type AutoLogs = Readonly<Partial<Record<ChannelName, string>>>;

/** One stream with the logs that it goes to. */
interface Outlet {
  readonly stream: Stream;
  readonly destinations: readonly Destination[];
}

/**
 * The output of one process instance, from the addition of its group to its removal: processes of that name follow
 * each other, their FIFOs and logs stay.
 */
export class ProcessOutput {
  readonly spec: ProcessSpec;
  readonly #stdout: Outlet;
  readonly #stderr: Outlet | undefined;
  readonly #disposals: (() => void)[] = [];
  readonly #report: Report;
  #pid: Pid = 0;
  /** Whether the end of the last process had to be told before its output was in the logs. */
  #isLate = false;

  /** `fifo` begins the names of its FIFOs; `autos` are the paths of its AUTO logs. */
  constructor(spec: ProcessSpec, fifo: string, autos: AutoLogs, deps: OutputDeps) {
    this.spec = spec;
    this.#report = deps.report;
    const outlet = (channel: ChannelName): Outlet => {
      const destinations = destinationsOf(spec, channel, autos[channel], deps);
      const stream = new Stream({
        fifo: join(deps.fifodir, `${fifo}.${channel}`),
        owner: spec.user,
        overflow: spec[channel].overflow,
        channel: channelOf(spec, channel, () => this.#pid, deps),
        destinations,
        unread: destinations.length === 0 && !isHeard(spec, channel, deps),
        kernel: deps.kernel,
        lanes: deps.lanes,
        report: deps.report,
      });
      return { stream, destinations };
    };
    this.#stdout = outlet('stdout');
    this.#stderr = spec.redirect_stderr ? undefined : outlet('stderr');
  }

  /** The file that readProcessStdoutLog reads; undefined where there is none. */
  get stdoutLog(): string | undefined {
    return pathOf(this.#stdout);
  }

  /** The file that readProcessStderrLog reads; undefined where there is none, as with redirect_stderr. */
  get stderrLog(): string | undefined {
    return pathOf(this.#stderr);
  }

  /** Bytes that reached no log, because the disk or its reader did not take them. */
  get dropped(): Readonly<Record<ChannelName, Bytes>> {
    return { stdout: this.#stdout.stream.dropped, stderr: this.#stderr?.stream.dropped ?? 0 };
  }

  /**
   * Descriptors for the fds 1 and 2 of a new process, /dev/null's for a stream that nobody takes in; with
   * redirect_stderr one number twice. The caller closes them after the spawn. Throws an error with an errno `code`
   * where a log or a FIFO cannot be opened.
   */
  openChildEnds(): { readonly stdout: number; readonly stderr: number } {
    const stdout = this.#stdout.stream.openChildEnd();
    if (this.#stderr === undefined) return { stdout, stderr: stdout };
    try {
      return { stdout, stderr: this.#stderr.stream.openChildEnd() };
    } catch (error) {
      closeSync(stdout);
      throw error;
    }
  }

  /** Calls back with each read of stdout as it comes, until it is closed; a glance reads without waiting. */
  hear(listener: (bytes: Buffer) => void): { glance(): void; close(): void } {
    const { stream } = this.#stdout;
    stream.tap(listener);
    return { glance: () => stream.glance(), close: () => stream.tap(undefined) };
  }

  /** Says whose output it is from now on, for events and records. */
  attach(pid: Pid): void {
    this.#pid = pid;
  }

  /**
   * Resolves when what a process that has ended wrote is in the logs, however slow they are. A disk that refuses does
   * not prolong it, and one that hangs by half a minute at most: nothing is lost, but it comes later.
   */
  async drain(): Promise<void> {
    const drained = await Promise.all(this.#outlets.map(({ stream }) => stream.drain()));
    const isLate = drained.includes(false);
    if (isLate && !this.#isLate) {
      const { group, name } = this.spec;
      this.#report(
        'warn',
        `${group}:${name}: its log hangs: its end is told before its last output is there`,
      );
    }
    this.#isLate = isLate;
  }

  /** Removes the logs and begins fresh ones. Throws an error with an errno `code` where the disk refuses. */
  clear(): void {
    for (const destination of this.#destinations) destination.clear();
  }

  /** Opens the logs by their names again: somebody moved the old ones away. */
  reopen(): void {
    for (const destination of this.#destinations) destination.reopen();
  }

  /** Rotates the logs now. Rejects with what keeps one of them from that. */
  async rotate(): Promise<void> {
    await Promise.all(this.#destinations.map(destination => destination.rotate()));
  }

  /** Calls back when it is closed: the group was removed. */
  onDisposal(listener: () => void): void {
    this.#disposals.push(listener);
  }

  /** Removes the FIFOs and closes the logs. */
  close(): void {
    for (const { stream } of this.#outlets) stream.close();
    for (const listener of this.#disposals.splice(0)) listener();
  }

  get #outlets(): readonly Outlet[] {
    return this.#stderr === undefined ? [this.#stdout] : [this.#stdout, this.#stderr];
  }

  get #destinations(): readonly Destination[] {
    return this.#outlets.flatMap(({ destinations }) => destinations);
  }
}

/** Whether somebody takes in a stream's bytes besides its logs; and who goes into the background is known by its FIFOs. */
const isHeard = (spec: ProcessSpec, channel: ChannelName, { onOutput }: OutputDeps): boolean =>
  onOutput !== undefined ||
  spec[channel].events_enabled ||
  spec[channel].capture_maxbytes > 0 ||
  (channel === 'stdout' && spec.speaks === true) ||
  spec.forks === true ||
  spec.kill_tree === true;

const pathOf = (outlet: Outlet | undefined): string | undefined =>
  outlet?.destinations.find(({ path }) => path !== undefined)?.path;

/** The logs of a stream. Supervisor's older way to say syslog, as a file's name, means the same. */
function destinationsOf(
  spec: ProcessSpec,
  channel: ChannelName,
  auto: string | undefined,
  { kernel, report }: OutputDeps,
): readonly Destination[] {
  const stream = spec[channel];
  const paths = stream.logfile.flatMap(destination => pathsOf(destination, auto));
  const files = paths.map(
    path =>
      new LogFile({
        path,
        maxbytes: stream.logfile_maxbytes,
        backups: stream.logfile_backups,
        rotate: stream.rotate,
        compress: stream.compress,
        report,
      }),
  );
  const isSyslog = stream.syslog || stream.logfile.some(({ to }) => to === 'syslog');
  return isSyslog ? [...files, new SystemLog(`${spec.name} `, kernel)] : files;
}

function pathsOf(destination: LogDestination, auto: string | undefined): readonly string[] {
  if (destination.to === 'file') return [destination.path];
  return destination.to === 'auto' && auto !== undefined ? [auto] : [];
}

function channelOf(spec: ProcessSpec, channel: ChannelName, pid: () => Pid, deps: OutputDeps): Channel {
  const { format, capture_maxbytes, events_enabled } = spec[channel];
  const { group, name } = spec;
  const { strip_ansi, report } = deps;
  const asked = [events_enabled ? deps.onLog : undefined, deps.onOutput].filter(hook => hook !== undefined);
  const onLog = asked.length === 0 ? undefined : safely(asked, report);
  const onCommunication = safely([deps.onCommunication], report);
  return new Channel({
    group,
    name,
    channel,
    pid,
    format,
    strip_ansi,
    capture_maxbytes,
    onLog,
    onCommunication,
  });
}

/** Tells each hook; one that fails costs neither the others nor the log its output. */
function safely(hooks: readonly Hook[], report: Report): Hook {
  return notice => {
    for (const hook of hooks) {
      try {
        hook(notice);
      } catch (error) {
        report('error', `${fullName(notice)}: nobody was told of its output: ${errnoOf(error)}`);
      }
    }
  };
}
