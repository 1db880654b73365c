import type { Operation, Success } from './operation.ts';
import { ref, type Schema, schemas } from './schemas.ts';

const problem = (description: string): Schema => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});

/** What every operation may answer. */
const always: Readonly<Record<number, string>> = {
  400: 'The request does not fit the operation',
  401: 'The username or the password is missing or wrong',
  403: "The request comes from another site's page",
  429: 'Too many wrong passwords from this address within a second',
  500: 'The system refused, or the daemon has a defect; its log says more',
  503: 'The daemon is shutting down or restarting',
};
const sometimes: Readonly<Record<number, string>> = {
  404: 'No such process, group or file',
  409: "It does not fit the process's state, or the process did not get there",
  411: 'The body tells no length',
  413: 'The body is too long',
  416: 'The file has no such part',
  422: 'The configuration is not valid',
};

/** These two are answered before the API sees the request, as pages. */
const asPages: ReadonlySet<string> = new Set(['401', '403', '429']);

/** Describes the API's table as an OpenAPI 3.1 document. */
export function openApiDocument(operations: readonly Operation[], version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Statevisor',
      version,
      description: 'Processes under supervision: what they do, what is done to them, what happens.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{}, { basic: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: { basic: { type: 'http', scheme: 'basic' } },
    },
  };
}

function describe({ id, path, summary, query = [], body, successes, problems = [] }: Operation): Schema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = query.map(({ name, about, schema, required = false }) => ({
    name,
    in: 'query',
    description: about,
    required,
    schema,
  }));
  const expected = problems.map(status => [status, problem(sometimes[status] ?? '')]);
  return {
    operationId: id,
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body && {
      requestBody: { required: true, description: body.about, content: { [body.media]: {} } },
    }),
    responses: {
      ...Object.fromEntries(successes.map(success => [success.status, describeSuccess(success)])),
      ...Object.fromEntries(expected),
      ...Object.fromEntries(
        Object.entries(always).map(([status, about]) => [
          status,
          asPages.has(status) ? { description: about } : problem(about),
        ]),
      ),
    },
  };
}

function describeSuccess({ about, schema, many, media }: Success): Schema {
  if (media !== undefined)
    return { description: about, content: { [media]: { schema: { type: 'string' } } } };
  if (schema === undefined) return { description: about };
  const one = schema === undefined ? {} : ref(schema);
  return {
    description: about,
    content: { 'application/json': { schema: many ? { type: 'array', items: one } : one } },
  };
}
