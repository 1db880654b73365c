import './heap.ts';
import { hostname } from 'node:os';
import { keepBytecode } from './bytecode.ts';
import { parseSupervisordArguments, type SupervisordOptions, supervisordHelp } from './config/commandline.ts';
import { isFolder } from './config/disk.ts';
import { ConfigError, refusal, UsageError } from './config/errors.ts';
import { createLoader } from './config/load.ts';
import type { ConfigWorld } from './config/world.ts';
import { runDaemon, StartError } from './daemon.ts';
import { daemonize, takeReadiness } from './process/daemonize.ts';
import { saveMemory } from './process/foreign.ts';
import { lookupGroup, lookupUser } from './process/users.ts';
import { supervisorVersion } from './version.ts';

/** As it was called: error messages name it so. */
const program = process.argv[1] ?? 'supervisord';

/** The parent that waits for this daemon, if one does. Taken first: nothing else shall see its variable. */
const readiness = takeReadiness();

/** This machine as the configuration sees it; fixed at the start, so that a reload finds the same files. */
const world: ConfigWorld = {
  // A copy, for each look at process.env itself asks libc.
  env: { ...process.env },
  hostname: hostname(),
  cwd: process.cwd(),
  uid: process.getuid?.() ?? 0,
  program,
  lookupUser,
  lookupGroup,
  isFolder,
};

async function main(words: readonly string[]): Promise<void> {
  const request = parseSupervisordArguments(words, world);
  switch (request.kind) {
    case 'help':
      return print(supervisordHelp(program));
    case 'version':
      return print(`${supervisorVersion}\n`);
    case 'schema': {
      const { schemaText } = await import('./config/schema.ts');
      return print(schemaText());
    }
    case 'check': {
      const { checkConfiguration, checkJson, checkText } = await import('./config/check.ts');
      const report = checkConfiguration(request.options, world);
      print(request.json ? checkJson(report) : checkText(report));
      process.exitCode = report.errors > 0 ? 2 : 0;
      return;
    }
    case 'run':
      return request.options.profile_options === undefined
        ? run(request.options)
        : profiled(request.options.profile_options, () => run(request.options));
  }
}

const print = (text: string): void => void process.stdout.write(text);

/** Runs the daemon here, or starts it in the background and returns when it is ready. */
async function run(options: SupervisordOptions): Promise<void> {
  try {
    // Before much is read: V8's threads keep the arenas that they have by then.
    saveMemory();
    const load = createLoader(options, world);
    const configuration = load();
    const foreground = configuration.settings.nodaemon;
    if (!foreground && readiness === undefined) return await startInBackground();
    await runDaemon({
      configuration,
      load: async () => load(),
      foreground,
      inspect: options.inspect,
      onReady: () => readiness?.ready(),
    });
    keepBytecode();
  } catch (error) {
    readiness?.failed(error instanceof Error ? error.message : String(error), 2);
    throw error;
  }
}

/** Runs under a profiler and prints its report at the end. */
async function profiled(options: readonly string[], act: () => Promise<void>): Promise<void> {
  const { startProfile } = await import('./process/profile.ts');
  const stop = await startProfile(options);
  await act();
  print(await stop());
}

async function startInBackground(): Promise<void> {
  const outcome = await daemonize();
  if (!outcome.ready) throw new StartError(outcome.complaint);
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  error => {
    const isOurs = error instanceof ConfigError || error instanceof UsageError || error instanceof StartError;
    process.stderr.write(
      isOurs ? refusal(error, program) : `${error instanceof Error ? error.stack : error}\n`,
    );
    process.exit(isOurs ? 2 : 1);
  },
);
