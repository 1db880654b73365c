import { randomBytes } from 'node:crypto';
import type { SupervisorRef } from '../machines/supervisor.ts';
import type { ServerSpec } from './config/servers.ts';
import type { InspectorServer } from './inspect/server.ts';
import type { Credentials } from './rpc/auth.ts';
import type { Address } from './rpc/listen.ts';
import type { Log } from './rpc/server.ts';
import { createTurns } from './turns.ts';

/** The inspector of a daemon, which is off until it is asked for. */
export interface Inspection {
  /** Turns it on, if it is not, and promises its URL, with a password where one was made. Rejects where it cannot listen. */
  on(): Promise<string>;
  off(): Promise<void>;
  /** Goes by the passwords of these servers from now on. */
  follow(servers: readonly ServerSpec[]): Promise<void>;
  /** Its URL while it is on. */
  readonly url: string | undefined;
}

/** What an inspection is made from. */
export interface InspectionParts {
  readonly root: SupervisorRef;
  /** Where it was told to listen. */
  readonly address: Address | undefined;
  readonly log: Log;
}

/** Where it listens if it was not told; where that is taken, at any free port. */
const USUAL: Address = { kind: 'inet', host: '127.0.0.1', port: 9002 };
const ANY: Address = { ...USUAL, port: 0 };

/** Requests under way get so many milliseconds when it is turned off. */
const LAST_ANSWERS = 200;

/** The build makes a bundle of its own of the inspector: a daemon that nobody inspects does not load it. */
const built = !import.meta.url.endsWith('.ts');
const MODULE = new URL(built ? './inspector.js' : './inspect/server.ts', import.meta.url);
const ASSETS = new URL(built ? './inspect/' : '../dist/inspect/', import.meta.url);

/** Makes the inspection of a tree, off. */
export function createInspection({ root, address, log }: InspectionParts): Inspection {
  let servers: readonly ServerSpec[] = [];
  let open: { readonly server: InspectorServer; readonly credentials: Credentials | undefined } | undefined;
  // One after the other: two that ask at once get one inspector.
  const inTurn = createTurns();
  const start = async () => {
    const { openInspector } = (await import(MODULE.href)) as typeof import('./inspect/server.ts');
    const credentials = credentialsOf(servers);
    const options = { root, environment: process.env, credentials, assets: ASSETS, log };
    const server = await openInspector({ ...options, address: address ?? USUAL }).catch(error => {
      // By its name: the bundle of the inspector has a class of its own, and names of classes do not outlive the build.
      if (address !== undefined || !(error instanceof Error) || error.name !== 'AddressTaken') throw error;
      return openInspector({ ...options, address: ANY });
    });
    open = { server, credentials };
    // Without the password: the log may be read by more people than the inspector.
    log('info', `inspector listens at ${server.url}`);
    if (credentials === undefined)
      log('critical', 'inspector running without any HTTP authentication checking');
  };
  const stop = async () => {
    const { server } = open ?? {};
    open = undefined;
    await server?.close(LAST_ANSWERS);
  };
  return {
    on: () =>
      inTurn(async () => {
        if (open === undefined) await start();
        return urlOf(open) ?? '';
      }),
    off: () =>
      inTurn(async () => {
        if (open !== undefined) log('info', 'inspector is off');
        await stop();
      }),
    follow: next =>
      inTurn(async () => {
        const isSame = JSON.stringify(passwords(servers)) === JSON.stringify(passwords(next));
        servers = next;
        if (open === undefined || isSame) return;
        await stop();
        await start();
      }),
    get url() {
      return urlOf(open);
    },
  };
}

const passwords = (servers: readonly ServerSpec[]) =>
  servers.map(({ address, credentials }) => [address.kind, credentials]);

/**
 * Who may look: whoever may use the http server. Of a daemon that has a unix socket alone, that is whoever may open
 * the file; since nobody can show that at a port, a password is made for them.
 */
function credentialsOf(servers: readonly ServerSpec[]): Credentials | undefined {
  const inet = servers.find(({ address }) => address.kind === 'inet');
  if (inet !== undefined) return inet.credentials;
  const unix = servers.find(({ credentials }) => credentials !== undefined);
  return unix?.credentials ?? { username: MADE, password: randomBytes(18).toString('base64url') };
}

/** The username that goes with a password that was made. */
const MADE = 'inspect';

type Open = { readonly server: InspectorServer; readonly credentials: Credentials | undefined };

function urlOf(open: Open | undefined): string | undefined {
  const { username, password } = open?.credentials ?? {};
  return username === MADE ? open?.server.url.replace('//', `//${username}:${password}@`) : open?.server.url;
}
