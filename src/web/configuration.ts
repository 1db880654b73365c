import type { LogDestination, ProcessSpec, StreamSpec } from '../../machines/spec.ts';

/** One option of a process as it is in effect. */
export interface Row {
  readonly option: string;
  /** What may be shown: secrets are masked. */
  readonly shown: string;
  /** What is compared, never shown. */
  readonly value: string;
}

const MASK = '•••';

/** Words of a command whose value nobody should read over a shoulder. */
const SECRET_ARGUMENT =
  /(--?[\w-]*(?:pass|passwd|password|secret|token|api-?key|credential)[\w-]*[=\s]+)(?:"[^"]*"|'[^']*'|\S+)/gi;
const SECRET_VARIABLE = /\b(\w*(?:PASS|SECRET|TOKEN|API_?KEY|CREDENTIAL)\w*=)(?:"[^"]*"|'[^']*'|\S+)/gi;
const URL_PASSWORD = /(\w+:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g;

/** Variables whose values are hidden wherever an option quotes them, as `%(ENV_API_TOKEN)s` does. */
const SECRET_NAME = /PASS|SECRET|TOKEN|KEY|CREDENTIAL/i;
/** Shorter values stand in ordinary words by chance. */
const SHORTEST = 6;

type Environment = Readonly<Record<string, string | undefined>>;

/** The values of secrets in these environments, the longest first. */
const secretsOf = (...environments: readonly Environment[]): readonly string[] =>
  environments
    .flatMap(environment => Object.entries(environment))
    .flatMap(([name, value = '']) => (SECRET_NAME.test(name) && value.length >= SHORTEST ? [value] : []))
    .toSorted((a, b) => b.length - a.length);

/** An option's value without the passwords that stand in it. */
const masked = (value: string, secrets: readonly string[]): string =>
  secrets
    .reduce((text, secret) => text.replaceAll(secret, MASK), value)
    .replace(SECRET_ARGUMENT, `$1${MASK}`)
    .replace(SECRET_VARIABLE, `$1${MASK}`)
    .replace(URL_PASSWORD, `$1${MASK}`);

const AUTORESTART = { always: 'true', unexpected: 'unexpected', never: 'false' } as const;

const destination = (where: LogDestination): string =>
  where.to === 'file' ? where.path : where.to.toUpperCase();

const octal = (mode: number | undefined): string =>
  mode === undefined ? '' : mode.toString(8).padStart(3, '0');

const streamRows = (name: 'stdout' | 'stderr', spec: StreamSpec): readonly (readonly [string, string])[] => [
  [`${name}_logfile`, spec.logfile.map(destination).join(', ')],
  [`${name}_logfile_maxbytes`, String(spec.logfile_maxbytes)],
  [`${name}_logfile_backups`, String(spec.logfile_backups)],
  [`${name}_capture_maxbytes`, String(spec.capture_maxbytes)],
  [`${name}_events_enabled`, String(spec.events_enabled)],
  [`${name}_syslog`, String(spec.syslog)],
];

/** How a process is configured, option by option in the order of Supervisor's documentation. */
export function configurationOf(spec: ProcessSpec, daemon: Environment = process.env): readonly Row[] {
  const secrets = secretsOf(spec.environment, daemon);
  const plain: readonly (readonly [string, string])[] = [
    ['directory', spec.directory ?? ''],
    ['user', spec.user?.name ?? ''],
    ['umask', octal(spec.umask)],
    ['priority', String(spec.priority)],
    ['autostart', String(spec.autostart)],
    ['autorestart', AUTORESTART[spec.autorestart]],
    ['startsecs', String(spec.startsecs)],
    ['startretries', String(spec.startretries)],
    ['exitcodes', spec.exitcodes.join(',')],
    ['stopsignal', spec.stopsignal.slice('SIG'.length)],
    ['stopwaitsecs', String(spec.stopwaitsecs)],
    ['stopasgroup', String(spec.stopasgroup)],
    ['killasgroup', String(spec.killasgroup)],
    ['redirect_stderr', String(spec.redirect_stderr)],
    ...streamRows('stdout', spec.stdout),
    ...(spec.redirect_stderr ? [] : streamRows('stderr', spec.stderr)),
    ['serverurl', spec.serverurl ?? ''],
  ];
  return [
    ...[['command', spec.command] as const, ...plain].map(([option, value]) => ({
      option,
      value,
      shown: masked(value, secrets),
    })),
    ...Object.entries(spec.environment)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ option: `environment: ${name}`, value, shown: MASK })),
  ];
}
