import { connect } from './ctl/client.ts';
import { keyboard } from './ctl/keyboard.ts';
import { Session } from './ctl/session.ts';
import { run } from './ctl/shell.ts';
import { suggest } from './ctl/suggest.ts';

// A reader of this output that goes away, `supervisorctl tail -f web | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

async function main(args: readonly string[]): Promise<number> {
  const options: Record<string, string> = {};
  let at = 0;
  for (; args[at]?.startsWith('-'); at += 2) options[args[at]?.slice(1) ?? ''] = args[at + 1] ?? '';
  const action = args.slice(at);
  const terminal = keyboard({ completer: line => suggest(session, line) });
  const session = new Session({
    settings: {
      serverurl: options.s ?? 'http://localhost:9001',
      username: options.u,
      password: options.p,
    },
    terminal,
    connect,
    interactive: action.length === 0,
  });
  const exit = await run(session, action, 'supervisor');
  session.close();
  terminal.close();
  return exit;
}

main(process.argv.slice(2)).then(exit => {
  process.exitCode = exit;
});
