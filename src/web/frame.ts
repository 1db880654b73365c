import type { ServerResponse } from 'node:http';
import { reply } from '../rpc/reply.ts';
import { html, type Markup, type Slot } from './html.ts';
import type { Web } from './web.ts';

/** Nothing inline, nothing from elsewhere, in nobody's frame: what a program prints can be text only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The headers of every page. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

/** A page: what it is called, which view takes it over in a browser with JavaScript, and what it says without. */
export interface Page {
  readonly title: string;
  readonly view: 'list' | 'process' | 'daemon' | 'plain';
  /** What the view needs to know, as data-NAME. */
  readonly data?: Readonly<Record<string, string>>;
  readonly body: Slot;
}

/** Answers with a page. */
export function sendPage(web: Web, response: ServerResponse, page: Page, status = 200): void {
  reply(response, status, 'text/html; charset=utf-8', frame(web, page).text, PAGE_HEADERS);
}

const link = (page: Page, view: Page['view'], href: string, words: string): Markup =>
  page.view === view
    ? html`<a href="${href}" aria-current="page">${words}</a>`
    : html`<a href="${href}">${words}</a>`;

// The theme is set by a script of its own in the head, before anything is painted.
function frame({ assets, token, backend }: Web, page: Page): Markup {
  const [script, style, icon] = [assets.url('app.js'), assets.url('app.css'), assets.url('icon.svg')];
  const theme = assets.url('theme.js');
  const data = Object.entries(page.data ?? {}).map(([name, value]) => html` data-${name}="${value}"`);
  const scripted = page.view === 'plain' ? undefined : script;
  return html`<!DOCTYPE html>
<html lang="en" data-view="${page.view}"${data} data-token="${token.value}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
${theme && html`<script src="${theme}"></script>`}
${style && html`<link rel="stylesheet" href="${style}">`}
${icon && html`<link rel="icon" href="${icon}" type="image/svg+xml">`}
${scripted && html`<script type="module" src="${scripted}"></script>`}
</head>
<body>
<header class="top">
<a class="brand" href="./">${backend.identification}</a>
<nav aria-label="Pages">${link(page, 'list', './', 'Processes')}${link(page, 'daemon', 'daemon.html', 'Daemon')}</nav>
<div id="tools"></div>
</header>
<main id="app">
${page.body}
</main>
<div id="toasts" role="status" aria-live="polite"></div>
</body>
</html>
`;
}
