import { resolve } from 'node:path';
import type { Scope } from './expand.ts';
import { INET_HTTP_SERVER, UNIX_HTTP_SERVER } from './options/daemon.ts';
import type { Section } from './parse.ts';
import { expandHome } from './paths.ts';
import { type Reading, SectionReader } from './section.ts';

/** Who may use a server. */
export interface ServerCredentials {
  readonly username: string;
  /** Plain, `{SHA}…` or `{SCRYPT}…`. */
  readonly password: string;
}

/** A server to open. */
export interface ServerSpec {
  /** Its section, as messages name it. */
  readonly section: string;
  readonly address:
    | {
        readonly kind: 'inet';
        /** undefined: every interface. */
        readonly host: string | undefined;
        readonly port: number;
      }
    | {
        readonly kind: 'unix';
        /** Absolute. */
        readonly path: string;
        readonly mode: number;
        /** gid -1 leaves the group as it is; undefined leaves both. */
        readonly owner: { readonly uid: number; readonly gid: number } | undefined;
      };
  readonly credentials: ServerCredentials | undefined;
}

function credentials(
  reader: SectionReader,
  table: typeof INET_HTTP_SERVER | typeof UNIX_HTTP_SERVER,
  scope: Scope,
) {
  const username = reader.read('username', table.username, scope);
  const password = reader.read('password', table.password, scope);
  if (username === undefined && password === undefined) return undefined;
  if (username !== undefined && password !== undefined) return { username, password };
  const { name } = reader.section;
  reader.refuse(
    `Section [${name}] contains incomplete authentication: If a username or a password is specified, both the ` +
      'username and password must be specified',
    username === undefined ? 'password' : 'username',
  );
  return undefined;
}

function readInet(reading: Reading, section: Section, scope: Scope): ServerSpec[] {
  const reader = new SectionReader(reading, section);
  const allowed = credentials(reader, INET_HTTP_SERVER, scope);
  const address = reader.read('port', INET_HTTP_SERVER.port, scope);
  if (!reader.entry('port')) reader.refuse(`section [${section.name}] has no port value`, 'port');
  if (!address) return [];
  const { host, port } = address;
  return [
    {
      section: section.name,
      address: { kind: 'inet', host: host === '' ? undefined : host, port },
      credentials: allowed,
    },
  ];
}

function readUnix(reading: Reading, section: Section, scope: Scope, withoutHere: Scope): ServerSpec[] {
  const reader = new SectionReader(reading, section);
  const { world } = reading;
  const file = reader.read('file', UNIX_HTTP_SERVER.file, scope);
  if (file === undefined) reader.refuse(`section [${section.name}] has no file value`, 'file');
  const allowed = credentials(reader, UNIX_HTTP_SERVER, withoutHere);
  const owner = reader.read('chown', UNIX_HTTP_SERVER.chown, withoutHere);
  const mode = reader.read('chmod', UNIX_HTTP_SERVER.chmod, withoutHere);
  if (file === undefined) return [];
  const path = resolve(world.cwd, expandHome(file, world));
  return [
    {
      section: section.name,
      address: { kind: 'unix', path, mode, owner: owner && { uid: owner.uid, gid: owner.gid ?? -1 } },
      credentials: allowed,
    },
  ];
}

/** Every server: those on ports first, as Supervisor reads them. Of their values only `file` knows %(here)s. */
export function readServers(reading: Reading, scope: Scope, withoutHere: Scope): readonly ServerSpec[] {
  const sections = [...reading.sections.values()];
  return [
    ...sections
      .filter(({ name }) => name.startsWith('inet_http_server'))
      .flatMap(section => readInet(reading, section, withoutHere)),
    ...sections
      .filter(({ name }) => name.startsWith('unix_http_server'))
      .flatMap(section => readUnix(reading, section, scope, withoutHere)),
  ];
}
