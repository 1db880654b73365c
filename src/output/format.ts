import { isUtf8 } from 'node:buffer';
import type { Bytes, LogFormat, Pid } from '../../machines/spec.ts';
import { stamp } from './stamp.ts';
import { characterStart } from './utf8.ts';

const NEWLINE = 0x0a;
/** A line that is longer becomes several records. */
const LONGEST: Bytes = 64 * 1024;

/** What the records of a stream say about where their lines come from. */
export interface Origin {
  readonly group: string;
  readonly name: string;
  readonly channel: 'stdout' | 'stderr';
  readonly pid: Pid;
}

/** Turns a stream's bytes into what its log shows of them. */
export interface Formatter {
  format(bytes: Buffer): Buffer;
  /** What was kept back for want of a line's end, when the process has ended. */
  flush(): Buffer;
}

/** The formatter of `stdout_format`; undefined for raw, which leaves bytes as they are. */
export function createFormatter(format: LogFormat, origin: () => Origin): Formatter | undefined {
  if (format === 'raw') return undefined;
  return format === 'prefix' ? prefixFormatter(origin) : recordFormatter(RECORDS[format], origin);
}

/** A process's name as supervisorctl shows it. */
const fullName = ({ group, name }: Origin): string => (group === name ? name : `${group}:${name}`);

/** Time and name before each line; nothing is kept back. */
function prefixFormatter(origin: () => Origin): Formatter {
  let isLineStart = true;
  return {
    format(bytes) {
      const prefix = Buffer.from(`${stamp()} ${fullName(origin())} `);
      const parts: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const newline = bytes.indexOf(NEWLINE, at);
        const end = newline === -1 ? bytes.length : newline + 1;
        if (isLineStart) parts.push(prefix);
        parts.push(bytes.subarray(at, end));
        isLineStart = newline !== -1;
        at = end;
      }
      return Buffer.concat(parts);
    },
    flush() {
      const ending = isLineStart ? '' : '\n';
      isLineStart = true;
      return Buffer.from(ending);
    },
  };
}

/** One line of a stream. `partial`: no newline followed, because it is too long or the process ended. */
interface Line {
  readonly time: string;
  readonly origin: Origin;
  readonly bytes: Buffer;
  readonly partial: boolean;
}

/** How a record is written. Bytes that are no UTF-8 are given in base64: a record is text, and no byte is lost. */
const RECORDS: Readonly<Record<'json' | 'logfmt', (line: Line) => string>> = {
  json: ({ time, origin, bytes, partial }) =>
    JSON.stringify({
      time,
      group: origin.group,
      name: origin.name,
      channel: origin.channel,
      pid: origin.pid,
      ...(isUtf8(bytes) ? { message: bytes.toString() } : { message_base64: bytes.toString('base64') }),
      ...(partial ? { partial } : {}),
    }),
  logfmt: ({ time, origin, bytes, partial }) =>
    [
      `time=${time}`,
      `group=${quoted(origin.group)}`,
      `name=${quoted(origin.name)}`,
      `channel=${origin.channel}`,
      `pid=${origin.pid}`,
      isUtf8(bytes) ? `msg=${quoted(bytes.toString())}` : `msg_base64=${bytes.toString('base64')}`,
      ...(partial ? ['partial=true'] : []),
    ].join(' '),
};

/** A logfmt value: bare where it is one plain word. */
const quoted = (value: string): string => (/^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value));

/** A record for each line. A line without its newline is kept, up to `LONGEST` bytes. */
function recordFormatter(record: (line: Line) => string, origin: () => Origin): Formatter {
  let kept: Buffer = Buffer.alloc(0);
  return {
    format(bytes) {
      const whence = { time: new Date().toISOString(), origin: origin() };
      const lines = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
      let records = '';
      let at = 0;
      while (at < lines.length) {
        const newline = lines.indexOf(NEWLINE, at);
        const end = newline === -1 ? lines.length : newline;
        if (end - at > LONGEST) {
          const cut = characterStart(lines, at + LONGEST);
          records += `${record({ ...whence, bytes: lines.subarray(at, cut), partial: true })}\n`;
          at = cut;
        } else if (newline === -1) {
          break;
        } else {
          records += `${record({ ...whence, bytes: lines.subarray(at, end), partial: false })}\n`;
          at = end + 1;
        }
      }
      kept = Buffer.from(lines.subarray(at));
      return Buffer.from(records);
    },
    flush() {
      const bytes = kept;
      kept = Buffer.alloc(0);
      if (bytes.length === 0) return bytes;
      const time = new Date().toISOString();
      return Buffer.from(`${record({ time, origin: origin(), bytes, partial: true })}\n`);
    },
  };
}
