import { exits } from '../exits.ts';
import { misuse, type Verb } from '../verb.ts';

export const password: Verb = {
  help: [
    'hash-password\tAsk for a password and print what password= in [unix_http_server] or',
    '\t\t[inet_http_server] may hold in its place. Reads a line where input is no terminal.',
  ],
  completion: 'nothing',
  async run(session, args) {
    if (args.length > 0) {
      // A password on the command line would be seen by everybody who lists processes.
      misuse(session, 'Error: hash-password accepts no arguments', password);
      return exits.invalidArguments;
    }
    const { terminal } = session;
    const typed = await terminal.readSecret(terminal.isTty ? 'Password:' : '');
    if (!typed) {
      session.say('ERROR: no password given');
      return exits.failed;
    }
    if (terminal.isTty) {
      session.say('');
      const again = await terminal.readSecret('Again:');
      session.say('');
      if (again !== typed) {
        session.say('ERROR: the two passwords differ');
        return exits.failed;
      }
    }
    // Loaded here so that no other verb loads cryptography.
    const { hashPassword } = await import('../../rpc/password.ts');
    session.say(await hashPassword(typed));
    return exits.success;
  },
};
