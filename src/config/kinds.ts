import { isAbsolute, normalize } from 'node:path';
import type { FcgiSpec, ListenerSpec } from '../../machines/spec.ts';
import { isFile } from './disk.ts';
import { ValueFault } from './errors.ts';
import { EVENT_TYPES } from './eventtypes.ts';
import type { Scope } from './expand.ts';
import { DEFAULT_HANDLER, FCGI_ONLY, LISTENER_ONLY, PROGRAM_ONCE } from './options-program.ts';
import type { Section } from './parse.ts';
import { modulePath } from './plugin.ts';
import type { ProgramContext } from './processes.ts';
import { int } from './python.ts';
import { SectionReader } from './section.ts';
import { nearest } from './suggest.ts';
import { boundedPort } from './values.ts';

/** What an [eventlistener:x] has besides its processes. */
export function readListener(
  context: ProgramContext,
  section: Section,
): ListenerSpec & { readonly priority: number } {
  const reader = new SectionReader(context, section);
  const about = `[${section.name}]`;
  const { scope } = context;
  const priority = reader.read('priority', LISTENER_ONLY.priority, scope);
  const buffer_size = reader.read('buffer_size', LISTENER_ONLY.buffer_size, scope);
  if (buffer_size < 1)
    reader.refuse(`${about} section sets invalid buffer_size (${buffer_size})`, 'buffer_size');
  const result_handler = reader.read('result_handler', LISTENER_ONLY.result_handler, scope);
  const handler =
    result_handler === DEFAULT_HANDLER
      ? result_handler
      : modulePath(result_handler, section.place.file, context.world);
  if (handler !== DEFAULT_HANDLER && !isFile(handler)) {
    reader.refuse(
      `${result_handler} cannot be resolved within ${about}`,
      'result_handler',
      LISTENER_ONLY.result_handler,
    );
  }
  const events = (reader.read('events', LISTENER_ONLY.events, scope) ?? []).map(name => name.toUpperCase());
  if (events.length === 0)
    reader.refuse(`${about} section requires an "events" line`, 'events', LISTENER_ONLY.events);
  for (const name of events.filter(event => !EVENT_TYPES.includes(event))) {
    reader.refuse(`Unknown event type ${name} in ${about} events`, 'events', {
      ...LISTENER_ONLY.events,
      reader: {
        ...LISTENER_ONLY.events.reader,
        expected: `event types, such as ${nearest(name, EVENT_TYPES) ?? 'TICK_60'}`,
      },
    });
  }
  if (reader.read('redirect_stderr', PROGRAM_ONCE.redirect_stderr, scope)) {
    reader.refuse(
      `${about} section sets redirect_stderr=true but this is not allowed because it will interfere with the ` +
        'eventlistener protocol',
      'redirect_stderr',
    );
  }
  return { priority, buffer_size, events, result_handler: handler };
}

const TCP = /^tcp:\/\/([^\s:]*):(\d+)$/;

/** The socket's URL in its plain form. Throws ValueFault in Supervisor's words. */
function socketUrl(written: string, unixOnly: boolean): string {
  if (written.startsWith('unix://')) {
    const path = written.slice('unix://'.length);
    if (isAbsolute(path)) return `unix://${normalize(path)}`;
    throw new ValueFault(`('Unix socket path %s is not an absolute path', '${path}')`);
  }
  const [, host = '', port] = TCP.exec(written) ?? [];
  if (host === '' || port === undefined) throw new ValueFault(`('Bad socket format %s', '${written}')`);
  if (unixOnly) {
    throw new ValueFault('socket_owner and socket_mode params should only be used with a Unix domain socket');
  }
  return `tcp://${host.toLowerCase()}:${boundedPort(int(port) ?? 0)}`;
}

/** What an [fcgi-program:x] has besides its processes; undefined where its socket was refused. */
export function readFcgi(context: ProgramContext, section: Section, program: string): FcgiSpec | undefined {
  // A user that is missing is its processes' fault, or their error.
  const reader = new SectionReader(context, section, { onMissing: context.strict ? undefined : () => {} });
  const { scope } = context;
  const user = reader.read('user', PROGRAM_ONCE.user, scope);
  const socket_backlog = reader.read('socket_backlog', FCGI_ONLY.socket_backlog, scope);
  if (socket_backlog !== undefined && socket_backlog < 1) {
    reader.refuse(`Invalid socket_backlog value ${socket_backlog}`, 'socket_backlog');
  }
  const strictly = new SectionReader(context, section);
  const owner = strictly.read('socket_owner', FCGI_ONLY.socket_owner, scope);
  const mode = reader.read('socket_mode', FCGI_ONLY.socket_mode, scope);
  const named: Scope = { values: { program_name: program }, outer: scope };
  const written = reader.read('socket', FCGI_ONLY.socket, named);
  if (!written) {
    reader.refuse(`[${section.name}] section requires a "socket" line`, 'socket', FCGI_ONLY.socket);
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
    reader.refuse(`${cause.message} in [${reader.section.name}] socket`, 'socket', FCGI_ONLY.socket, cause);
    return undefined;
  }
}
