/** The foreign calls that this room needs; src/process makes them, and tests may fake them. */
export interface Kernel {
  /** Makes a FIFO with these permission bits; throws an error with an errno `code`. */
  mkfifo(path: string, mode: number): void;
  /** Sets the capacity of a pipe and returns what it became; throws where the limits of pipe memory refuse it. */
  setPipeSize(fd: number, bytes: number): number;
  /** Whether there is something to read, without waiting. */
  isReadable(fd: number): boolean;
  /**
   * Watches a descriptor: after each arm() it calls back once when there is something to read. close() it before the
   * descriptor. Throws where the kernel refuses.
   */
  watch(fd: number, onReadable: () => void): { arm(): void; close(): void };
  /** One message to the system's log. */
  syslog(priority: number, message: string): void;
}

/** What this room has to say to the daemon's main log. */
export type Report = (level: 'error' | 'warn' | 'info' | 'debug', text: string) => void;

/** The errno name of what a system call threw, or its text where it has none. */
export function errnoOf(error: unknown): string {
  if (error instanceof Error) return (error as NodeJS.ErrnoException).code ?? error.message;
  return String(error);
}
