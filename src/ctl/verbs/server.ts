import { type Exit, exits, lastFailure } from '../exits.ts';
import { isFault, words } from '../problem.ts';
import type { Session } from '../session.ts';
import { misuse, type Verb } from '../verb.ts';
import { status } from './status.ts';

export const version: Verb = {
  help: ['version\t\t\tShow the version of the remote supervisord process'],
  completion: 'nothing',
  async run(session, args) {
    if (args.length > 0) {
      misuse(session, 'Error: version accepts no arguments', version);
      return exits.failed;
    }
    const refused = await session.check();
    if (refused) return refused;
    const answer = await session.call('supervisor.getSupervisorVersion');
    if (!answer.ok) return session.report(answer.problem);
    session.say(answer.value);
    return exits.success;
  },
};

export const pid: Verb = {
  help: [
    'pid\t\t\tGet the PID of supervisord.',
    'pid <name>\t\tGet the PID of a single child process by name.',
    'pid all\t\t\tGet the PID of every child process, one per line.',
  ],
  completion: 'processes',
  asksFirst: true,
  async run(session, args) {
    if (args.length === 0) return sayOwnPid(session);
    if (args.includes('all')) return sayAllPids(session);
    const ended: Exit[] = [];
    for (const name of args) ended.push(await sayPid(session, name));
    return lastFailure(ended);
  },
};

async function sayOwnPid(session: Session): Promise<Exit> {
  const answer = await session.call('supervisor.getPID');
  if (!answer.ok) return session.report(answer.problem);
  session.say(`${answer.value}`);
  return exits.success;
}

async function sayAllPids(session: Session): Promise<Exit> {
  const answer = await session.call('supervisor.getAllProcessInfo');
  if (!answer.ok) return session.report(answer.problem);
  for (const info of answer.value) session.say(`${info.pid}`);
  return exits.success;
}

async function sayPid(session: Session, name: string): Promise<Exit> {
  const answer = await session.call('supervisor.getProcessInfo', name);
  if (answer.ok) {
    session.say(`${answer.value.pid}`);
    return answer.value.pid === 0 ? exits.notRunning : exits.success;
  }
  if (!isFault(answer.problem, 'BAD_NAME')) return session.report(answer.problem);
  session.say(`No such process ${name}`);
  return exits.failed;
}

export const reload: Verb = {
  help: ['reload \t\tRestart the remote supervisord.'],
  completion: 'nothing',
  async run(session, args) {
    if (args.length > 0) {
      misuse(session, 'Error: reload accepts no arguments', reload);
      return exits.failed;
    }
    if (!(await session.confirm('Really restart the remote supervisord process y/N? '))) return exits.success;
    const answer = await session.call('supervisor.restart');
    if (answer.ok) {
      session.say('Restarted supervisord');
      return exits.success;
    }
    if (isFault(answer.problem, 'SHUTDOWN_STATE')) session.say('ERROR: already shutting down');
    else session.report(answer.problem);
    return exits.failed;
  },
};

export const shutdown: Verb = {
  help: ['shutdown \tShut the remote supervisord down.'],
  completion: 'nothing',
  async run(session, args) {
    if (args.length > 0) {
      misuse(session, 'Error: shutdown accepts no arguments', shutdown);
      return exits.failed;
    }
    const question = 'Really shut the remote supervisord process down y/N? ';
    if (!(await session.confirm(question))) return exits.success;
    const answer = await session.call('supervisor.shutdown');
    if (answer.ok) {
      session.say('Shut down');
      return exits.success;
    }
    const { problem } = answer;
    if (isFault(problem, 'SHUTDOWN_STATE')) {
      session.say('ERROR: already shutting down');
      return exits.success;
    }
    if (problem.kind === 'refused' || problem.kind === 'missing')
      session.say(`ERROR: ${words(problem, session.url).line} (already shut down?)`);
    else session.report(problem);
    return exits.failed;
  },
};

export const open: Verb = {
  help: [
    'open <url>\tConnect to a remote supervisord process.',
    '\t\t(for UNIX domain socket, use unix:///socket/path)',
  ],
  completion: 'nothing',
  async run(session, args) {
    const url = args.join(' ').trim();
    if (!/^(http|unix):\/\//.test(url)) {
      session.say('ERROR: url must be http:// or unix://');
      return exits.failed;
    }
    session.open(url);
    // Whether the server is there is said, but opening it has succeeded either way; what is no server of ours has not.
    return (await status.run(session, [])) === exits.failed ? exits.failed : exits.success;
  },
};
