import type { IncomingMessage, ServerResponse } from 'node:http';
import { processes } from '../../machines/info.ts';
import { readBody } from '../rpc/body.ts';
import { HttpError, reply } from '../rpc/reply.ts';
import type { Route } from '../rpc/routes.ts';
import { processNamed, queryOf } from './address.ts';
import { changesOf } from './changes.ts';
import { configurationOf } from './configuration.ts';
import { daemonPage } from './daemon.ts';
import { type Deed, deedWords, isHarmless, perform } from './deeds.ts';
import { PAGE_HEADERS, sendPage } from './frame.ts';
import { html } from './html.ts';
import { followLog } from './logs.ts';
import { form, overview } from './overview.ts';
import { noStory, story } from './story.ts';
import { tailPage } from './tail.ts';
import { isBrowser } from './token.ts';
import { watch } from './watch.ts';
import type { Web } from './web.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Which pages this daemon has: their script bears the hash of its content in its name. */
export interface Release {
  readonly script: string;
}

/** The pages, what they are made of, and what they ask for besides the JSON API. */
export function webRoutes(web: Web): readonly Route[] {
  const { backend, assets, histories, usages, actors } = web;
  const json = (response: ServerResponse, value: unknown) =>
    reply(response, 200, 'application/json', JSON.stringify(value), { 'Cache-Control': 'no-store' });
  const get =
    (handle: Handle): Handle =>
    (request, response) => {
      if (request.method !== 'GET') throw new HttpError(405);
      return handle(request, response);
    };
  const front: Omit<Route, 'path'> = {
    match: 'exact',
    changes: ({ url }) => !isHarmless(deedOf(queryOf(url))),
    handle: (request, response) => answerFront(web, request, response),
  };
  const rows: readonly (readonly [path: string, Handle])[] = [
    [
      '/process.html',
      (request, response) => {
        const name = queryOf(request.url).get('processname');
        const found = processNamed(web, name);
        if (found === undefined) sendPage(web, response, noStory(name ?? ''), 404);
        else sendPage(web, response, story(web, found));
      },
    ],
    ['/daemon.html', (_, response) => sendPage(web, response, daemonPage(web))],
    [
      '/tail.html',
      async (request, response) => sendPage(web, response, await tailPage(web, queryOf(request.url))),
    ],
    ['/web/watch', (request, response) => watch(web, request, response)],
    ['/web/log', (request, response) => followLog(web, request, response)],
    ['/web/actors', (request, response) => json(response, actors.since(queryOf(request.url).get('after')))],
    [
      '/web/release',
      (_, response) => json(response, { script: assets.url('app.js') ?? '' } satisfies Release),
    ],
    ['/web/usage', (_, response) => json(response, Object.fromEntries(usages.now()))],
    [
      '/web/curves',
      (request, response) => {
        const names = queryOf(request.url).getAll('process');
        json(response, Object.fromEntries(names.map(name => [name, usages.curve(name)])));
      },
    ],
    [
      '/web/exits',
      (_, response) => {
        const living = processes(backend.root.getSnapshot());
        const exits = living.map(
          ({ info }) => [`${info.group}:${info.name}`, histories.of(info).exits] as const,
        );
        json(response, Object.fromEntries(exits.filter(([, found]) => found.length > 0)));
      },
    ],
    [
      '/web/configuration',
      (request, response) => {
        const found = processNamed(web, queryOf(request.url).get('processname'));
        if (found === undefined) throw new HttpError(404);
        json(
          response,
          configurationOf(found.info.spec).map(({ option, shown }) => [option, shown]),
        );
      },
    ],
    ['/web/changes', (_, response) => json(response, changesOf(backend.root.getSnapshot()))],
  ];
  return [
    { path: '/', ...front },
    { path: '/index.html', ...front },
    ...rows.map(([path, handle]): Route => ({ path, match: 'exact', handle: get(handle) })),
    ...assets.routes,
  ];
}

/** The list; or, asked to act, the act and the way back to the list, which tells what came of it. */
async function answerFront(web: Web, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'POST') throw new HttpError(405);
  const query = queryOf(request.url);
  if (request.method === 'POST') {
    for (const [name, value] of new URLSearchParams(String(await readBody(request)))) query.set(name, value);
  }
  const deed = deedOf(query);
  if (deed === undefined) return sendPage(web, response, overview(web, query.get('message')));
  if (!isHarmless(deed) && isBrowser(request.headers) && !web.token.fits(query.get('token'))) {
    return ask(web, deed, response);
  }
  const message = await perform(web.backend, deed);
  // Relative, so that a proxy may put the page below another path. Supervisor answers 301, and scripts may look.
  reply(response, 301, 'text/html', '', {
    ...PAGE_HEADERS,
    Location: `./?message=${encodeURIComponent(message)}`,
  });
}

/** What is to be done: a button of ours says it in one word, Supervisor's links say it in two. */
function deedOf(query: URLSearchParams): Deed | undefined {
  const [pressed, name] = (query.get('deed') ?? '').split(/ (.*)/s);
  if (pressed !== undefined && pressed !== '') return { action: pressed, processname: name };
  const action = query.get('action');
  return action === null ? undefined : { action, processname: query.get('processname') ?? undefined };
}

/** A browser that was led here without our token is asked first: the answer brings the token. */
function ask(web: Web, deed: Deed, response: ServerResponse): void {
  const words = deedWords(deed);
  if (words === undefined) throw new HttpError(400);
  const { action, processname } = deed;
  const value = processname === undefined ? action : `${action} ${processname}`;
  sendPage(web, response, {
    title: `${words}?`,
    view: 'plain',
    body: html`<h1>${words}?</h1>
${form(web, html`<p class="deeds"><button name="deed" value="${value}" autofocus>${words}</button> <a href="./">No, go back</a></p>`)}`,
  });
}
