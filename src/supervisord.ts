import { hostname } from 'node:os';
import { build, type Configuration } from './config/build.ts';
import { ConfigError, refusal, UsageError } from './config/errors.ts';
import { readSource } from './config/read.ts';
import type { ConfigWorld } from './config/world.ts';
import { runDaemon, StartError } from './daemon.ts';
import { daemonize, takeReadiness } from './process/daemonize.ts';
import { lookupGroup, lookupUser } from './process/users.ts';

const world: ConfigWorld = {
  env: process.env,
  hostname: hostname(),
  cwd: process.cwd(),
  uid: process.getuid?.() ?? 0,
  lookupUser: nameOrUid => lookupUser(String(nameOrUid)),
  lookupGroup: nameOrGid => lookupGroup(String(nameOrGid)),
};

async function main(args: readonly string[]): Promise<void> {
  const file = args[args.indexOf('-c') + 1] ?? 'supervisord.conf';
  const load = (): Configuration =>
    build(
      readSource(file, world),
      { overrides: args.includes('-n') ? { nodaemon: true } : {}, user: undefined },
      world,
      {
        refuse: error => {
          throw error;
        },
        warn: () => {},
      },
    );
  const configuration = load();
  const readiness = takeReadiness();
  const foreground = configuration.settings.nodaemon;
  if (!foreground && readiness === undefined) {
    const outcome = await daemonize();
    if (!outcome.ready) throw new StartError(outcome.complaint);
    return;
  }
  try {
    await runDaemon({
      configuration,
      load: async () => load(),
      foreground,
      onReady: () => readiness?.ready(),
    });
  } catch (error) {
    readiness?.failed((error as Error).message, 2);
    throw error;
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  error => {
    const told = error instanceof ConfigError || error instanceof UsageError || error instanceof StartError;
    process.stderr.write(told ? refusal(error as ConfigError, 'supervisord') : `${error.stack}\n`);
    process.exit(2);
  },
);
