import type { ProcessSpec, Seconds } from '../../machines/spec.ts';
import type { Findings } from './errors.ts';
import { environmentScope, type Scope } from './expand.ts';
import type { Values } from './options/option.ts';
import { PROGRAM_EACH, PROGRAM_ONCE } from './options/programs.ts';
import type { Section } from './parse.ts';
import { byCodePoint, repr } from './python.ts';
import type { Recollection } from './recollection.ts';
import { type Reading, SectionReader } from './section.ts';
import { QuotingFault, splitCommand } from './shell.ts';
import { readStream } from './streams.ts';
import { checkedName, LONGEST } from './values.ts';

/** What a program's processes take from the rest of the configuration. */
export interface ProgramContext extends Reading {
  /** The names that every section may use; those of [supervisord] environment among them. */
  readonly scope: Scope;
  /** [supervisord] environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly strict: boolean;
  /** What SUPERVISOR_SERVER_URL is where serverurl=AUTO. */
  readonly serverurl: string | undefined;
  readonly recollection: Recollection;
}

interface Names {
  readonly program: string;
  readonly group: string;
}

type Once = Values<typeof PROGRAM_ONCE>;

/** A time that a timer can hold. */
function bounded(reader: SectionReader, name: 'startsecs' | 'stopwaitsecs', value: Seconds): Seconds {
  if (value <= LONGEST) return value;
  reader.warn(
    `${name}=${value} is above upper bound (${LONGEST}), which is used instead`,
    name,
    `at most ${LONGEST} seconds`,
  );
  return LONGEST;
}

function parseCommand(command: string): { argv: readonly string[]; fault: string | undefined } {
  try {
    return { argv: splitCommand(command), fault: undefined };
  } catch (cause) {
    if (!(cause instanceof QuotingFault)) throw cause;
    return { argv: [], fault: `can't parse command ${repr(command)}: ${cause.message}` };
  }
}

/**
 * One process of a program: what differs from process to process is read here. `missing` tells afterwards what this
 * machine lacks for it. Written field by field: of each spread there would be a copy, for a thousand programs.
 */
function readProcess(
  reader: SectionReader,
  context: ProgramContext,
  once: Once,
  names: Names,
  numbered: Scope,
  missing: () => string | undefined,
): ProcessSpec {
  const own = reader.read('environment', PROGRAM_EACH.environment, numbered, 'environment');
  const scope = environmentScope(own, numbered);
  const name = reader.read('process_name', PROGRAM_EACH.process_name, scope, 'process_name');
  const directory = reader.read('directory', PROGRAM_EACH.directory, scope);
  const stdout = readStream(reader, 'stdout', once, scope);
  const stderr = readStream(reader, 'stderr', once, scope);
  const command = reader.read('command', PROGRAM_EACH.command, scope) ?? '';
  const pidfile = reader.read('pidfile', PROGRAM_EACH.pidfile, scope);
  const { argv, fault } = parseCommand(command);
  if (fault !== undefined) reader.warn(reader.named(fault), 'command');
  const automatic = once.serverurl.toLowerCase() === 'auto';
  return {
    name: reader.entry('process_name') ? name : names.program,
    group: names.group,
    program: names.program,
    command,
    argv,
    directory,
    umask: once.umask,
    priority: once.priority,
    autostart: once.autostart,
    autorestart: once.autorestart,
    startsecs: bounded(reader, 'startsecs', once.startsecs),
    startretries: once.startretries,
    exitcodes: once.exitcodes,
    stopsignal: once.stopsignal,
    stopwaitsecs: bounded(reader, 'stopwaitsecs', once.stopwaitsecs),
    stopasgroup: once.stopasgroup,
    killasgroup: once.killasgroup ?? once.stopasgroup,
    user: once.user,
    redirect_stderr: once.redirect_stderr,
    stdout,
    stderr,
    environment: Object.keys(own).length === 0 ? context.environment : { ...context.environment, ...own },
    serverurl: automatic ? context.serverurl : once.serverurl,
    serverurl_auto: automatic,
    login_environment: once.login_environment,
    forks: once.forks,
    pidfile,
    kill_tree: once.kill_tree,
    speaks: reader.section.name.startsWith('eventlistener:'),
    fault: missing() ?? fault,
  };
}

/** The rules that bind several options. */
function checkTogether(reader: SectionReader, once: Once): void {
  if (once.stopasgroup && once.killasgroup === false) {
    reader.refuse('Cannot set stopasgroup=true and killasgroup=false', 'killasgroup', {
      expected: 'no killasgroup, or killasgroup=true',
    });
  }
  const name = reader.entry('process_name');
  if (once.numprocs > 1 && !name?.value.includes('%(process_num)')) {
    reader.refuse('%(process_num) must be present within process_name when numprocs > 1', 'process_name', {
      expected: 'a name such as %(program_name)s_%(process_num)02d',
    });
  }
  if (!reader.entry('command')) {
    reader.refuse(`program section ${reader.section.name} does not specify a command`, 'command');
  }
}

/** Reads what Supervisor reads once a section; of a process's name it looks at the letters before it replaces names. */
function readOnce(reader: SectionReader, scope: Scope): Once {
  const once = reader.values(PROGRAM_ONCE, scope);
  reader.attempt(() => checkedName(reader.entry('process_name')?.value ?? ''), 'process_name');
  return once;
}

function readAll(context: ProgramContext, section: Section, names: Names): readonly ProcessSpec[] {
  let missing: string | undefined;
  const onMissing = (message: string, option: string, expected: string): void => {
    missing ??= message;
    reader.warn(reader.named(message), option, expected);
  };
  const reader = new SectionReader(context, section, {
    named: true,
    onMissing: context.strict ? undefined : onMissing,
  });
  const host_node_name = context.world.hostname;
  const scope: Scope = {
    values: { program_name: names.program, group_name: names.group, host_node_name },
    outer: context.scope,
  };
  const once = readOnce(reader, scope);
  checkTogether(reader, once);
  const ofSection = missing;
  const processes = Array.from({ length: Math.max(once.numprocs, 0) }, (_, index): ProcessSpec => {
    missing = ofSection;
    const process_num = once.numprocs_start + index;
    const numbered: Scope = { values: { process_num, numprocs: once.numprocs }, outer: scope };
    return readProcess(reader, context, once, names, numbered, () => missing);
  });
  return processes.sort((a, b) => byCodePoint(a.name, b.name));
}

/**
 * The processes of a program section, sorted by name: `numprocs` of them. What only this machine lacks (a user, a
 * log's folder) becomes each process's fault; with strict it is refused as the rest is.
 */
export function readProcesses(
  context: ProgramContext,
  section: Section,
  names: Names,
): readonly ProcessSpec[] {
  return context.recollection.processes(section, names.group, () => {
    // What is said of a section tells its line, which moves with what stands above it.
    let isKept = true;
    const findings: Findings = {
      refuse(error) {
        isKept = false;
        context.findings.refuse(error);
      },
      warn(warning) {
        isKept = false;
        context.findings.warn(warning);
      },
    };
    const processes = readAll({ ...context, findings }, section, names);
    return { processes, isKept };
  });
}
