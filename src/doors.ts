import { readFile } from 'node:fs/promises';
import type { Instant } from '../machines/events.ts';
import type { SupervisorRef } from '../machines/supervisor.ts';
import type { Configuration, RpcInterfaceSpec } from './config/build.ts';
import type { Era } from './era.ts';
import { createInspection } from './inspection.ts';
import { follow, readLog, tailLog } from './output/tail.ts';
import { wholeCharacters } from './output/utf8.ts';
import { areDescriptorsShort } from './process/descriptors.ts';
import { commandTrouble } from './process/options.ts';
import { createTroubles } from './process/troubles.ts';
import { readUsages } from './process/usage.ts';
import { apiRoute } from './rpc/api/route.ts';
import type { Backend, Logs } from './rpc/backend.ts';
import { type Call, dispatcher } from './rpc/dispatch.ts';
import type { Address } from './rpc/listen.ts';
import { logtailRoutes } from './rpc/logtail.ts';
import type { Method } from './rpc/method.ts';
import { outputMethods } from './rpc/methods/outputs.ts';
import { statevisorMethods } from './rpc/methods/statevisor.ts';
import { supervisorMethods } from './rpc/methods.ts';
import { loadPlugin } from './rpc/plugin.ts';
import { xmlRpcRoute } from './rpc/rpc2.ts';
import { type HttpServer, openServer, type ServerOptions } from './rpc/server.ts';
import { createTurns } from './turns.ts';
import { version } from './version.ts';
import { createActors } from './web/actors.ts';
import { createAssets } from './web/assets.ts';
import { rememberHistories } from './web/history.ts';
import { webRoutes } from './web/routes.ts';
import { createToken } from './web/token.ts';
import { createUsages } from './web/usage.ts';

/** What the doors need of the daemon behind them. */
export interface House {
  readonly root: SupervisorRef;
  era(): Era;
  now(): Instant;
  acceptsInput: Backend['acceptsInput'];
  reread: Backend['reread'];
  reload: Backend['reload'];
  shutdown(): void;
  remoteCommunication: Backend['remoteCommunication'];
  /** Where the inspector listens from the start on; undefined leaves it off until it is asked for. */
  readonly inspect: Address | 'usual' | undefined;
}

/** The servers of a daemon. */
export interface Doors {
  /**
   * Loads the plug-ins of a configuration and opens its servers; closes those that are no longer among them and leaves
   * the same alone. Rejects with `AddressTaken` or `CannotListen`; what was open before stays open then.
   */
  open(configuration: Pick<Configuration, 'servers' | 'rpcinterfaces'>): Promise<void>;
  /** Closes all; requests under way get so many milliseconds. */
  close(within: number): Promise<void>;
}

const logsOf = ({ era }: House): Logs => ({
  read: readLog,
  tail: tailLog,
  follow: (path, backlog, until) => wholeCharacters(follow(path, backlog, until)),
  main: () => era().mainLog.path,
  process: (group, name) => {
    const output = era().outputs.get(group, name);
    return { stdout: output?.stdoutLog, stderr: output?.stderrLog };
  },
  clearMain: () => era().mainLog.clear(),
  clearProcess: async (group, name) => era().outputs.get(group, name)?.clear(),
  rotateMain: () => era().mainLog.rotate(),
  rotateProcess: async (group, name) => era().outputs.get(group, name)?.rotate(),
  dropped: (group, name) => era().outputs.get(group, name)?.dropped ?? { stdout: 0, stderr: 0 },
});

/** What the build makes for the pages lies beside the bundle; run from its source, the daemon finds it in dist/. */
const assetFolder = new URL(import.meta.url.endsWith('.ts') ? '../dist/web/' : './web/', import.meta.url);

const chartFolder = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/charts/' : './charts/',
  import.meta.url,
);

const readChart = async (machine: string) =>
  JSON.parse(await readFile(new URL(`${machine}.json`, chartFolder), 'utf8'));

