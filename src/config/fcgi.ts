import { isAbsolute, normalize } from 'node:path';
import type { FcgiSpec } from '../../machines/spec.ts';
import { boundedPort } from './addresses.ts';
import { ValueFault } from './errors.ts';
import type { Scope } from './expand.ts';
import { FCGI_ONLY, PROGRAM_ONCE } from './options/programs.ts';
import type { Section } from './parse.ts';
import type { ProgramContext } from './processes.ts';
import { int, repr } from './python.ts';
import { SectionReader } from './section.ts';

const TCP = /^tcp:\/\/([^\s:]*):(\d+)$/;

/** The socket's URL in its plain form. Throws ValueFault in Supervisor's words. */
function socketUrl(written: string, unixOnly: boolean): string {
  if (written.startsWith('unix://')) {
    const path = written.slice('unix://'.length);
    if (isAbsolute(path)) return `unix://${normalize(path)}`;
    throw new ValueFault(`('Unix socket path %s is not an absolute path', ${repr(path)})`);
  }
  const [, host = '', port] = TCP.exec(written) ?? [];
  if (host === '' || port === undefined) throw new ValueFault(`('Bad socket format %s', ${repr(written)})`);
  if (unixOnly) {
    throw new ValueFault('socket_owner and socket_mode params should only be used with a Unix domain socket');
  }
  return `tcp://${host.toLowerCase()}:${boundedPort(int(port) ?? 0)}`;
}

/** What an [fcgi-program:x] has besides its processes; undefined where its socket was refused. */
export function readFcgi(context: ProgramContext, section: Section, program: string): FcgiSpec | undefined {
  // A user that is missing is told as the fault of its processes.
  const reader = new SectionReader(context, section, { onMissing: context.strict ? undefined : () => {} });
  const { scope } = context;
  const user = reader.read('user', PROGRAM_ONCE.user, scope);
  const socket_backlog = reader.read('socket_backlog', FCGI_ONLY.socket_backlog, scope);
  if (socket_backlog !== undefined && socket_backlog < 1) {
    reader.refuse(`Invalid socket_backlog value ${socket_backlog}`, 'socket_backlog', {
      expected: 'at least 1',
    });
  }
  const strictly = new SectionReader(context, section);
  const owner = strictly.read('socket_owner', FCGI_ONLY.socket_owner, scope);
  const mode = reader.read('socket_mode', FCGI_ONLY.socket_mode, scope);
  const named: Scope = { values: { program_name: program }, outer: scope };
  const written = reader.read('socket', FCGI_ONLY.socket, named);
  if (!written) {
    reader.refuse(`[${section.name}] section requires a "socket" line`, 'socket');
    return undefined;
  }
  const unixOnly = owner !== undefined || reader.entry('socket_mode') !== undefined;
  const socket = attemptSocket(reader, written, unixOnly);
  if (socket === undefined) return undefined;
  if (!socket.startsWith('unix:'))
    return { socket, socket_backlog, socket_owner: undefined, socket_mode: undefined };
  const socket_owner = owner
    ? { uid: owner.uid, gid: owner.gid ?? -1 }
    : user && { uid: user.uid, gid: user.gid };
  return { socket, socket_backlog, socket_owner, socket_mode: mode };
}

function attemptSocket(reader: SectionReader, written: string, unixOnly: boolean): string | undefined {
  try {
    return socketUrl(written, unixOnly);
  } catch (cause) {
    if (!(cause instanceof ValueFault)) throw cause;
    reader.refuse(`${cause.message} in [${reader.section.name}] socket`, 'socket', { cause });
    return undefined;
  }
}
