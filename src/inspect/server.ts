import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Milliseconds } from '../../machines/spec.ts';
import type { Credentials } from '../rpc/auth.ts';
import type { Address } from '../rpc/listen.ts';
import { type Log, openServer } from '../rpc/server.ts';
import { createInspector, type Inspected, type Inspector } from './inspector.ts';
import { pageRoutes } from './page.ts';

/** What the inspector's server is made from. */
export interface InspectorOptions extends Omit<Inspected, 'report'> {
  readonly address: Address;
  /** undefined lets everybody in. */
  readonly credentials: Credentials | undefined;
  /** Where the build has put the page. */
  readonly assets: URL;
  readonly log: Log;
}

/** An inspector that listens. */
export interface InspectorServer {
  /** Its page as a URL; the WebSocket has the same address. */
  readonly url: string;
  /** Sends every viewer away; requests under way get so many milliseconds. */
  close(within: Milliseconds): Promise<void>;
}

/** So many viewers at once: each may hold four megabytes that it does not take. */
const MOST_VIEWERS = 16;
/** What a viewer sends is not read; this much of it is not even taken in. */
const maxPayload = 1024;
/** WebSocket's status for a server that has no room. */
const TRY_AGAIN_LATER = 1013;

/** Opens the inspector: a page, and a WebSocket for it and for others. Rejects with `AddressTaken` or `CannotListen`. */
export async function openInspector(options: InspectorOptions): Promise<InspectorServer> {
  const { root, environment, address, credentials, assets, log } = options;
  const report = (error: unknown) =>
    log('error', `inspector: ${error instanceof Error ? error.stack : String(error)}`);
  const inspector = createInspector({ root, environment, report });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload });
  const server = await openServer({
    address,
    credentials,
    log,
    routes: pageRoutes(assets),
    upgrade(request, socket, head) {
      sockets.handleUpgrade(request, socket as Duplex, head, viewer => {
        if (sockets.clients.size > MOST_VIEWERS) viewer.close(TRY_AGAIN_LATER);
        else attach(viewer, inspector, request);
      });
    },
  });
  return {
    url: urlOf(server.address),
    async close(within) {
      for (const viewer of sockets.clients) viewer.terminate();
      sockets.close();
      await server.close(within);
    },
  };
}

function urlOf(address: Address): string {
  if (address.kind === 'unix') return `unix://${address.path}`;
  const { host = '0.0.0.0', port } = address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}

/** Shows a viewer the groups that its URL names (`?group=a&group=b`), or all. */
function attach(viewer: WebSocket, inspector: Inspector, request: IncomingMessage): void {
  // By hand: URL takes what follows two slashes for a host, and throws where there is none.
  const [, query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const groups = new URLSearchParams(query).getAll('group');
  const outlet = {
    get waiting() {
      return viewer.bufferedAmount;
    },
    send: (text: string, taken: () => void) => viewer.send(text, taken),
  };
  const stop = inspector.view(outlet, groups.length > 0 ? new Set(groups) : undefined);
  viewer.once('close', stop);
  // A connection that breaks ends by `close` as well.
  viewer.on('error', () => viewer.terminate());
}
