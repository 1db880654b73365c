import { type ProcessView, processes } from '../../machines/info.ts';
import { RUNNING_STATES } from '../../machines/states.ts';
import { fullName } from '../rpc/address.ts';
import { describe } from '../rpc/description.ts';
import { inUrl } from './address.ts';
import type { Page } from './frame.ts';
import { html, type Markup } from './html.ts';
import type { Web } from './web.ts';

/** A button of the form around it: what it does and to whom is its value. */
export const button = (action: string, name: string, words: string): Markup =>
  html`<button name="deed" value="${`${action} ${name}`}">${words}</button>`;

/** What can be done with a process, as buttons, and its logs as links. */
export const deeds = ({ info }: ProcessView): Markup => {
  const name = fullName(info);
  const path = encodeURIComponent(name);
  const turn = RUNNING_STATES.has(info.state)
    ? [button('restart', name, 'Restart'), button('stop', name, 'Stop')]
    : [button('start', name, 'Start')];
  return html`${turn}${button('clearlog', name, 'Clear log')}
<a href="tail.html?processname=${inUrl(info)}">Tail</a>
<a href="logtail/${path}">Tail -f Stdout</a>
<a href="logtail/${path}/stderr">Tail -f Stderr</a>`;
};

const row = (web: Web, process: ProcessView): Markup => {
  const { info } = process;
  return html`<tr>
<td><span class="state ${info.state}">${info.state.toLowerCase()}</span></td>
<td><a href="process.html?processname=${inUrl(info)}">${fullName(info)}</a></td>
<td>${describe(info, web.backend.now())}</td>
<td class="deeds">${deeds(process)}</td>
</tr>`;
};

/** The form that plain buttons stand in: it knows our token. */
export const form = ({ token }: Web, content: Markup, action = './'): Markup =>
  html`<form method="post" action="${action}"><input type="hidden" name="token" value="${token.value}">${content}</form>`;

/** The list of processes, as Supervisor's page has it. */
export function overview(web: Web, message: string | null): Page {
  const { backend } = web;
  const all = processes(backend.root.getSnapshot());
  const rows = all.map(process => row(web, process));
  const table =
    rows.length === 0
      ? html`<p>No programs to manage</p>`
      : html`<table class="plain"><thead><tr><th>State</th><th>Name</th><th>Description</th><th>Action</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return {
    title: `${backend.identification}: processes`,
    view: 'list',
    data: { identification: backend.identification },
    body: html`${message ? html`<p class="message" role="status">${message}</p>` : undefined}
${form(
  web,
  html`<p class="deeds"><a href="index.html?action=refresh">Refresh</a>
<button name="deed" value="restartall">Restart all</button>
<button name="deed" value="stopall">Stop all</button></p>
${table}`,
)}`,
  };
}
