/** A line of a configuration file; lines count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** One finding about a configuration, as an editor or a person wants to know it. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** What is wrong, in Supervisor's own words where it has them. */
  readonly message: string;
  readonly section?: string;
  readonly option?: string;
  /** The value as written; left out where it may hold a secret. */
  readonly value?: string;
  readonly place?: Place;
  /** What would have been right. */
  readonly expected?: string;
  /** The known name that is closest to an unknown one. */
  readonly nearest?: string;
}

/** The lines that stand below a finding's message: where, what was expected, what may have been meant. */
export function details(finding: Diagnostic): string[] {
  const subject = [finding.section && `[${finding.section}]`, finding.option].filter(Boolean).join(' ');
  const where = finding.place && `${finding.place.file}:${finding.place.line}`;
  return [
    where && `  at ${where}${subject && `, ${subject}`}`,
    finding.expected && `  expected ${finding.expected}`,
    finding.nearest && `  did you mean ${finding.nearest}?`,
  ].filter(line => typeof line === 'string');
}

/** A configuration that cannot be used. The message begins with Supervisor's text; our details follow it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly finding: Diagnostic;

  constructor(finding: Omit<Diagnostic, 'severity'>, options?: ErrorOptions) {
    const whole: Diagnostic = { severity: 'error', ...finding };
    super([whole.message, ...details(whole)].join('\n'), options);
    this.finding = whole;
  }

  get section(): string | undefined {
    return this.finding.section;
  }

  get option(): string | undefined {
    return this.finding.option;
  }

  get value(): string | undefined {
    return this.finding.value;
  }
}

/** Lines of a file that are no configuration: one error, as Supervisor tells it, and a finding for each line. */
export class ParsingError extends ConfigError {
  readonly lines: readonly Diagnostic[];

  constructor(message: string, lines: readonly Diagnostic[]) {
    super({ message, place: lines[0]?.place, expected: lines[0]?.expected });
    this.lines = lines;
  }
}

/** Where findings go: a start ends at the first error, a check gathers them all. */
export interface Findings {
  /** Throws, or keeps the error and lets the reading go on without what was refused. */
  refuse(error: ConfigError): void;
  warn(warning: Omit<Diagnostic, 'severity'>): void;
}

/** Ends the reading at the first error, as a start does; warnings are kept elsewhere. */
export const FIRST_ERROR: Findings = {
  refuse: error => {
    throw error;
  },
  warn: () => {},
};

/** For a look ahead: what is wrong is told when its turn comes. */
export const SILENT: Findings = { refuse: () => {}, warn: () => {} };

/** A command line that cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A value that its reader refuses; whoever knows the option and its place makes a ConfigError of it. */
export class ValueFault extends Error {
  override readonly name: string = 'ValueFault';
  /** The known name that was probably meant. */
  readonly nearest: string | undefined;

  constructor(
    message: string,
    { cause, nearest }: { readonly cause?: unknown; readonly nearest?: string } = {},
  ) {
    super(message, { cause });
    this.nearest = nearest;
  }
}

/** A value that is well formed but finds nothing on this machine: it may be right by the time a process starts. */
export class MissingFault extends ValueFault {
  override readonly name = 'MissingFault';
}

/** What goes to stderr, before exit status 2, when a program cannot start for one of these errors. */
export const refusal = (error: Error, program: string): string =>
  `Error: ${error.message}\nFor help, use ${program} -h\n`;
