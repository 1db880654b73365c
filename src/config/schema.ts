import type { Option, Options } from './options/option.ts';
import { SECTIONS, type SectionKind } from './options/sections.ts';

type Schema = Readonly<Record<string, unknown>>;

const EXPANDED = { type: 'string', pattern: '%\\(' } as const;
const isAnyText = (schema: Schema): boolean => Object.keys(schema).length === 1 && schema.type === 'string';

const optionSchema = ({ reader, written, help, ours }: Option<unknown>): Schema => ({
  description: ours ? `${help} (Not in Supervisor.)` : help,
  ...(isAnyText(reader.schema) ? reader.schema : { anyOf: [reader.schema, EXPANDED] }),
  ...(written === undefined ? {} : { default: written }),
});

function sectionSchema({ help, options, open }: SectionKind): Schema {
  const rows = Object.entries<Option<unknown>>(options satisfies Options);
  const required = rows.filter(([, { required }]) => required).map(([name]) => name);
  return {
    description: help,
    type: 'object',
    properties: Object.fromEntries(rows.map(([name, row]) => [name, optionSchema(row)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: open === true ? { type: 'string' } : false,
  };
}

const isNamed = ({ header }: SectionKind): boolean => header.endsWith(':x');
/** A server's section may have a name of its own after a colon. */
const isServer = ({ header }: SectionKind): boolean => header.endsWith('_http_server');

function patternOf(kind: SectionKind): string {
  if (isServer(kind)) return `^${kind.header}(:.*)?$`;
  return isNamed(kind) ? `^${kind.header.slice(0, -1)}` : `^${kind.header}$`;
}

/**
 * A JSON Schema of a whole configuration file, as an object of sections, each an object of options. What is written
 * with %(names)s is judged only when they are replaced, so every option may also be a text that holds some.
 */
export function configurationSchema(): Schema {
  const patterns = SECTIONS.map(kind => [patternOf(kind), sectionSchema(kind)] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'supervisord.conf',
    description: 'A configuration file of supervisord: its sections, and the options in each.',
    type: 'object',
    required: ['supervisord'],
    patternProperties: Object.fromEntries(patterns),
  };
}

/** What `supervisord --schema` prints. */
export const schemaText = (): string => `${JSON.stringify(configurationSchema(), null, 2)}\n`;
