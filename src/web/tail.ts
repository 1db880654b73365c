import { fullName } from '../rpc/address.ts';
import { faults } from '../rpc/faults.ts';
import { inUrl, processNamed } from './address.ts';
import type { Page } from './frame.ts';
import { html } from './html.ts';
import type { Web } from './web.ts';

/** So many bytes of a log a page shows unless its `limit` says otherwise, and never more than the most. */
const LIMIT = { usual: 1024, most: 1024 * 1024 } as const;

/** The end of a process's stdout log, as Supervisor's tail.html has it. */
export async function tailPage(web: Web, query: URLSearchParams): Promise<Page> {
  const name = query.get('processname');
  const found = processNamed(web, name);
  const limit = limitOf(query.get('limit'));
  const refresh =
    found &&
    html`<p><a href="tail.html?processname=${inUrl(found.info)}&amp;limit=${limit}">Refresh</a>
<a href="process.html?processname=${inUrl(found.info)}">${fullName(found.info)}</a> <a href="./">All processes</a></p>`;
  return {
    title: `Supervisor tail of process ${name ?? 'None'}`,
    view: 'plain',
    body: html`<pre class="tail">${await wordsOf(web, name, limit)}</pre>${refresh}`,
  };
}

// A negative number would ask for all that follows a byte near the beginning: the whole of a log, whatever its size.
const limitOf = (asked: string | null): number =>
  /^\d+$/.test(asked ?? '') ? Math.min(LIMIT.most, Number(asked) || LIMIT.usual) : LIMIT.usual;

async function wordsOf(web: Web, name: string | null, limit: number): Promise<string> {
  if (name === null) return 'No process name found';
  const found = processNamed(web, name);
  if (found === undefined) return `ERROR: unexpected rpc fault [10] BAD_NAME: ${name}`;
  const { logs } = web.backend;
  const { stdout } = logs.process(found.info.group, found.info.name);
  const noFile = `No file for ${name}`;
  if (stdout === undefined) return noFile;
  try {
    return new TextDecoder().decode(await logs.read(stdout, -limit, 0));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? noFile
      : `ERROR: unexpected rpc fault [${faults.FAILED.code}] FAILED: ${message}`;
  }
}
