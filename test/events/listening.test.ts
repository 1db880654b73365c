import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createActor, setup } from 'xstate';
import type { ListenerReport, PoolEvent } from '../../machines/events.ts';
import { createListening } from '../../src/events/listening.ts';
import { processSpec } from '../support/spec.ts';
import { until } from '../support/until.ts';

const DEFAULT = 'supervisor.dispatchers:default_handler';
const event: PoolEvent = {
  serial: 3,
  eventname: 'TICK_5',
  server: 'here',
  payload: 'when:5',
  pool: 'p',
  poolserial: 1,
};

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});
const handler = (code: string) => {
  folder = mkdtempSync(join(tmpdir(), 'statevisor-'));
  const path = join(folder, 'handler.mjs');
  writeFileSync(path, code);
  return path;
};

/** A port in conversation with a process that the test plays. */
const start = (result_handler = DEFAULT) => {
  const [reports, written, lines, shown]: [string[], string[], string[], string[]] = [[], [], [], []];
  let say: ((bytes: Buffer) => void) | undefined;
  const { port } = createListening({
    hear: (_, listener) => {
      say = listener;
      return {
        glance() {},
        close() {
          say = undefined;
        },
      };
    },
    write: ({ name }, parts) => void written.push(`${name} ${Buffer.concat(parts).toString()}`),
    log: (level, text) => lines.push(`${level} ${text}`),
    show: async bytes => void shown.push(bytes.toString()),
  });
  const parent = createActor(
    setup({ types: { events: {} as ListenerReport }, actors: { port } }).createMachine({
      invoke: { id: 'port', src: 'port', input: { spec: processSpec({ name: 'ear' }), result_handler } },
      on: {
        '*': {
          actions: ({ event: report }) =>
            reports.push('verdict' in report ? report.verdict : report.type.slice('listener.'.length)),
        },
      },
    }),
  ).start();
  return {
    reports,
    written,
    lines,
    shown,
    say: (text: string) => say?.(Buffer.from(text)),
    isHeard: () => say !== undefined,
    deliver: () => parent.getSnapshot().children.port?.send({ type: 'port.deliver', event }),
    stop: () => parent.stop(),
  };
};

describe('a listener’s port', () => {
  it('writes the envelope and reports what comes back, with Supervisor’s lines in the log', () => {
    const it = start();
    it.say('READY\n');
    it.deliver();
    it.say('RESULT 2\nOK');
    it.say('READY\n');
    expect(it.reports).toEqual(['ready', 'processed', 'ready']);
    expect(it.written).toEqual([
      'ear ver:3.0 server:here serial:3 pool:p poolserial:1 eventname:TICK_5 len:6\nwhen:5',
    ]);
    expect(it.lines).toEqual([
      'debug ear: ACKNOWLEDGED -> READY',
      'debug event 3 sent to listener ear',
      'debug ear: event was processed',
      'debug ear: BUSY -> ACKNOWLEDGED',
      'debug ear: ACKNOWLEDGED -> READY',
    ]);
  });

  it('reports OK and READY of one read as one thing, with the same lines in the log', () => {
    const it = start();
    it.say('READY\n');
    it.deliver();
    it.say('RESULT 2\nOKREADY\n');
    expect(it.reports).toEqual(['ready', 'resumed']);
    expect(it.lines.slice(2)).toEqual([
      'debug ear: event was processed',
      'debug ear: BUSY -> ACKNOWLEDGED',
      'debug ear: ACKNOWLEDGED -> READY',
    ]);
  });

  it('reports a rejection of the same event again later each time, up to a second', async () => {
    vi.useFakeTimers();
    try {
      const it = start();
      const pauses: number[] = [];
      for (let times = 1; times <= 14; times++) {
        it.say('READY\n');
        it.deliver();
        it.say('RESULT 4\nFAIL');
        let pause = 0;
        for (; it.reports.filter(report => report === 'rejected').length < times; pause++)
          await vi.advanceTimersByTimeAsync(1);
        pauses.push(pause);
      }
      expect(pauses).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000, 1000]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('reports anything but OK as rejected', () => {
    const it = start();
    it.say('READY\n');
    it.deliver();
    it.say('RESULT 4\nFAIL');
    expect(it.reports).toEqual(['ready', 'rejected']);
    expect(it.lines).toContain('warn ear: event was rejected');
  });

  it('says why nobody speaks to a listener any more', () => {
    const it = start();
    it.say('READY\n');
    it.deliver();
    it.say('RESULT x\n');
    it.say('READY\n');
    expect(it.reports).toEqual(['ready', 'babbled']);
    expect(it.lines.slice(2)).toEqual([
      "warn ear: bad result line: 'RESULT x'",
      'debug ear: BUSY -> UNKNOWN',
      'warn ear: has entered the UNKNOWN state and will no longer receive events, this usually indicates the process violated the eventlistener protocol',
    ]);
  });

  it('shows the outputs that a listener of supervisor_stdout hands back, line by line', async () => {
    const it = start('supervisor_stdout:event_handler');
    const payload = 'processname:web groupname:web pid:3 channel:stdout\nüber\r$&\n';
    it.say('READY\n');
    it.deliver();
    it.say(`RESULT ${Buffer.byteLength(payload)}\n${payload}READY\n`);
    await until('it is shown', () => it.reports.length === 2);
    it.deliver();
    it.say('RESULT 2\nOK');
    expect(it.shown).toEqual(['web stdout | über\r$&\nweb stdout | \n']);
    expect(it.reports).toEqual(['ready', 'resumed', 'broken']);
  });

  it('no longer hears when it is stopped', () => {
    const it = start();
    it.stop();
    expect(it.isHeard()).toBe(false);
  });
});

describe('a result handler', () => {
  it.each([
    ['that returns', 'export default () => {}', 'processed'],
    [
      'that is given the event and the bytes',
      "export default (e, r) => e.serial === 3 && r.equals(Buffer.from('any'))",
      'processed',
    ],
    ['that answers false', 'export default async () => false', 'rejected'],
    [
      'that throws RejectEvent',
      "export default () => { throw Object.assign(new Error(), { name: 'RejectEvent' }) }",
      'rejected',
    ],
    ['that breaks', "export default () => { throw new Error('no') }", 'broken'],
    ['that is none', 'export const other = 1', 'broken'],
  ])('%s makes the event %s', async (_, code, verdict) => {
    const it = start(handler(code));
    it.say('READY\n');
    it.deliver();
    it.say('RESULT 3\nanyREADY\n');
    const reports: Readonly<Record<string, readonly string[]>> = {
      processed: ['resumed'],
      rejected: ['rejected', 'ready'],
      broken: ['broken'],
    };
    const expected = ['ready', ...(reports[verdict] ?? [])];
    await until('a judgement', () => it.reports.length === expected.length);
    expect(it.reports).toEqual(expected);
  });
});
