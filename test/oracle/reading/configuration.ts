import type { LogDestination, ProcessSpec, StreamSpec } from '../../../machines/spec.ts';
import type { Configuration } from '../../../src/config/build.ts';
import type { ServerSpec } from '../../../src/config/servers.ts';
import { SIGNAL_NUMBERS } from '../../../src/signals.ts';
import { levelNumber } from './values.ts';

const DESTINATIONS = { auto: 'auto', none: null, syslog: 'syslog' } as const;

const written = (destination: LogDestination | undefined): string | null =>
  destination?.to === 'file' ? destination.path : DESTINATIONS[destination?.to ?? 'none'];

const stream = <Name extends string>(name: Name, spec: StreamSpec): Record<string, unknown> => ({
  [`${name}_logfile`]: written(spec.logfile[0]),
  [`${name}_logfile_maxbytes`]: spec.logfile_maxbytes,
  [`${name}_logfile_backups`]: spec.logfile_backups,
  [`${name}_capture_maxbytes`]: spec.capture_maxbytes,
  [`${name}_events_enabled`]: spec.events_enabled,
  [`${name}_syslog`]: spec.syslog,
});

const RESTARTS = { always: 'always', unexpected: 'unexpected', never: false } as const;

const processOf = (spec: ProcessSpec): Record<string, unknown> => ({
  name: spec.name,
  command: spec.command,
  directory: spec.directory ?? null,
  umask: spec.umask ?? null,
  priority: spec.priority,
  autostart: spec.autostart,
  autorestart: RESTARTS[spec.autorestart],
  startsecs: spec.startsecs,
  startretries: spec.startretries,
  stopsignal: SIGNAL_NUMBERS.get(spec.stopsignal),
  stopwaitsecs: spec.stopwaitsecs,
  stopasgroup: spec.stopasgroup,
  killasgroup: spec.killasgroup,
  exitcodes: spec.exitcodes,
  redirect_stderr: spec.redirect_stderr,
  environment: spec.environment,
  serverurl: spec.serverurl_auto ? null : (spec.serverurl ?? null),
  ...stream('stdout', spec.stdout),
  ...stream('stderr', spec.stderr),
});

function server({ section, address, credentials }: ServerSpec): Record<string, unknown> {
  const [, name = null] = section.split(':');
  const { username = null, password = null } = credentials ?? {};
  const about = { section, name, username, password };
  if (address.kind === 'unix') return { ...about, file: address.path, chmod: address.mode };
  return { ...about, host: address.host ?? '', port: address.port };
}

/** A configuration of ours as reader.py tells Python's. */
export function told({ settings, servers, groups }: Configuration): unknown {
  const { logfile, pidfile, umask, nodaemon, silent, minfds, minprocs, nocleanup, strip_ansi } = settings;
  const { logfile_maxbytes, logfile_backups, identifier, environment } = settings;
  return {
    settings: {
      logfile,
      logfile_maxbytes,
      logfile_backups,
      loglevel: levelNumber(settings.loglevel),
      pidfile,
      umask,
      nodaemon,
      silent,
      minfds,
      minprocs,
      nocleanup,
      directory: settings.directory ?? null,
      strip_ansi,
      identifier,
      environment,
    },
    servers: servers.map(server),
    groups: groups.map(({ name, priority, programs }) => ({
      name,
      priority,
      processes: programs.flatMap(({ processes }) => processes.map(processOf)),
    })),
  };
}
