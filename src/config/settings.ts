import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Bytes, UserSpec } from '../../machines/spec.ts';
import { ValueFault } from './errors.ts';
import { expand, type Scope } from './expand.ts';
import { SUPERVISORD } from './options/daemon.ts';
import type { Values } from './options/option.ts';
import { expandHome } from './paths.ts';
import type { SectionReader } from './section.ts';
import { type LOG_LEVELS, text } from './values.ts';
import type { ConfigWorld } from './world.ts';

/** What [supervisord] and the command line say about the daemon itself. */
export interface DaemonSettings {
  /** Absolute, or `syslog`. */
  readonly logfile: string;
  readonly logfile_maxbytes: Bytes;
  readonly logfile_backups: number;
  readonly loglevel: (typeof LOG_LEVELS)[number];
  /** Absolute. */
  readonly pidfile: string;
  readonly umask: number;
  readonly nodaemon: boolean;
  readonly silent: boolean;
  readonly minfds: number;
  readonly minprocs: number;
  readonly nocleanup: boolean;
  /** Absolute. */
  readonly childlogdir: string;
  readonly user: UserSpec | undefined;
  /** Absolute. */
  readonly directory: string | undefined;
  readonly strip_ansi: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly identifier: string;
  readonly restart_stopped_on_reload: boolean;
  readonly strict: boolean;
}

type Written = Values<typeof SUPERVISORD>;

/** Settings that the command line gives: they come before the file's. */
export type Overrides = Partial<Omit<Written, 'environment'>>;

const absolute = (path: string, world: ConfigWorld): string => resolve(world.cwd, expandHome(path, world));

/** The file's settings under the command line's, defaults and relative paths worked out. */
export function settle(written: Written, overrides: Overrides, world: ConfigWorld): DaemonSettings {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const merged: Written = { ...written, ...given };
  const { logfile, pidfile, directory, childlogdir } = merged;
  return {
    ...merged,
    logfile: logfile === 'syslog' ? logfile : absolute(logfile, world),
    pidfile: absolute(pidfile, world),
    childlogdir: absolute(childlogdir ?? world.env.TMPDIR ?? tmpdir(), world),
    directory: directory === undefined ? undefined : absolute(directory, world),
  };
}

/**
 * [supervisord] environment. Supervisor 4.2.5 replaces its names twice, so that %% must be written %%%%; newer ones do
 * it once. Both readings are accepted: the second replacement is left out where it is impossible.
 */
function readEnvironment(reader: SectionReader, scope: Scope): Written['environment'] {
  const row = SUPERVISORD.environment;
  const entry = reader.entry('environment');
  if (!entry?.value.includes('%%')) return reader.read('environment', row, scope);
  const read = reader.attempt(() => {
    const once = expand(entry.value, scope, 'supervisord.environment');
    return row.reader.read(twice(once, scope), reader.world);
  }, 'environment');
  return read ?? {};
}

function twice(once: string, scope: Scope): string {
  try {
    return expand(once, scope, 'environment');
  } catch (cause) {
    if (cause instanceof ValueFault) return once;
    throw cause;
  }
}

/** Reads [supervisord] as it is written. Of the user only the names are replaced: it is looked up last, as in Supervisor. */
export function readSupervisord(reader: SectionReader, scope: Scope): Written {
  const { environment, ...rows } = SUPERVISORD;
  const values = reader.values({ ...rows, user: { ...rows.user, reader: text } }, scope);
  return { ...values, environment: readEnvironment(reader, scope), user: undefined };
}
