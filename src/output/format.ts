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

/** A process as `supervisorctl` names it. */
export const fullName = ({ group, name }: Pick<Origin, 'group' | 'name'>): string =>
  group === name ? name : `${group}:${name}`;

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

/** How the records of a format are written: what all lines of a moment have in common, then the line. */
interface RecordFormat {
  head(time: string, origin: Origin): string;
  /** `partial`: no newline followed, because the line is too long or the process ended. */
  line(bytes: Buffer, partial: boolean): string;
}

/** Bytes that are no UTF-8 are given in base64: a record is text, and no byte is lost. */
const RECORDS: Readonly<Record<'json' | 'logfmt', RecordFormat>> = {
  json: {
    head: (time, { group, name, channel, pid }) =>
      `${JSON.stringify({ time, group, name, channel, pid }).slice(0, -1)},`,
    line: (bytes, partial) =>
      `${
        isUtf8(bytes)
          ? `"message":${JSON.stringify(bytes.toString())}`
          : `"message_base64":"${bytes.toString('base64')}"`
      }${partial ? ',"partial":true' : ''}}\n`,
  },
  logfmt: {
    head: (time, { group, name, channel, pid }) =>
      `time=${time} group=${quoted(group)} name=${quoted(name)} channel=${channel} pid=${pid} `,
    line: (bytes, partial) =>
      `${isUtf8(bytes) ? `msg=${quoted(bytes.toString())}` : `msg_base64=${bytes.toString('base64')}`}${
        partial ? ' partial=true' : ''
      }\n`,
  },
};

/** A logfmt value: bare where it is one plain word. */
const quoted = (value: string): string => (/^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value));

/** A record for each line. A line without its newline is kept, up to `LONGEST` bytes. */
function recordFormatter({ head, line }: RecordFormat, origin: () => Origin): Formatter {
  let kept: Buffer = Buffer.alloc(0);
  return {
    format(bytes) {
      const common = head(new Date().toISOString(), origin());
      const lines = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
      let records = '';
      let at = 0;
      while (at < lines.length) {
        const newline = lines.indexOf(NEWLINE, at);
        const end = newline === -1 ? lines.length : newline;
        if (end - at > LONGEST) {
          const cut = characterStart(lines, at + LONGEST);
          records += common + line(lines.subarray(at, cut), true);
          at = cut;
        } else if (newline === -1) {
          break;
        } else {
          records += common + line(lines.subarray(at, end), false);
          at = end + 1;
        }
      }
      kept = Buffer.from(lines.subarray(at));
      return Buffer.from(records);
    },
    flush() {
      const bytes = kept;
      kept = Buffer.alloc(0);
      return bytes.length === 0
        ? bytes
        : Buffer.from(head(new Date().toISOString(), origin()) + line(bytes, true));
    },
  };
}
