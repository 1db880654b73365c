/** Where supervisorctl reads and writes: a real terminal, pipes, or a test's record. */
export interface Terminal {
  /** Whether a person sees what is written: colours and redrawing make sense. */
  readonly isTty: boolean;
  /** Writes to stdout as is. */
  write(text: string | Uint8Array): void;
  /** Writes a line to stderr. */
  hint(line: string): void;
  /** Whether colours are wanted. */
  readonly hasColours: boolean;
  /** How many characters fit beside each other; undefined where nothing is too wide. */
  readonly columns?: number | undefined;
  /** Whether it shows ASCII alone, as its locale says. */
  readonly isAscii?: boolean;
  /** Reads a line without its end; undefined at the end of input, at Ctrl-C, and when the signal aborts. */
  read(prompt: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The same without showing what is typed. */
  readSecret(prompt: string): Promise<string | undefined>;
  /** Calls back at Ctrl-C until the returned function is called. */
  onInterrupt(interrupt: () => void): () => void;
  /** Gives the keyboard back. */
  close(): void;
}
