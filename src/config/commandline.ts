import { inetAddress, url } from './addresses.ts';
import { UsageError, ValueFault } from './errors.ts';
import { SUPERVISORCTL_FLAGS, SUPERVISORD_FLAGS } from './flags.ts';
import { type Given, getopt, helpLines } from './getopt.ts';
import { SUPERVISORD } from './options/daemon.ts';
import { repr, reprList } from './python.ts';
import type { Reader } from './reader.ts';
import type { Overrides } from './settings.ts';
import { list, text } from './values.ts';
import type { ConfigWorld } from './world.ts';

/** What supervisord was started with. */
export interface SupervisordOptions {
  /** The file as it was given; undefined: search for it. */
  readonly configuration: string | undefined;
  /** The user as it was given: a name or a number. */
  readonly user: string | undefined;
  /** Settings that come before the file's. */
  readonly overrides: Overrides;
  readonly profile_options: readonly string[] | undefined;
  /** Where the inspector is to listen, `usual` where that was not said. */
  readonly inspect?: InspectAddress | 'usual' | undefined;
}

/** An address of the inspector's; without a host it is every interface. */
export interface InspectAddress {
  readonly kind: 'inet';
  readonly host: string | undefined;
  readonly port: number;
}

/** What supervisord is asked to do. */
export type SupervisordRequest =
  | { readonly kind: 'help' | 'version' | 'schema' }
  | { readonly kind: 'check'; readonly json: boolean; readonly options: SupervisordOptions }
  | { readonly kind: 'run'; readonly options: SupervisordOptions };

/** What supervisorctl was started with. */
export interface SupervisorctlOptions {
  readonly configuration: string | undefined;
  readonly interactive: boolean;
  readonly serverurl: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly history_file: string | undefined;
  /** The action and its arguments. */
  readonly args: readonly string[];
}

/** What supervisorctl is asked to do. */
export type SupervisorctlRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly options: SupervisorctlOptions };

type Readers<Name extends string> = Partial<Readonly<Record<Name, Reader<unknown>>>>;

/** Reads the values in the order given; stops at a name that `ends` holds, since that is all that is wanted then. */
function readValues<Name extends string>(
  { flags }: Given<Name>,
  readers: Readers<Name>,
  ends: readonly Name[],
  world: ConfigWorld,
): { readonly values: Partial<Record<Name, unknown>>; readonly end: Name | undefined } {
  const values: Partial<Record<Name, unknown>> = {};
  for (const { name, typed, value } of flags) {
    if (ends.includes(name)) return { values, end: name };
    if (Object.hasOwn(values, name)) throw new UsageError(`conflicting command line option '${typed}'`);
    const reader = readers[name];
    try {
      values[name] = reader ? reader.read(value, world) : true;
    } catch (cause) {
      if (!(cause instanceof ValueFault)) throw cause;
      throw new UsageError(`invalid value for ${typed} ${repr(value)}: ${cause.message}`, { cause });
    }
  }
  return { values, end: undefined };
}

type SupervisordFlag = keyof typeof SUPERVISORD_FLAGS;

/** The settings that the command line can give: whatever option of [supervisord] has a flag of its name. */
const settingFlags = (Object.keys(SUPERVISORD) as (keyof typeof SUPERVISORD)[]).filter(
  (name): name is keyof typeof SUPERVISORD & SupervisordFlag =>
    Object.hasOwn(SUPERVISORD_FLAGS, name) && name !== 'user',
);

/** Other than a server's, an inspector's port alone is this machine's: every interface must be asked for, by `*`. */
const inspect: Reader<InspectAddress | 'usual'> = {
  ...inetAddress,
  read: (value, world) => {
    if (value === '') return 'usual';
    const { host, port } = inetAddress.read(value, world);
    if (value.startsWith('*')) return { kind: 'inet', host: undefined, port };
    return { kind: 'inet', host: host || '127.0.0.1', port };
  },
};

const SUPERVISORD_READERS: Readers<SupervisordFlag> = {
  ...Object.fromEntries(
    settingFlags
      .filter(name => 'takes' in SUPERVISORD_FLAGS[name])
      .map(name => [name, SUPERVISORD[name].reader]),
  ),
  configuration: text,
  user: text,
  profile_options: list,
  inspect,
};

/** Reads supervisord's command line, without the program's name. Throws UsageError in Supervisor's words. */
export function parseSupervisordArguments(words: readonly string[], world: ConfigWorld): SupervisordRequest {
  const given = getopt(SUPERVISORD_FLAGS, words);
  if (given.rest.length > 0) {
    throw new UsageError(`positional arguments are not supported: ${reprList(given.rest)}`);
  }
  const { values, end } = readValues(
    given,
    SUPERVISORD_READERS,
    ['help', 'question', 'version', 'schema'],
    world,
  );
  if (end === 'help' || end === 'question') return { kind: 'help' };
  if (end === 'version' || end === 'schema') return { kind: end };
  const { configuration, user, profile_options, inspect } = values as Partial<SupervisordOptions>;
  const overrides: Overrides = Object.fromEntries(settingFlags.map(name => [name, values[name]]));
  const options = { configuration, user, overrides, profile_options, inspect };
  if (values.json && !values.check) throw new UsageError('option --json is only for --check');
  return values.check ? { kind: 'check', json: values.json === true, options } : { kind: 'run', options };
}

type SupervisorctlFlag = keyof typeof SUPERVISORCTL_FLAGS;

const SUPERVISORCTL_READERS: Readers<SupervisorctlFlag> = {
  configuration: text,
  serverurl: url,
  username: text,
  password: text,
  history_file: text,
};

/** Reads supervisorctl's command line, without the program's name. Throws UsageError in Supervisor's words. */
export function parseSupervisorctlArguments(
  words: readonly string[],
  world: ConfigWorld,
): SupervisorctlRequest {
  const given = getopt(SUPERVISORCTL_FLAGS, words);
  const { values, end } = readValues(given, SUPERVISORCTL_READERS, ['help', 'question'], world);
  if (end) return { kind: 'help' };
  const { configuration, serverurl, username, password, history_file } =
    values as Partial<SupervisorctlOptions>;
  // Without an action there is nothing to do but to prompt for one.
  const interactive = values.interactive === true || given.rest.length === 0;
  const options = {
    configuration,
    interactive,
    serverurl,
    username,
    password,
    history_file,
    args: given.rest,
  };
  return { kind: 'run', options };
}

/** What `supervisord -h` prints. */
export const supervisordHelp = (program: string): string => `\
supervisord -- runs programs and keeps them running.

Usage: ${program} [options]

Options:
${helpLines(SUPERVISORD_FLAGS)}
`;

/** What `supervisorctl -h` prints. */
export const supervisorctlHelp = (program: string): string => `\
supervisorctl -- tells supervisord what to do, and shows how its programs are.

Usage: ${program} [options] [action [arguments]]

Options:
${helpLines(SUPERVISORCTL_FLAGS)}

Without an action, or with -i, it prompts for actions; the action "help" lists them.
`;
