import { findProcess, type ProcessView } from '../../machines/info.ts';
import { fullName, splitName } from '../rpc/address.ts';
import type { Web } from './web.ts';

/** The query of a request's URL. */
export const queryOf = (url: string | undefined): URLSearchParams =>
  new URLSearchParams((url ?? '').split(/\?(.*)/s)[1] ?? '');

/** The process that a page's `processname` means, or undefined. */
export function processNamed(
  { backend }: Pick<Web, 'backend'>,
  name: string | null,
): ProcessView | undefined {
  const [group, process] = splitName(name ?? '');
  return process === undefined ? undefined : findProcess(backend.root.getSnapshot(), group, process);
}

/** How a process is called in a URL. */
export const inUrl = (info: { readonly group: string; readonly name: string }): string =>
  encodeURIComponent(fullName(info));
