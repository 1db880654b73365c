import { dirname, resolve } from 'node:path';
import type { SupervisorctlOptions } from './commandline.ts';
import { ConfigError, FIRST_ERROR } from './errors.ts';
import { environmentScope } from './expand.ts';
import { SUPERVISORCTL } from './options/daemon.ts';
import { DEFAULT_SECTION, parseText, type Section } from './parse.ts';
import { expandHome } from './paths.ts';
import { textOf } from './read.ts';
import { searchFile } from './search.ts';
import { SectionReader } from './section.ts';
import { text } from './values.ts';
import type { ConfigWorld } from './world.ts';

/** What supervisorctl goes by. */
export interface CtlSettings {
  readonly serverurl: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly prompt: string;
  /** Absolute. */
  readonly history_file: string | undefined;
}

const DEFAULTS: CtlSettings = {
  serverurl: SUPERVISORCTL.serverurl.fallback,
  username: undefined,
  password: undefined,
  prompt: SUPERVISORCTL.prompt.fallback,
  history_file: undefined,
};

const absolute = (path: string, world: ConfigWorld): string => resolve(world.cwd, expandHome(path, world));

/** A unix:// URL with its path made absolute; any other as it is, since the client judges it. */
function normalized(url: string, world: ConfigWorld): string {
  return url.startsWith('unix://') ? `unix://${absolute(url.slice('unix://'.length), world)}` : url;
}

const OWN = ['supervisorctl', DEFAULT_SECTION];
/** Of a file with a thousand programs the rest is only looked through for errors. */
const isOwn = (section: string): boolean => OWN.includes(section);

function fromFile(file: string, world: ConfigWorld): CtlSettings {
  // supervisorctl does not follow [include]: neither does Supervisor's.
  const sections = parseText(textOf(file, resolve(world.cwd, file)), file, FIRST_ERROR, isOwn);
  const section: Section | undefined = sections.get('supervisorctl');
  if (!section) throw new ConfigError({ message: '.ini file does not include supervisorctl section' });
  const reader = new SectionReader({ sections, world, findings: FIRST_ERROR }, section);
  const scope = environmentScope(world.env);
  const withHere = environmentScope(world.env, { values: { here: dirname(resolve(world.cwd, file)) } });
  const { serverurl, ...rows } = SUPERVISORCTL;
  const url = reader.read('serverurl', { ...serverurl, reader: text }, withHere);
  const { history_file, ...rest } = reader.values(rows, scope);
  return {
    ...rest,
    serverurl: normalized(url, world),
    history_file: history_file === undefined ? undefined : absolute(history_file, world),
  };
}

/**
 * What supervisorctl goes by: the command line before [supervisorctl], that before the defaults. Without a file at the
 * usual places the defaults do. Throws ConfigError.
 */
export function loadCtlConfiguration(options: SupervisorctlOptions, world: ConfigWorld): CtlSettings {
  const file = options.configuration ?? searchFile(world);
  const settings = file === undefined ? DEFAULTS : fromFile(file, world);
  return {
    serverurl: options.serverurl ?? settings.serverurl,
    username: options.username ?? settings.username,
    password: options.password ?? settings.password,
    prompt: settings.prompt,
    history_file:
      options.history_file === undefined ? settings.history_file : absolute(options.history_file, world),
  };
}
