import type { GroupSpec } from '../../machines/spec.ts';
import { ConfigError, type Diagnostic, type Findings, SILENT, ValueFault } from './errors.ts';
import { environmentScope, type Scope } from './expand.ts';
import { readGroups } from './groups.ts';
import { SUPERVISORD } from './options/daemon.ts';
import { DEFAULT_SECTION } from './parse.ts';
import { type RpcInterfaceSpec, readInterfaces } from './plugin.ts';
import type { Source } from './read.ts';
import { type Recollection, writtenIn } from './recollection.ts';
import { type Reading, SectionReader } from './section.ts';
import { readServers, type ServerSpec } from './servers.ts';
import { type DaemonSettings, type Overrides, readSupervisord, settle } from './settings.ts';
import { unknownNames } from './unknown.ts';
import { readWebhooks, type WebhookSpec } from './webhooks.ts';
import type { ConfigWorld } from './world.ts';

export type { DaemonSettings, RpcInterfaceSpec, ServerSpec, WebhookSpec };

/** Everything that a configuration says. */
export interface Configuration {
  readonly settings: DaemonSettings;
  readonly servers: readonly ServerSpec[];
  /** By priority, then by name. */
  readonly groups: readonly GroupSpec[];
  readonly rpcinterfaces: readonly RpcInterfaceSpec[];
  readonly webhooks: readonly WebhookSpec[];
  /** The absolute path of the file. */
  readonly file: string;
  /** Lines for the main log, in Supervisor's words: which files were included. */
  readonly notes: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

/** What goes before the file, and is not in it. */
export interface Given {
  readonly overrides: Overrides;
  /** The -u of the command line: a name or a number. */
  readonly user: string | undefined;
}

/** The value of SUPERVISOR_SERVER_URL: the first Unix socket, or else the last port. */
function serverUrl(servers: readonly ServerSpec[]): string | undefined {
  const addresses = servers.map(({ address }) => address);
  const unix = addresses.find(address => address.kind === 'unix');
  if (unix?.kind === 'unix') return `unix://${unix.path}`;
  const inet = addresses.findLast(address => address.kind === 'inet');
  return inet?.kind === 'inet' ? `http://${inet.host ?? 'localhost'}:${inet.port}` : undefined;
}

function daemonUser(reader: SectionReader, scope: Scope, given: string | undefined, world: ConfigWorld) {
  if (given === undefined) return reader.read('user', SUPERVISORD.user, scope);
  try {
    return SUPERVISORD.user.reader.read(given, world);
  } catch (cause) {
    if (cause instanceof ValueFault)
      throw new ConfigError({ message: cause.message, value: given }, { cause });
    throw cause;
  }
}

/**
 * Turns what was read into settings, servers and groups. Errors go to `findings` in the order in which Supervisor
 * would meet them; where those do not throw, the result holds defaults in place of what was refused.
 */
export function build(
  source: Source,
  given: Given,
  recollection: Recollection,
  findings: Findings,
): Configuration {
  const { world } = recollection;
  const warnings: Diagnostic[] = [...source.warnings];
  const reading: Reading = {
    sections: source.sections,
    world,
    findings: {
      refuse: error => findings.refuse(error),
      warn: warning => {
        warnings.push({ severity: 'warning', ...warning });
        findings.warn(warning);
      },
    },
  };
  const place = { file: source.file, line: 1 };
  const section = source.sections.get('supervisord');
  if (!section) {
    const message = '.ini file does not include supervisord section';
    findings.refuse(new ConfigError({ message, place, expected: 'a section [supervisord]' }));
  }
  const reader = new SectionReader(reading, section ?? { name: 'supervisord', place, entries: new Map() });
  const base = environmentScope(world.env, { values: { here: source.here } });
  const written = readSupervisord(reader, base);
  const rpcinterfaces = readInterfaces(reading, written.environment);
  const scope = environmentScope(written.environment, base);
  const { environment, strict } = written;
  const withoutHere = environmentScope(environment, environmentScope(world.env));
  // Supervisor reads the servers after the programs, and so must their errors come; but programs are told the URL.
  const serverurl = serverUrl(readServers({ ...reading, findings: SILENT }, scope, withoutHere));
  const defaults = writtenIn(source.sections.get(DEFAULT_SECTION)?.entries);
  recollection.within(JSON.stringify([source.here, environment, strict, serverurl, defaults]));
  const groups = readGroups({ ...reading, scope, environment, strict, serverurl, recollection });
  const servers = readServers(reading, scope, withoutHere);
  const webhooks = readWebhooks(reading, scope);
  const user = daemonUser(reader, base, given.user, world);
  for (const warning of unknownNames(source.sections)) reading.findings.warn(warning);
  return {
    settings: settle({ ...written, user }, given.overrides, world),
    servers,
    groups,
    rpcinterfaces,
    webhooks,
    file: source.files[0] ?? source.file,
    notes: source.notes,
    warnings,
  };
}
