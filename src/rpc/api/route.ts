import type { IncomingMessage, ServerResponse } from 'node:http';
import { supervisorState } from '../../../machines/info.ts';
import type { Backend } from '../backend.ts';
import { fault } from '../faults.ts';
import { HttpError, reply } from '../reply.ts';
import type { Route } from '../routes.ts';
import { openApiDocument } from './document.ts';
import { type Asked, matchPath, type Operation } from './operation.ts';
import { configOperations } from './operations/config.ts';
import { daemonOperations } from './operations/daemon.ts';
import { eventOperations } from './operations/events.ts';
import { processOperations } from './operations/processes.ts';
import { problemOf } from './problem.ts';

const base = '/api/v1';

/** The JSON door: everything below /api/v1, described by the document at /api/v1/openapi.json. */
export function apiRoute(backend: Backend, version: string): Route {
  const described = [
    ...daemonOperations(backend),
    ...processOperations(backend),
    ...configOperations(backend),
    ...eventOperations(backend),
  ];
  const operations = [...described, documentOperation(described, version)];
  return {
    path: `${base}/`,
    match: 'prefix',
    handle: async (request, response) => {
      try {
        const { operation, path, query } = find(operations, request, response);
        if (!operation.always) refuseWhileStopping(backend);
        await answer(operation, { path, query, request, response });
      } catch (error) {
        const problem = problemOf(error);
        if (problem === undefined || response.headersSent) throw error;
        reply(response, problem.status, 'application/problem+json', JSON.stringify(problem));
      }
    },
  };
}

const documentOperation = (described: readonly Operation[], version: string): Operation => {
  let json: unknown;
  return {
    id: 'getDocument',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    always: true,
    successes: [{ status: 200, about: 'The document' }],
    run: () => {
      // Made when it is first asked for: it takes 2 ms.
      json ??= openApiDocument(described, version);
      return { json };
    },
  };
};

function find(operations: readonly Operation[], request: IncomingMessage, response: ServerResponse) {
  const [path = '', query = ''] = (request.url ?? '').slice(base.length).split(/\?(.*)/s);
  const parts = path.split('/').slice(1).map(decode);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const allowed: string[] = [];
  for (const operation of operations) {
    const found = matchPath(operation.path, parts);
    if (found === undefined) continue;
    if (operation.method === method) return { operation, path: found, query: new URLSearchParams(query) };
    allowed.push(operation.method);
  }
  if (allowed.length === 0) throw new HttpError(404);
  response.setHeader('Allow', allowed.join(', '));
  throw new HttpError(405);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Its only error is that a % is not followed by two digits.
    throw new HttpError(400);
  }
}

function refuseWhileStopping({ root }: Backend): void {
  if (supervisorState(root.getSnapshot()) !== 'RUNNING') throw fault('SHUTDOWN_STATE');
}

async function answer(operation: Operation, asked: Asked): Promise<void> {
  const { response } = asked;
  const said = await operation.run(asked);
  if (response.headersSent) return;
  const headers = { 'Cache-Control': 'no-store' };
  if (said !== undefined) reply(response, 200, 'application/json', JSON.stringify(said.json), headers);
  else response.writeHead(operation.successes[0].status, headers).end();
}