/** Makes the doors of a daemon: every server answers the same routes. */
export const createDoors = (house: House): Doors => {
  const log: ServerOptions['log'] = (level, text) => house.era().mainLog.log(level, text);
  const backend: Backend = {
    root: house.root,
    get identification() {
      return house.era().settings.identifier;
    },
    pid: process.pid,
    logs: logsOf(house),
    now: house.now,
    commandTrouble: spec => commandTrouble(spec),
    acceptsInput: house.acceptsInput,
    reread: house.reread,
    reload: house.reload,
    shutdown: house.shutdown,
    remoteCommunication: house.remoteCommunication,
  };
  // Routes are made once and ask for the newest methods: a reload may bring other plug-ins.
  const inspection = createInspection({
    root: house.root,
    address: house.inspect === 'usual' ? undefined : house.inspect,
    log,
  });
  const ours = [
    ...supervisorMethods(backend),
    ...outputMethods(backend),
    ...statevisorMethods(backend, { inspector: inspection, chart: readChart }),
  ];
  let { call } = dispatcher(backend, ours);
  const tell = createTroubles(text => log('error', text));
  const usages = createUsages(backend, readUsages, cause =>
    tell(`processor and memory of programs cannot be read: ${cause.message}`),
  );
  const routes = [
    xmlRpcRoute((name, params) => call(name, params), log),
    ...logtailRoutes(backend),
    apiRoute(backend, version),
    ...webRoutes({
      backend,
      assets: createAssets(assetFolder),
      token: createToken(),
      histories: rememberHistories(backend),
      usages,
      actors: createActors(house.root),
    }),
  ];
  const isCrowded = () => {
    const isShort = areDescriptorsShort();
    if (isShort) tell('descriptors run out: idle clients are disconnected');
    return isShort;
  };
  let hasInspected = false;
  const openByKey = new Map<string, HttpServer>();
  // Two reloads in a row would find the address of a new server taken, by themselves.
  const inTurn = createTurns();
  const goOver = async ({ servers, rpcinterfaces }: Parameters<Doors['open']>[0]) => {
    const methods = await loadPlugins(rpcinterfaces, (name, params) => call(name, params), log);
    call = dispatcher(backend, [...ours, ...methods]).call;
    const wanted = new Map(servers.map(server => [JSON.stringify(server), server]));
    const outdated = [...openByKey].filter(([key]) => !wanted.has(key));
    for (const [key, server] of outdated) {
      openByKey.delete(key);
      await server.close(1000);
    }
    const failures: Error[] = [];
    for (const [key, { address, credentials, section }] of wanted) {
      if (openByKey.has(key)) continue;
      const server = await openServer({ address, credentials, routes, log, isCrowded }).catch(
        (error: Error) => void failures.push(error),
      );
      if (server === undefined) continue;
      openByKey.set(key, server);
      if (credentials === undefined) {
        log('critical', `Server '${section}' running without any HTTP authentication checking`);
      }
    }
    // A daemon that goes on must not lose its other doors as well.
    const [first, ...others] = failures;
    for (const { message } of others) log('critical', message);
    if (first !== undefined) throw first;
    await inspection.follow(servers);
    if (house.inspect !== undefined && !hasInspected) await inspection.on();
    hasInspected = true;
  };
  return {
    open: configuration => inTurn(() => goOver(configuration)),
    // Out of turn: a plug-in that never ends to load must not keep the daemon from its end.
    async close(within) {
      usages.close();
      await inspection.off();
      await Promise.all([...openByKey.values()].map(server => server.close(within)));
      openByKey.clear();
    },
  };
};

/** The methods of all plug-ins. One that cannot be loaded is told in the log; the others serve. */
async function loadPlugins(
  interfaces: readonly RpcInterfaceSpec[],
  call: Call,
  log: ServerOptions['log'],
): Promise<readonly Method[]> {
  const loaded: Method[] = [];
  for (const { name, module, options } of interfaces) {
    try {
      if (module !== undefined) loaded.push(...(await loadPlugin({ name, module, options }, call)));
      log('info', `RPC interface '${name}' initialized`);
    } catch (error) {
      log('critical', (error as Error).message);
    }
  }
  return loaded;
}
