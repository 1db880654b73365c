import type { InstanceNotice, Loan, Payload, PoolEvent, SupervisorNotice } from '../../machines/events.ts';
import type { OutputNotice } from '../output/channel.ts';
import { characters, partsOf } from './text.ts';
import type { EventName } from './types.ts';

/** An event before anybody counts it. */
export interface Message {
  readonly eventname: EventName;
  readonly payload: Payload;
}

type StateNotice = InstanceNotice & { readonly type: 'instance.state' };

const tries = (notice: StateNotice) => ` tries:${notice.tries}`;
const pid = (notice: StateNotice) => ` pid:${notice.pid}`;

/** What the payload of a PROCESS_STATE event says besides the names and the state before. */
const EXTRAS: { readonly [State in StateNotice['to']]: (notice: StateNotice) => string } = {
  STOPPED: pid,
  STARTING: tries,
  RUNNING: pid,
  BACKOFF: tries,
  STOPPING: pid,
  EXITED: notice => ` expected:${Number(notice.expected)}${pid(notice)}`,
  FATAL: () => '',
  UNKNOWN: () => '',
};

/** A change of a process's state, as listeners are told of it. */
export const stateMessage = (notice: StateNotice): Message => ({
  eventname: `PROCESS_STATE_${notice.to}`,
  payload: `processname:${notice.name} groupname:${notice.group} from_state:${notice.from}${EXTRAS[notice.to](notice)}`,
});

/** What listeners are told of a notice; undefined where it is no event. */
export function messageOf(notice: SupervisorNotice): Message | undefined {
  switch (notice.type) {
    case 'instance.state':
      return stateMessage(notice);
    case 'group.added':
      return { eventname: 'PROCESS_GROUP_ADDED', payload: `groupname:${notice.group.name}\n` };
    case 'group.removed':
      return { eventname: 'PROCESS_GROUP_REMOVED', payload: `groupname:${notice.group}\n` };
    case 'supervisor.begun':
      return { eventname: 'SUPERVISOR_STATE_CHANGE_RUNNING', payload: '' };
    default:
      return undefined;
  }
}

type Names = Omit<OutputNotice, 'data'>;

const names = ({ name, group, pid: id }: Names) => `processname:${name} groupname:${group} pid:${id}`;
const suffix = ({ channel }: Pick<Names, 'channel'>) => (channel === 'stdout' ? 'STDOUT' : 'STDERR');

/** What an event of output on a channel is called. */
export const logName = (piece: Pick<Names, 'channel'>): EventName => `PROCESS_LOG_${suffix(piece)}`;

/** Output of a process whose stdout_events_enabled or stderr_events_enabled asks for it. */
export const logMessage = (piece: Names, data: Uint8Array | Loan): Message => ({
  eventname: logName(piece),
  payload: { head: `${names(piece)} channel:${piece.channel}\n`, data },
});

/** What a process said between the capture tokens. */
export const communicationMessage = (piece: OutputNotice): Message => ({
  eventname: `PROCESS_COMMUNICATION_${suffix(piece)}`,
  payload: { head: `${names(piece)}\n`, data: piece.data },
});

/** What a client of the RPC interface sent. */
export const remoteMessage = (type: string, data: string): Message => ({
  eventname: 'REMOTE_COMMUNICATION',
  payload: `type:${type}\n${data}`,
});

/**
 * An event as it is written to a listener: a line of header tokens, then the payload. `len` counts characters, as
 * Supervisor's does: listeners in Python read characters. Its parts are views: see Loan.
 */
export function envelope(event: PoolEvent): readonly Uint8Array[] {
  const { server, serial, pool, poolserial, eventname } = event;
  const parts = partsOf(event.payload);
  const len = parts.reduce((sum, part) => sum + characters(part), 0);
  const header =
    `ver:3.0 server:${server} serial:${serial} pool:${pool} poolserial:${poolserial} ` +
    `eventname:${eventname} len:${len}\n`;
  return [Buffer.from(header), ...parts];
}
