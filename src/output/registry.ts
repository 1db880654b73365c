import type { ProcessSpec } from '../../machines/spec.ts';
import { createAutoLog, removeAutoLogs } from './auto.ts';
import { digest } from './digest.ts';
import { makePrivate } from './folder.ts';
import { errnoOf } from './kernel.ts';
import { Lanes } from './lane.ts';
import { type AutoLogs, type ChannelName, type OutputDeps, ProcessOutput } from './output.ts';

export interface OutputsDeps extends Omit<OutputDeps, 'lanes'> {
  readonly childlogdir: string;
  readonly identifier: string;
  /** Keep the AUTO logs of the daemon that ran before. */
  readonly nocleanup: boolean;
}

/** The outputs of all process instances, by group and name. */
export interface Outputs {
  /** Makes the output of an instance, with its AUTO logs; the one that is there already is returned as it is. */
  add(spec: ProcessSpec): ProcessOutput;
  get(group: string, name: string): ProcessOutput | undefined;
  /** Closes and forgets one. */
  remove(group: string, name: string): void;
  /** USR2: opens all logs by their names again. */
  reopenAll(): void;
  /** Closes and forgets all. */
  close(): void;
}

/** Gets the folders ready, removes the AUTO logs of an earlier daemon, and keeps the outputs from then on. */
export function createOutputs(deps: OutputsDeps): Outputs {
  const { fifodir, childlogdir, identifier, report } = deps;
  const outputDeps: OutputDeps = { ...deps, lanes: new Lanes() };
  const outputs = new Map<string, ProcessOutput>();

  const attempt = <Result>(what: string, act: () => Result): Result | undefined => {
    try {
      return act();
    } catch (error) {
      report('error', `${what}: ${errnoOf(error)}`);
      return undefined;
    }
  };
  const auto = (spec: ProcessSpec, channel: ChannelName): string | undefined => {
    if (channel === 'stderr' && spec.redirect_stderr) return undefined;
    if (!spec[channel].logfile.some(({ to }) => to === 'auto')) return undefined;
    return attempt(`${childlogdir}: cannot make the AUTO log of ${spec.name}`, () =>
      createAutoLog(childlogdir, spec.name, channel, identifier),
    );
  };

  attempt(`${fifodir}: cannot be made`, () => makePrivate(fifodir));
  if (!deps.nocleanup) {
    attempt(`${childlogdir}: cannot remove old AUTO logs`, () => removeAutoLogs(childlogdir, identifier));
  }

  return {
    add(spec) {
      const key = keyOf(spec.group, spec.name);
      const known = outputs.get(key);
      if (known !== undefined) return known;
      const autos: AutoLogs = { stdout: auto(spec, 'stdout'), stderr: auto(spec, 'stderr') };
      const output = new ProcessOutput(spec, fifoName(key), autos, outputDeps);
      outputs.set(key, output);
      return output;
    },
    get: (group, name) => outputs.get(keyOf(group, name)),
    remove(group, name) {
      const key = keyOf(group, name);
      const output = outputs.get(key);
      outputs.delete(key);
      if (output !== undefined) attempt(`${key}: cannot close its output`, () => output.close());
    },
    reopenAll() {
      for (const output of outputs.values()) output.reopen();
    },
    close() {
      for (const { spec } of [...outputs.values()]) this.remove(spec.group, spec.name);
    },
  };
}

const keyOf = (group: string, name: string): string => `${group}:${name}`;

/** A file name for an instance that the next daemon finds again: as much of the key as a file name bears, and its hash. */
function fifoName(key: string): string {
  const readable = key.replace(/[^\w.-]/g, '_').slice(0, 100);
  return `${readable}-${digest(key)}`;
}
