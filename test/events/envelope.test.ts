import { describe, expect, it } from 'vitest';
import type { SupervisorNotice } from '../../machines/events.ts';
import {
  communicationMessage,
  envelope,
  logMessage,
  type Message,
  messageOf,
  remoteMessage,
} from '../../src/events/envelope.ts';
import { legible, textOf } from '../../src/events/text.ts';
import { covers } from '../../src/events/types.ts';
import { groupSpec, processSpec } from '../machines/fake.ts';

const state = {
  type: 'instance.state',
  group: 'web',
  program: 'web',
  name: 'web_0',
  from: 'STARTING',
  to: 'RUNNING',
  pid: 7,
  tries: 2,
  expected: true,
  exitstatus: 0,
  spawnerr: '',
  spec: processSpec(),
} as const;
const piece = {
  group: 'web',
  name: 'web_0',
  pid: 7,
  channel: 'stderr',
  data: Buffer.from('oops\n'),
} as const;

const told = ({ eventname, payload }: Message) => ({ eventname, payload: textOf(payload) });

describe('a payload', () => {
  it.each<[SupervisorNotice, string, string]>([
    [{ ...state, from: 'BACKOFF', to: 'STARTING' }, 'PROCESS_STATE_STARTING', 'from_state:BACKOFF tries:2'],
    [state, 'PROCESS_STATE_RUNNING', 'from_state:STARTING pid:7'],
    [{ ...state, to: 'BACKOFF' }, 'PROCESS_STATE_BACKOFF', 'from_state:STARTING tries:2'],
    [{ ...state, to: 'STOPPING' }, 'PROCESS_STATE_STOPPING', 'from_state:STARTING pid:7'],
    [{ ...state, to: 'STOPPED' }, 'PROCESS_STATE_STOPPED', 'from_state:STARTING pid:7'],
    [{ ...state, to: 'EXITED' }, 'PROCESS_STATE_EXITED', 'from_state:STARTING expected:1 pid:7'],
    [
      { ...state, to: 'EXITED', expected: false },
      'PROCESS_STATE_EXITED',
      'from_state:STARTING expected:0 pid:7',
    ],
    [{ ...state, to: 'FATAL' }, 'PROCESS_STATE_FATAL', 'from_state:STARTING'],
    [{ ...state, to: 'UNKNOWN' }, 'PROCESS_STATE_UNKNOWN', 'from_state:STARTING'],
  ])('of a change of state is as Supervisor’s: %#', (notice, eventname, rest) => {
    expect(messageOf(notice)).toEqual({ eventname, payload: `processname:web_0 groupname:web ${rest}` });
  });

  it.each<[SupervisorNotice, string, string]>([
    [{ type: 'group.added', group: groupSpec('web', []) }, 'PROCESS_GROUP_ADDED', 'groupname:web\n'],
    [{ type: 'group.removed', group: 'web' }, 'PROCESS_GROUP_REMOVED', 'groupname:web\n'],
    [{ type: 'supervisor.begun' }, 'SUPERVISOR_STATE_CHANGE_RUNNING', ''],
  ])('of %o is as Supervisor’s', (notice, eventname, payload) => {
    expect(messageOf(notice)).toEqual({ eventname, payload });
  });

  it('of output names its process and its channel', () => {
    expect(told(logMessage(piece, piece.data))).toEqual({
      eventname: 'PROCESS_LOG_STDERR',
      payload: 'processname:web_0 groupname:web pid:7 channel:stderr\noops\n',
    });
    expect(told(communicationMessage({ ...piece, channel: 'stdout' }))).toEqual({
      eventname: 'PROCESS_COMMUNICATION_STDOUT',
      payload: 'processname:web_0 groupname:web pid:7\noops\n',
    });
  });

  it('of a remote communication is its type and its data', () => {
    expect(remoteMessage('x', 'a\nb')).toEqual({
      eventname: 'REMOTE_COMMUNICATION',
      payload: 'type:x\na\nb',
    });
  });

  it('is no affair of listeners where a notice is none', () => {
    expect(messageOf({ type: 'supervisor.ended' })).toBeUndefined();
  });
});

describe('an envelope', () => {
  const event = { serial: 3, eventname: 'TICK_5', server: 'supervisor', pool: 'p', poolserial: 1 };

  it('has Supervisor’s header tokens in Supervisor’s order', () => {
    expect(Buffer.concat(envelope({ ...event, payload: 'when:5' })).toString()).toBe(
      'ver:3.0 server:supervisor serial:3 pool:p poolserial:1 eventname:TICK_5 len:6\nwhen:5',
    );
  });

  it.each([
    ['', 0],
    ['héllo', 5],
    ['日本', 2],
    ['a😀b', 3],
  ])('counts the characters of %j as Python does: %i', (payload, len) => {
    expect(Buffer.concat(envelope({ ...event, payload })).toString()).toContain(` len:${len}\n`);
  });
});

describe('bytes', () => {
  it.each([
    ['h\xc3\xa9', 'hé'],
    ['\xef\xbb\xbfbom', '\ufeffbom'],
    ['\xff', "Undecodable: b'\\xff'"],
    ['\xff\t\n\r\\\x00~\x7f', "Undecodable: b'\\xff\\t\\n\\r\\\\\\x00~\\x7f'"],
    ["\xff'", 'Undecodable: b"\\xff\'"'],
    ['\xff\'"', "Undecodable: b'\\xff\\'\"'"],
  ])('%j become %s', (bytes, text) => {
    expect(Buffer.from(legible(Buffer.from(bytes, 'latin1'))).toString()).toBe(text);
  });
});

describe('a subscription', () => {
  it.each([
    ['EVENT', 'TICK_5', true],
    ['TICK', 'TICK_5', true],
    ['TICK_5', 'TICK_5', true],
    ['TICK_6', 'TICK_60', false],
    ['TICK_5', 'TICK_60', false],
    ['PROCESS_STATE', 'PROCESS_STATE_EXITED', true],
    ['PROCESS_STATE', 'PROCESS_LOG_STDOUT', false],
    ['PROCESS_GROUP', 'PROCESS_GROUP_REMOVED', true],
  ] as const)('to %s covers %s: %s', (subscribed, name, covered) => {
    expect(covers(subscribed, name)).toBe(covered);
  });
});
