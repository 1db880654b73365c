import type { Bytes, Milliseconds } from '../../machines/spec.ts';

/** Where a stream's bytes go: a file, a terminal, the system's log. */
export interface Destination {
  /** The file's path; undefined where there is none to read back. */
  readonly path: string | undefined;
  /** What it writes to, by a name: writers of one device take turns. */
  readonly device: string;
  /** Whether bytes wait in memory because the disk refused them: write nothing more until settled(). */
  readonly holding: boolean;
  /** Whether what is held was refused for good reason, such as a full disk, and not only because it is slow. */
  readonly refusing: boolean;
  /** Since when nothing of what is held was taken, by the monotonic clock: now, where nothing is. */
  readonly stillSince: Milliseconds;
  /** The bytes that could never be written. */
  readonly dropped: Bytes;
  /** Gets ready for a new process. Throws an error with an errno `code` where it cannot. */
  open(): void;
  /** Resolves when the bytes are written or held; the buffer is free again then. Never rejects. */
  write(bytes: Buffer): Promise<void>;
  /** Writes what waits for the end of its line: the process has ended. */
  flush(): void;
  /** Resolves when nothing is held any more. */
  settled(): Promise<void>;
  /** Opens the file by its name again: somebody moved the old one away. Where it cannot, it stays and reports. */
  reopen(): void;
  /** Removes the file and begins a fresh one. Throws an error with an errno `code` where the disk refuses. */
  clear(): void;
  /** Rotates now what is not empty, whatever the size. Rejects with what keeps it from that. */
  rotate(): Promise<void>;
  close(): void;
}
