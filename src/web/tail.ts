import { fullName } from '../rpc/address.ts';
import { RpcFault } from '../rpc/faults.ts';
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
  const limit = Math.min(LIMIT.most, Number(query.get('limit') ?? LIMIT.usual) || LIMIT.usual);
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

async function wordsOf(web: Web, name: string | null, limit: number): Promise<string> {
  if (name === null) return 'No process name found';
  const found = processNamed(web, name);
  if (found === undefined) return `ERROR: unexpected rpc fault [10] BAD_NAME: ${name}`;
  const { logs } = web.backend;
  const { stdout } = logs.process(found.info.group, found.info.name);
  if (stdout === undefined) return 'ERROR: unexpected rpc fault [20] NO_FILE';
  try {
    return new TextDecoder().decode(await logs.read(stdout, -limit, 0));
  } catch (error) {
    if (error instanceof RpcFault) return `ERROR: unexpected rpc fault [${error.code}] ${error.message}`;
    return `ERROR: ${(error as Error).message}`;
  }
}
