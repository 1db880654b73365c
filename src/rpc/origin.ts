import type { IncomingHttpHeaders } from 'node:http';
import { hostname } from 'node:os';

/** From where a connection came: a unix socket, this machine, or another one. */
export type Distance = 'unix' | 'loopback' | 'network';

/** What decides whether a request may come from where it comes. */
export interface Arrival {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly distance: Distance;
  /** Whether the server asks for no password. */
  readonly open: boolean;
}

/** Methods that change nothing. */
const readers: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Why a request is refused because of the page that it comes from, or undefined where it may pass. A page of another
 * site may not change anything here, and on an open loopback port a name that is not this machine's (DNS rebinding)
 * may not even read. Programs, which send neither Origin nor Sec-Fetch-Site, notice nothing.
 */
export function refusal({ method, headers, distance, open }: Arrival): string | undefined {
  if (open && distance === 'loopback' && !isThisMachine(headers.host)) {
    return `Host ${headers.host ?? ''}: not a name of this machine`;
  }
  return readers.has(method) ? undefined : foreignPage(headers);
}

/** Why the page that sent a request is another site's, or undefined where it is ours or there is none. */
function foreignPage({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return `Sec-Fetch-Site: ${site}`;
  if (origin !== undefined && hostOf(origin) !== host?.toLowerCase()) return `Origin: ${origin}`;
  return undefined;
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

// Debian gives a machine's own name a loopback address, so that its users come by that name.
const OWN = hostname().toLowerCase();

/** HTTP/1.0 clients send no Host; browsers always do. */
function isThisMachine(host: string | undefined): boolean {
  if (host === undefined || host === '') return true;
  const name = host.replace(/:\d*$/, '').toLowerCase();
  if (name === OWN || name === OWN.replace(/\..*/, '')) return true;
  return name === 'localhost' || name.endsWith('.localhost') || /^[\d.]+$|^\[[\da-f:.]+\]$/.test(name);
}
