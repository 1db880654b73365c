import type { Bytes, LogFormat, Pid } from '../../machines/spec.ts';
import { AnsiStripper } from './ansi.ts';
import { type Piece, TokenSplitter } from './capture.ts';
import { createFormatter, type Formatter } from './format.ts';

/** Some output of a process, for events: a view of it that is good until the call returns. */
export interface OutputNotice {
  readonly group: string;
  readonly name: string;
  readonly pid: Pid;
  readonly channel: 'stdout' | 'stderr';
  readonly data: Buffer;
}

export interface ChannelOptions {
  readonly group: string;
  readonly name: string;
  readonly channel: 'stdout' | 'stderr';
  readonly pid: () => Pid;
  readonly format: LogFormat;
  readonly strip_ansi: boolean;
  /** 0: no capture mode. */
  readonly capture_maxbytes: Bytes;
  /** PROCESS_LOG: called for each piece of output, captured or not. */
  readonly onLog: ((notice: OutputNotice) => void) | undefined;
  /** PROCESS_COMMUNICATION: called for each message between the capture tokens. */
  readonly onCommunication: (notice: OutputNotice) => void;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Decides what of a stream's bytes goes into its log, and tells of them: capture, strip_ansi, events, format. */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #splitter: TokenSplitter | undefined;
  readonly #stripper: AnsiStripper | undefined;
  readonly #formatter: Formatter | undefined;
  #message = NOTHING;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#splitter = options.capture_maxbytes > 0 ? new TokenSplitter() : undefined;
    this.#stripper = options.strip_ansi ? new AnsiStripper() : undefined;
    this.#formatter = createFormatter(options.format, () => ({ ...options, pid: options.pid() }));
  }

  /** Whether the log's bytes may be many times the stream's. */
  get expands(): boolean {
    return this.#formatter !== undefined;
  }

  /** Whether bytes go to the log as they come, none kept back. */
  get isPlain(): boolean {
    return this.#splitter === undefined && this.#stripper === undefined && this.#formatter === undefined;
  }

  /** What these bytes add to the log: a view of them, or a copy where they are changed. */
  feed(bytes: Buffer): Buffer {
    return this.#formatted(this.#filtered(bytes));
  }

  /** What was kept back, when the process has ended. An unfinished message is dropped, as Supervisor does. */
  flush(): Buffer {
    const rest: Buffer[] = [];
    if (this.#splitter !== undefined) rest.push(this.#taken(this.#splitter.flush()));
    if (this.#stripper !== undefined) rest.push(this.#told(this.#stripper.flush()));
    this.#message = NOTHING;
    const bytes = Buffer.concat(rest);
    if (this.#formatter === undefined) return bytes;
    return Buffer.concat([this.#formatter.format(bytes), this.#formatter.flush()]);
  }

  /** A line of the daemon's own for the log. */
  note(text: string): Buffer {
    return this.#formatted(Buffer.from(`supervisor: ${text}\n`));
  }

  #formatted(bytes: Buffer): Buffer {
    return this.#formatter === undefined ? bytes : this.#formatter.format(bytes);
  }

  #filtered(bytes: Buffer): Buffer {
    if (this.#splitter === undefined) return this.#told(this.#stripped(bytes));
    return Buffer.concat(this.#splitter.split(bytes).map(piece => this.#taken(piece)));
  }

  /** Puts a captured piece into its message; any other is for the log. */
  #taken(piece: Piece): Buffer {
    const bytes = this.#told(this.#stripped(piece.bytes));
    if (!piece.captured) return bytes;
    const { capture_maxbytes, onCommunication } = this.#options;
    const message = Buffer.concat([this.#message, bytes]);
    // The newest bytes are kept; those of one read are never more than a chunk.
    this.#message = message.subarray(Math.max(0, message.length - capture_maxbytes));
    if (piece.complete) {
      onCommunication(this.#notice(this.#message));
      this.#message = NOTHING;
    }
    return NOTHING;
  }

  #stripped(bytes: Buffer): Buffer {
    return this.#stripper === undefined ? bytes : this.#stripper.strip(bytes);
  }

  #told(bytes: Buffer): Buffer {
    const { onLog } = this.#options;
    if (onLog !== undefined && bytes.length > 0) onLog(this.#notice(bytes));
    return bytes;
  }

  #notice(data: Buffer): OutputNotice {
    const { group, name, channel, pid } = this.#options;
    return { group, name, channel, pid: pid(), data };
  }
}
