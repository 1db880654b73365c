import type { ProcessView } from '../../machines/info.ts';
import { fullName } from '../rpc/address.ts';
import { describe } from '../rpc/description.ts';
import { configurationOf } from './configuration.ts';
import type { Page } from './frame.ts';
import { html } from './html.ts';
import { deeds, form } from './overview.ts';
import type { Web } from './web.ts';

/** The page of one process: without JavaScript its state, its buttons, its exits and its configuration. */
export function story(web: Web, process: ProcessView): Page {
  const { info } = process;
  const name = fullName(info);
  const exits = web.histories.of(info).exits.toReversed();
  return {
    title: `${name}: ${info.state}`,
    view: 'process',
    data: { process: name },
    body: html`<h1>${name} <span class="state ${info.state}">${info.state.toLowerCase()}</span></h1>
<p>${describe(info, web.backend.now())}</p>
${form(web, html`<p class="deeds">${deeds(process)}</p>`)}
<h2>Exits</h2>
<ul>${exits.map(
      ({ at, exitstatus, signal }) =>
        html`<li>${new Date(at * 1000).toISOString()}: ${signal ?? `exit status ${exitstatus}`}</li>`,
    )}</ul>
<h2>Configuration</h2>
<table class="plain"><tbody>${configurationOf(info.spec).map(
      ({ option, shown }) => html`<tr><th scope="row">${option}</th><td>${shown}</td></tr>`,
    )}</tbody></table>`,
  };
}

/** Where no such process runs. */
export const noStory = (name: string): Page => ({
  title: `${name}: no such process`,
  view: 'plain',
  body: html`<h1>No such process</h1><p>${name} does not run here. <a href="./">All processes</a></p>`,
});
