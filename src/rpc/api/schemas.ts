import { STATE_CODES, SUPERVISOR_STATE_CODES } from '../../../machines/states.ts';
import { faults } from '../faults.ts';

/** A JSON schema, of dialect 2020-12. */
export type Schema = { readonly [keyword: string]: unknown };

const string = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };
const boolean = { type: 'boolean' };
const strings = { type: 'array', items: string };
const or = (schema: Schema) => ({ anyOf: [schema, { type: 'null' }] });
const oneOf = (words: readonly string[]) => ({ type: 'string', enum: words });

const stateName = oneOf(Object.keys(STATE_CODES));
const daemonState = oneOf(Object.keys(SUPERVISOR_STATE_CODES));
const faultName = oneOf(Object.keys(faults));
const signalName = { type: 'string', pattern: '^SIG[A-Z0-9+-]+$' };

/** An object that has all of these members and no others. */
const object = (properties: Schema, optional: Schema = {}): Schema => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
  additionalProperties: false,
});

const subject = { group: string, program: string, name: string };

/** Each kind of event: what it has besides seq, time and type. */
const events: Readonly<Record<string, Schema>> = {
  'process.state': {
    ...subject,
    from: stateName,
    to: stateName,
    pid: integer,
    tries: integer,
    expected: boolean,
    exitstatus: integer,
    spawnerr: string,
  },
  'process.spawned': { ...subject, pid: integer },
  'process.spawnerr': { ...subject, spawnerr: string },
  'process.exited': {
    ...subject,
    pid: integer,
    exitstatus: integer,
    signal: or(signalName),
    expected: boolean,
    during: oneOf(['stop', 'start', 'run']),
  },
  'process.signalled': {
    ...subject,
    pid: integer,
    signal: signalName,
    asgroup: boolean,
    why: oneOf(['stop', 'stopwaitsecs', 'signal']),
  },
  'group.added': { group: string },
  'group.removed': { group: string },
  'daemon.state': { state: daemonState },
  'daemon.waiting': { names: strings },
  'stream.reset': { missed: or(integer) },
};

/** What the JSON API says, for programs: model.ts in JSON Schema. */
export const schemas = {
  Process: object({
    ...subject,
    state: stateName,
    statecode: integer,
    description: string,
    pid: integer,
    start: or(number),
    stop: or(number),
    uptime: or(number),
    exitstatus: integer,
    spawnerr: string,
    retries: integer,
    wanted: oneOf(['up', 'down']),
    stdout_logfile: or(string),
    stderr_logfile: or(string),
    stdout_dropped: integer,
    stderr_dropped: integer,
  }),
  ProcessConfig: object({
    ...subject,
    inuse: boolean,
    command: string,
    directory: or(string),
    user: or(string),
    priority: integer,
    group_priority: integer,
    autostart: boolean,
    autorestart: oneOf(['always', 'unexpected', 'never']),
    startsecs: number,
    startretries: integer,
    exitcodes: { type: 'array', items: integer },
    stopsignal: signalName,
    stopwaitsecs: number,
    stopasgroup: boolean,
    killasgroup: boolean,
    redirect_stderr: boolean,
    environment: strings,
  }),
  Daemon: object({
    identification: string,
    pid: integer,
    state: daemonState,
    statecode: integer,
    supervisor_version: string,
  }),
  ActionResult: object({
    group: string,
    name: string,
    status: faultName,
    code: integer,
    description: string,
  }),
  ConfigChanges: object({ added: strings, changed: strings, removed: strings }),
  Event: {
    oneOf: Object.entries(events).map(([type, members]) =>
      object({ seq: integer, time: number, type: { const: type }, ...members }),
    ),
  },
  Problem: object(
    { type: { const: 'about:blank' }, title: string, status: integer },
    { detail: string, fault: faultName, code: integer },
  ),
} as const satisfies Record<string, Schema>;

/** The name of a schema. */
export type SchemaName = keyof typeof schemas;

/** A reference to a schema of the document. */
export const ref = (name: SchemaName): Schema => ({ $ref: `#/components/schemas/${name}` });
