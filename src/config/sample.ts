import { MAIN_FACTORY } from './options/extensions.ts';
import type { Option, Options } from './options/option.ts';
import { SECTIONS } from './options/sections.ts';

/** A section of the sample: a name for it, and which of its options are not commented out. */
interface SampleSection {
  readonly kind: string;
  readonly name: string;
  /** The values of the options that are in force; where there are none the whole section is commented out. */
  readonly active: Readonly<Record<string, string>>;
}

const SOCKET = '/tmp/supervisor.sock';

const SAMPLE: readonly SampleSection[] = [
  { kind: 'unix_http_server', name: 'unix_http_server', active: { file: SOCKET } },
  { kind: 'inet_http_server', name: 'inet_http_server', active: {} },
  {
    kind: 'supervisord',
    name: 'supervisord',
    active: { logfile: '/tmp/supervisord.log', pidfile: '/tmp/supervisord.pid' },
  },
  {
    kind: 'rpcinterface:x',
    name: 'rpcinterface:supervisor',
    active: { 'supervisor.rpcinterface_factory': MAIN_FACTORY },
  },
  { kind: 'supervisorctl', name: 'supervisorctl', active: { serverurl: `unix://${SOCKET}` } },
  { kind: 'program:x', name: 'program:cat', active: {} },
  { kind: 'eventlistener:x', name: 'eventlistener:listener', active: {} },
  { kind: 'fcgi-program:x', name: 'fcgi-program:fcgi', active: {} },
  { kind: 'group:x', name: 'group:animals', active: {} },
  { kind: 'webhook:x', name: 'webhook:hook', active: {} },
  { kind: 'include', name: 'include', active: {} },
];

const HEAD = `\
; A configuration of supervisord, with every option that there is.
;
; What a line begins with ; for is not in force: take the ; away to set it. What it shows is the default where there is
; one, and an example where there is none. A comment may also follow a value, after a blank and a ;.
; Values may hold %(ENV_HOME)s and the like for variables of the environment, and %(here)s for this file's folder;
; a percent sign by itself is written %%. A value goes on in the next line where that line is indented.
`;

const COLUMN = 44;

function optionLine(name: string, row: Option<unknown>, active: string | undefined): string {
  const value = active ?? row.written ?? row.example;
  const assignment = `${active === undefined ? ';' : ''}${name}=${value}`;
  return `${assignment.padEnd(COLUMN)} ; ${row.help}`;
}

/** What must be written comes first. */
const inOrder = (options: Options): [string, Option<unknown>][] => {
  const rows = Object.entries(options);
  return [...rows.filter(([, { required }]) => required), ...rows.filter(([, { required }]) => !required)];
};

function sectionLines({ kind, name, active }: SampleSection): string {
  const found = SECTIONS.find(({ header }) => header === kind);
  const off = Object.keys(active).length === 0 ? ';' : '';
  const options = inOrder(found?.options ?? {}).map(([option, row]) =>
    optionLine(option, row, active[option]),
  );
  return [`; ${found?.help}`, `${off}[${name}]`, ...options].join('\n');
}

/** What echo_supervisord_conf prints: a valid configuration that shows every option. */
export const sampleText = (): string =>
  `${[HEAD, ...SAMPLE.map(sectionLines)].join('\n').replaceAll(/\n(?=; .*\n;?\[)/g, '\n\n')}\n`;
