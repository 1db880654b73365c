import { type Exit, exits } from '../exits.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';

export const doctor: Verb = {
  help: [
    'doctor\t\tLook for the classic troubles (socket, permission, port, pidfile, version,',
    '\t\tprograms that put themselves into the background, log folders) and say what helps',
  ],
  completion: 'nothing',
  async run(session, args) {
    if (args.length > 0) {
      misuse(session, 'Error: doctor accepts no arguments', doctor);
      return exits.invalidArguments;
    }
    return examine(session);
  },
};

async function examine(session: Session): Promise<Exit> {
  // Loaded here: no other verb looks at files and processes.
  const { examinations } = await import('../doctor/examinations.ts');
  const { thisMachine } = await import('../doctor/machine.ts');
  let troubles = 0;
  for (const examination of examinations) {
    for (const finding of await examination(session, thisMachine)) {
      session.say(`${finding.isTrouble ? 'TROUBLE' : 'ok     '} ${finding.what}`);
      if (!finding.isTrouble) continue;
      troubles++;
      session.say(`        ${finding.remedy}`);
    }
  }
  session.say(
    troubles === 0 ? 'No trouble found.' : `${troubles} trouble${troubles === 1 ? '' : 's'} found.`,
  );
  return troubles === 0 ? exits.success : exits.failed;
}
