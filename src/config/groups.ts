import type { GroupSpec, ProgramSpec } from '../../machines/spec.ts';
import { readFcgi } from './fcgi.ts';
import { readListener } from './listeners.ts';
import { GROUP, PROGRAM_ONCE } from './options/programs.ts';
import type { Section } from './parse.ts';
import { type ProgramContext, readProcesses } from './processes.ts';
import { byCodePoint } from './python.ts';
import { SectionReader } from './section.ts';
import { nearest } from './suggest.ts';
import { checkedName } from './values.ts';

/** The x of a section's name such as `program:x`. */
const nameOf = (section: Section): string => section.name.slice(section.name.indexOf(':') + 1).trim();

const ofKind = (context: ProgramContext, kind: string): Section[] => {
  const begin = `${kind}:`;
  return [...context.sections.values()].filter(({ name }) => name.startsWith(begin));
};

interface Member {
  readonly kind: 'program' | 'fcgi-program';
  readonly section: Section;
}

function readMember(context: ProgramContext, { kind, section }: Member, group: string): ProgramSpec {
  const name = nameOf(section);
  const fcgi = kind === 'fcgi-program' ? readFcgi(context, section, name) : undefined;
  const processes = readProcesses(context, section, { program: name, group });
  const priority = processes[0]?.priority ?? PROGRAM_ONCE.priority.fallback;
  return { kind, name, group, priority, processes, listener: undefined, fcgi };
}

/** The section of a group's member; refuses names of none and names of two. */
function findMember(
  context: ProgramContext,
  group: SectionReader,
  name: string,
  last: string,
): Member | undefined {
  const program = context.sections.get(`program:${name}`);
  const fcgi = context.sections.get(`fcgi-program:${name}`);
  const about = group.section.name;
  if (program && fcgi) {
    group.refuse(`[${about}] name ${name} is ambiguous (exists as program and fcgi-program)`, 'programs');
  } else if (!program && !fcgi) {
    // Supervisor names the section of the member before, not the group.
    const known = ['program', 'fcgi-program'].flatMap(kind => ofKind(context, kind).map(nameOf));
    group.refuse(`[${last}] names unknown program or fcgi-program ${name}`, 'programs', {
      nearest: nearest(name, known),
    });
  }
  if (program) return { kind: 'program', section: program };
  return fcgi && { kind: 'fcgi-program', section: fcgi };
}

/** A [group:x] and its members, whose sections it adds to `taken`. */
function readGroup(context: ProgramContext, section: Section, taken: Set<string>): GroupSpec {
  const reader = new SectionReader(context, section);
  const name = reader.attempt(() => checkedName(nameOf(section))) ?? nameOf(section);
  const { programs, priority } = reader.values(GROUP, context.scope);
  let last = section.name;
  const members = (programs ?? []).flatMap(program => {
    const member = findMember(context, reader, program, last);
    if (!member) return [];
    last = member.section.name;
    taken.add(last);
    return [readMember(context, member, name)];
  });
  return { name, priority, programs: members };
}

type Alone = Pick<ProgramSpec, 'kind' | 'name' | 'priority' | 'listener' | 'fcgi'>;

/** A group of one program, which bears its name. */
function readAlone(context: ProgramContext, section: Section, program: Alone): GroupSpec {
  const { kind, name, priority, listener, fcgi } = program;
  const processes = readProcesses(context, section, { program: name, group: name });
  return { name, priority, programs: [{ kind, name, group: name, priority, processes, listener, fcgi }] };
}

function readProgram(context: ProgramContext, section: Section, kind: Member['kind']): GroupSpec {
  const reader = new SectionReader(context, section);
  const name = reader.attempt(() => checkedName(nameOf(section))) ?? nameOf(section);
  const priority = reader.read('priority', PROGRAM_ONCE.priority, context.scope);
  const fcgi = kind === 'fcgi-program' ? readFcgi(context, section, name) : undefined;
  return readAlone(context, section, { kind, name, priority, listener: undefined, fcgi });
}

function readListenerPool(context: ProgramContext, section: Section): GroupSpec {
  const name = nameOf(section);
  const { priority, ...listener } = readListener(context, section);
  const reader = new SectionReader(context, section, { named: true });
  reader.attempt(() => checkedName(name));
  return readAlone(context, section, { kind: 'eventlistener', name, priority, listener, fcgi: undefined });
}

/** A group and the section that made it. */
interface Made {
  readonly group: GroupSpec;
  readonly section: Section;
}

/** Of groups of one name the first runs, of processes of one name in a group the last, as in Supervisor. */
function unique({ findings }: ProgramContext, made: readonly Made[]): GroupSpec[] {
  const byName = new Map<string, GroupSpec>();
  for (const { group, section } of made) {
    const warn = (message: string): void =>
      findings.warn({ message, section: section.name, place: section.place });
    if (!byName.has(group.name)) byName.set(group.name, withoutTwins(group, warn));
    else warn(`There are two groups named ${group.name}; the one of [${section.name}] is ignored`);
  }
  return [...byName.values()];
}

function withoutTwins(group: GroupSpec, warn: (message: string) => void): GroupSpec {
  const all = group.programs.flatMap(({ processes }) => processes);
  if (all.length < 2) return group;
  const last = new Map(all.map(process => [process.name, process]));
  if (last.size === all.length) return group;
  const twins = new Set(all.filter(process => last.get(process.name) !== process).map(({ name }) => name));
  for (const name of twins) {
    warn(`There are two processes named ${name} in the group ${group.name}; only the last of them runs`);
  }
  const programs = group.programs.map(program => ({
    ...program,
    processes: program.processes.filter(process => last.get(process.name) === process),
  }));
  return { ...group, programs };
}

/** Every group of a configuration, by priority, then by name. Programs in no [group:x] have a group of their own. */
export function readGroups(context: ProgramContext): GroupSpec[] {
  const taken = new Set<string>();
  const made: Made[] = [];
  const make = (kind: string, read: (section: Section) => GroupSpec): void => {
    for (const section of ofKind(context, kind)) {
      if (!taken.has(section.name)) made.push({ group: read(section), section });
    }
  };
  // Groups first: their members have no group of their own.
  make('group', section => readGroup(context, section, taken));
  make('program', section => readProgram(context, section, 'program'));
  make('eventlistener', section => readListenerPool(context, section));
  make('fcgi-program', section => readProgram(context, section, 'fcgi-program'));
  made.sort((a, b) => a.group.priority - b.group.priority || byCodePoint(a.group.name, b.group.name));
  return unique(context, made);
}
