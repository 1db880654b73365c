import { hostname } from 'node:os';
import { keepBytecode } from './bytecode.ts';
import { parseSupervisorctlArguments, supervisorctlHelp } from './config/commandline.ts';
import { isFolder } from './config/disk.ts';
import { ConfigError, refusal, UsageError } from './config/errors.ts';
import { loadCtlConfiguration } from './config/loadctl.ts';
import { findPidfile } from './config/pidfile.ts';
import type { ConfigWorld } from './config/world.ts';
import { connect } from './ctl/client.ts';
import { exits } from './ctl/exits.ts';
import { keyboard } from './ctl/keyboard.ts';
import { Session } from './ctl/session.ts';
import { run } from './ctl/shell.ts';
import { suggest } from './ctl/suggest.ts';

/** As it was called: error messages name it so. */
const program = process.argv[1] ?? 'supervisorctl';

const world: ConfigWorld = {
  env: { ...process.env },
  hostname: hostname(),
  cwd: process.cwd(),
  uid: process.getuid?.() ?? 0,
  program,
  // [supervisorctl] has no users.
  lookupUser: () => undefined,
  lookupGroup: () => undefined,
  isFolder,
};

async function main(words: readonly string[]): Promise<number> {
  const request = parseSupervisorctlArguments(words, world);
  if (request.kind === 'help') {
    process.stdout.write(supervisorctlHelp(program));
    return 0;
  }
  const { args, configuration } = request.options;
  const { prompt, history_file: historyFile, ...settings } = loadCtlConfiguration(request.options, world);
  const terminal = keyboard({ historyFile, completer: line => suggest(session, line) });
  const session = new Session({
    settings,
    terminal,
    connect,
    interactive: args.length === 0,
    findPidfile: () => findPidfile(configuration, world),
  });
  const exit = await run(session, args, prompt);
  session.close();
  terminal.close();
  // Of a failure it would be that of half a command.
  if (exit === exits.success) keepBytecode();
  return exit;
}

// A reader of this output that goes away, `supervisorctl tail -f web | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

main(process.argv.slice(2)).then(
  exit => process.exit(exit),
  error => {
    const isOurs = error instanceof ConfigError || error instanceof UsageError;
    process.stderr.write(
      isOurs ? refusal(error, program) : `${error instanceof Error ? error.stack : error}\n`,
    );
    process.exit(isOurs ? 2 : 1);
  },
);
