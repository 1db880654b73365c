import type { ActionResult, Problem } from '../../rpc/api/model.ts';

/** What can be done with processes by the JSON API. */
export type Action = 'start' | 'stop' | 'restart' | 'signal' | 'clear';

/** A process by its group and name. */
export interface Named {
  readonly group: string;
  readonly name: string;
}

/** The key of a process wherever one is looked up. */
export const keyOf = ({ group, name }: Named): string => `${group}:${name}`;

/** How a process is called: by its name alone where its group has the same. */
export const nameOf = ({ group, name }: Named): string => (group === name ? name : `${group}:${name}`);

/** What the daemon refused, in its words. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Asks for JSON; rejects with `Refused`, also where nobody answers. */
export async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(path, { ...init, headers: { Accept: 'application/json' } }).catch(unanswered);
  if (!response.ok) throw new Refused(await reasonOf(response));
  return (response.status === 204 || response.status === 202 ? undefined : await response.json()) as Answer;
}

/** What browsers say of it differs, and none says what is the matter. */
function unanswered(error: unknown): never {
  throw error instanceof TypeError ? new Refused('the daemon does not answer') : error;
}

async function reasonOf(response: Response): Promise<string> {
  const isProblem = response.headers.get('content-type')?.includes('problem+json') ?? false;
  const { detail, title }: Partial<Problem> = isProblem ? await response.json() : {};
  return detail ?? title ?? `${response.status} ${response.statusText}`;
}

const REQUESTS: Readonly<Record<Action, { method: string; path: string }>> = {
  start: { method: 'POST', path: 'start' },
  stop: { method: 'POST', path: 'stop' },
  restart: { method: 'POST', path: 'restart' },
  signal: { method: 'POST', path: 'signal' },
  clear: { method: 'DELETE', path: 'logs' },
};

/** Does something with one process, with `*` as name with a group, with `*` twice with all. */
export function act(
  action: Action,
  { group, name }: Named,
  options: { readonly signal?: string; readonly wait?: boolean } = {},
): Promise<readonly ActionResult[] | undefined> {
  const { method, path } = REQUESTS[action];
  const query = new URLSearchParams();
  if (options.signal !== undefined) query.set('signal', options.signal);
  if (options.wait === false) query.set('wait', 'false');
  const target = `${encodeURIComponent(group)}/${encodeURIComponent(name)}`;
  return ask(`api/v1/processes/${target}/${path}?${query}`, { method });
}
