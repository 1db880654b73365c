import { SUPERVISORCTL_FLAGS, SUPERVISORD_FLAGS } from './flags.ts';
import type { Flag } from './getopt.ts';
import type { Option } from './options/option.ts';
import { PROGRAM } from './options/programs.ts';
import { SECTIONS, type SectionKind } from './options/sections.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => (text === '' ? 'empty' : `\`${text}\``);

function optionRow([name, row]: [string, Option<unknown>]): string {
  const fallback = row.required ? '**required**' : row.written === undefined ? '' : code(row.written);
  const help = row.ours ? `${row.help} *Not in Supervisor.*` : row.help;
  return `| \`${name}\` | ${cell(row.reader.expected)} | ${cell(fallback)} | ${cell(help)} |`;
}

const optionTable = (rows: readonly [string, Option<unknown>][]): string =>
  ['| option | value | default | meaning |', '|---|---|---|---|', ...rows.map(optionRow)].join('\n');

/** Listeners and FastCGI programs have every option of a program: only the others are shown. */
const inherits = ({ header }: SectionKind): boolean =>
  header === 'eventlistener:x' || header === 'fcgi-program:x';

function sectionText(kind: SectionKind): string {
  const rows = Object.entries<Option<unknown>>(kind.options);
  const inherited = Object.entries<Option<unknown>>(PROGRAM);
  const own = inherits(kind)
    ? rows.filter(([name, row]) => !inherited.some(([other, same]) => other === name && same === row))
    : rows;
  const more = inherits(kind) ? '\nIt has every option of [program:x], and:\n' : '';
  const open = kind.open ? '\nOther options are handed to what they name.\n' : '';
  return `## [${kind.header}]\n\n${kind.help}\n${more}${open}\n${optionTable(own)}\n`;
}

function flagRow({ short, long, takes, help, ours }: Flag): string {
  const names = [short && `-${short}`, long && `--${long}`].filter(Boolean).map(name => `\`${name}\``);
  return `| ${names.join(', ')} | ${takes ?? ''} | ${cell(help)}${ours ? ' *Not in Supervisor.*' : ''} |`;
}

const flagTable = (flags: Readonly<Record<string, Flag>>): string =>
  ['| option | takes | meaning |', '|---|---|---|', ...Object.values(flags).map(flagRow)].join('\n');

const HEAD = `\
# Configuration

This page is made from the table of options in \`src/config\`: do not edit it.

The file is searched for at \`../etc/supervisord.conf\` and \`../supervisord.conf\` beside the program, then at
\`supervisord.conf\` and \`etc/supervisord.conf\` in the current folder, \`/etc/supervisord.conf\` and
\`/etc/supervisor/supervisord.conf\`; \`-c\` names it. The command line comes before the file, the file before the
defaults. \`supervisord -c FILE --check\` tells everything that is wrong with a file; \`supervisord --schema\` prints a
JSON Schema of it.

## The dialect

It is that of Python's ConfigParser. Options are \`name=value\` or \`name: value\`; names are the same in upper and lower
case. A line that begins with \`;\` or \`#\` is a comment, and so is what follows either of them after a blank. A line that is
indented goes on with the value above it. A section, or an option, that is written again adds to the first one: the later
value holds. What stands in \`[DEFAULT]\` holds for every section.

\`%(name)s\` in a value is replaced, by the rules of Python's \`%\` operator; \`%%\` is a percent sign.

| name | stands for | where |
|---|---|---|
| \`here\` | the folder of the file | every section but [inet_http_server] and [rpcinterface:x] |
| \`ENV_X\` | the variable X of the daemon's environment, or of [supervisord] environment | every section |
| \`program_name\`, \`group_name\` | the x of [program:x], of its group | programs |
| \`host_node_name\` | the name of this host | programs, [include] |
| \`process_num\`, \`numprocs\` | the number of the process, how many there are | what is read for each process: environment, process_name, directory, command, the logs |
`;

/** The text of docs/configuration.md. */
export const documentText = (): string =>
  [
    HEAD,
    ...SECTIONS.map(sectionText),
    `## The command line of supervisord\n\n${flagTable(SUPERVISORD_FLAGS)}\n`,
    `## The command line of supervisorctl\n\n${flagTable(SUPERVISORCTL_FLAGS)}\n`,
  ].join('\n');
