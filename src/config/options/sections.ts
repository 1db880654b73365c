import { INET_HTTP_SERVER, SUPERVISORCTL, SUPERVISORD, UNIX_HTTP_SERVER } from './daemon.ts';
import { INCLUDE, PLUGIN, RPCINTERFACE, WEBHOOK } from './extensions.ts';
import type { Options } from './option.ts';
import { EVENTLISTENER, FCGI_PROGRAM, GROUP, PROGRAM } from './programs.ts';

/** A kind of section. */
export interface SectionKind {
  /** As in a file: `program:x`, where x is a name of one's own. */
  readonly header: string;
  /** Whether a section of this name is of this kind. */
  readonly matches: RegExp;
  readonly help: string;
  readonly options: Options;
  /** Whether options that are not in the table belong to somebody else, such as a plug-in. */
  readonly open?: boolean;
}

/** Every kind of section with all of its options: the one table. */
export const SECTIONS: readonly SectionKind[] = [
  {
    header: 'unix_http_server',
    matches: /^unix_http_server/,
    help: 'A server on a Unix socket, for supervisorctl and other clients.',
    options: UNIX_HTTP_SERVER,
  },
  {
    header: 'inet_http_server',
    matches: /^inet_http_server/,
    help: 'A server on a TCP port, for supervisorctl, browsers and other clients.',
    options: INET_HTTP_SERVER,
  },
  {
    header: 'supervisord',
    matches: /^supervisord$/,
    help: 'The daemon itself. This section must exist.',
    options: SUPERVISORD,
  },
  {
    header: 'supervisorctl',
    matches: /^supervisorctl$/,
    help: 'How supervisorctl reaches the daemon.',
    options: SUPERVISORCTL,
  },
  {
    header: 'include',
    matches: /^include$/,
    help: 'More files to read as if they stood here.',
    options: INCLUDE,
  },
  {
    header: 'program:x',
    matches: /^program:/,
    help: 'A program to run, as one process or as many of the same kind.',
    options: PROGRAM,
  },
  {
    header: 'group:x',
    matches: /^group:/,
    help: 'Programs that are started, stopped and shown together.',
    options: GROUP,
  },
  {
    header: 'fcgi-program:x',
    matches: /^fcgi-program:/,
    help: 'FastCGI processes that share one socket.',
    options: FCGI_PROGRAM,
  },
  {
    header: 'eventlistener:x',
    matches: /^eventlistener:/,
    help: 'A program that is told of events on its standard input.',
    options: EVENTLISTENER,
  },
  {
    header: 'rpcinterface:x',
    matches: /^rpcinterface:/,
    help: 'A namespace of XML-RPC methods.',
    options: RPCINTERFACE,
    open: true,
  },
  {
    header: 'ctlplugin:x',
    matches: /^ctlplugin:/,
    help: 'A plug-in of supervisorctl; read, but not used.',
    options: PLUGIN,
    open: true,
  },
  {
    header: 'webhook:x',
    matches: /^webhook:/,
    help: 'A URL that is told of events.',
    options: WEBHOOK,
  },
];

/** The kind of a section by its name, if it is one that we know. */
export const kindOf = (name: string): SectionKind | undefined =>
  SECTIONS.find(({ matches }) => matches.test(name));
