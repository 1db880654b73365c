import { supervisorState } from '../../machines/info.ts';
import { version } from '../version.ts';
import type { Page } from './frame.ts';
import { html } from './html.ts';
import type { Web } from './web.ts';

/** The page of the daemon: without JavaScript what it is and the way to its log. */
export function daemonPage({ backend }: Web): Page {
  const { identification, pid } = backend;
  const state = supervisorState(backend.root.getSnapshot());
  return {
    title: `${identification}: daemon`,
    view: 'daemon',
    data: { identification, pid: String(pid), version },
    body: html`<h1>${identification}</h1>
<p>${state.toLowerCase()}, pid ${pid}, version ${version}</p>
<p><a href="mainlogtail">The main log, as it grows</a></p>`,
  };
}
