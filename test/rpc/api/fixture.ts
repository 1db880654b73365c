import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, onTestFinished } from 'vitest';
import type { GroupSpec } from '../../../machines/spec.ts';
import { apiRoute } from '../../../src/rpc/api/route.ts';
import type { Backend } from '../../../src/rpc/backend.ts';
import { type Ask, ask, fakeDaemon, type Got, openTestServer } from '../fixture.ts';

type Json = Readonly<Record<string, unknown>>;

/** An OpenAPI document, as far as these tests walk through it. */
export interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema?: Json }>> }>
  >;
}

/** What an operation answered, found to be as the document says. */
export interface Answered extends Got {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for.
  readonly json: any;
}

/** The JSON API over fake processes; `ask` fails where an answer is not what the document promises. */
export async function openApi(groups: readonly GroupSpec[] = [], over: Partial<Backend> = {}) {
  const daemon = fakeDaemon(groups, over);
  const opened = await openTestServer([apiRoute(daemon.backend, '1.2.3')]);
  const document: Document = JSON.parse((await opened.ask({ path: '/api/v1/openapi.json' })).body);
  const check = checker(document);
  const { address } = opened.server;
  return {
    ...daemon,
    ...opened,
    document,
    url: address.kind === 'inet' ? `http://127.0.0.1:${address.port}` : '',
    ask: async (method: string, path: string, more: Ask = {}): Promise<Answered> =>
      check(method, path, await ask(opened.server, { ...more, method, path: `/api/v1${path}` })),
  };
}

/** Holds answers against a document: the status, the media type and the JSON. */
export function checker(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, 'document');
  return (method: string, path: string, got: Got): Answered => {
    const { template, operation } = operationOf(document, method, path);
    const media = got.headers['content-type']?.split(';')[0];
    const where = ['#', 'paths', template, method.toLowerCase(), 'responses', `${got.status}`];
    const response = operation.responses[got.status];
    expect(response, `${operation.operationId} answers ${got.status}`).toBeDefined();
    const json = /json/.test(media ?? '') ? JSON.parse(got.body) : undefined;
    if (media === undefined) expect(response?.content, operation.operationId).toBeUndefined();
    else expect(Object.keys(response?.content ?? {}), operation.operationId).toContain(media);
    if (json !== undefined) {
      const pointer = [...where, 'content', media ?? '', 'schema'].map(escapePointer).join('/');
      const validate = ajv.compile({ $ref: `document${pointer}` });
      validate(json);
      expect(validate.errors, `${operation.operationId}: ${got.body.slice(0, 500)}`).toBeNull();
    }
    return { ...got, id: operation.operationId, json };
  };
}

const escapePointer = (part: string): string =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')).replace(/^%23$/, '#');

function operationOf(document: Document, method: string, path: string) {
  const plain = path.replace(/\?.*$/, '');
  for (const [template, methods] of Object.entries(document.paths)) {
    const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    const operation = methods[method.toLowerCase()];
    if (operation !== undefined && pattern.test(plain)) return { template, operation };
  }
  throw new Error(`${method} ${path}: not in the document`);
}

/** Reads a stream of server-sent events: what has come so far, and an end to it. */
export async function listen(url: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const response = await fetch(url, { headers, signal: stop.signal });
  let text = '';
  const reading = (async () => {
    for await (const part of response.body ?? []) text += Buffer.from(part).toString();
  })().catch(() => undefined); // The test ends it.
  return {
    response,
    /** The JSON of each event so far. */
    events: () =>
      text
        .split('\n\n')
        .flatMap(block => /^data: (.*)$/m.exec(block)?.[1] ?? [])
        .map(data => JSON.parse(data)),
    /** The id of the last event. */
    lastId: () => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '',
    stop: async () => {
      stop.abort();
      await reading;
    },
  };
}
