import { dirname } from 'node:path';
import { namespec } from '../names.ts';
import type { Problem } from '../problem.ts';
import { apiVersion, type ProcessInfo } from '../protocol.ts';
import type { Session } from '../session.ts';
import type { Machine } from './machine.ts';

/** One thing that was looked at. */
export type Finding =
  | { readonly isTrouble: false; readonly what: string }
  | { readonly isTrouble: true; readonly what: string; readonly remedy: string };

/** Looks at one side of the matter; no findings where there is nothing to look at. */
export type Examination = (session: Session, machine: Machine) => Promise<readonly Finding[]>;

const fine = (what: string): Finding => ({ isTrouble: false, what });
const trouble = (what: string, remedy: string): Finding => ({ isTrouble: true, what, remedy });

/** Whether the server answers, and if not, what stands where it should listen. */
const server: Examination = async (session, machine) => {
  const answer = await session.call('supervisor.getVersion');
  if (answer.ok && answer.value === apiVersion) return [fine(`${session.url} answers`)];
  if (answer.ok)
    return [
      trouble(
        `${session.url} speaks version ${answer.value} of the interface, supervisorctl ${apiVersion}`,
        'Install the same release of supervisord and supervisorctl, and restart supervisord: it runs its old code until then.',
      ),
    ];
  return session.url.startsWith('unix://')
    ? [socketTrouble(session.url.slice('unix://'.length), answer.problem, machine)]
    : [portTrouble(session.url, answer.problem, machine)];
};

function socketTrouble(path: string, problem: Problem, machine: Machine): Finding {
  const kind = machine.kind(path);
  if (problem.kind === 'unauthorized') return passwordTrouble(`unix://${path}`);
  if (kind === 'missing' && machine.kind(dirname(path)) === 'missing')
    return trouble(
      `${path}: the folder of the socket does not exist`,
      `Make it (mkdir -p ${dirname(path)}), or name another in [unix_http_server] file= and [supervisorctl] serverurl=.`,
    );
  if (kind === 'missing')
    return trouble(
      `${path}: no such socket`,
      'Start supervisord. If it runs, compare [unix_http_server] file= of its configuration with serverurl= of [supervisorctl].',
    );
  if (kind === 'hidden' || problem.kind === 'denied' || (kind === 'socket' && !machine.isUsable(path)))
    return trouble(
      `${path}: this user may not use the socket`,
      'Use sudo, or let your group in: chmod=0770 and chown=root:GROUP in [unix_http_server].',
    );
  if (kind !== 'socket')
    return trouble(
      `${path}: not a socket but a ${kind === 'folder' ? 'folder' : 'file'}`,
      'Correct serverurl= of [supervisorctl].',
    );
  if (problem.kind === 'refused')
    return trouble(
      `${path}: a stale socket: nobody listens on it`,
      'supervisord ended without removing it. Start supervisord: it replaces the socket.',
    );
  return otherTrouble(`unix://${path}`, problem);
}

function portTrouble(url: string, problem: Problem, machine: Machine): Finding {
  if (!URL.canParse(url)) return trouble(`${url}: no URL`, 'Expected http://host:port or unix:///path.');
  const { hostname, port } = new URL(url);
  const holder = machine.isLocal(hostname) ? machine.listener(Number(port || 80)) : undefined;
  if (problem.kind === 'unauthorized') return passwordTrouble(url);
  if (problem.kind === 'refused')
    return trouble(
      `${url}: nobody listens on that port`,
      'Start supervisord, or correct [inet_http_server] port= or serverurl= of [supervisorctl].',
    );
  if (holder && !/supervisord/.test(holder.command))
    return trouble(
      `${url}: the port is taken by pid ${holder.pid} (${holder.command})`,
      `End that program (kill ${holder.pid}), or choose another port in [inet_http_server] and [supervisorctl].`,
    );
  return otherTrouble(url, problem);
}

function passwordTrouble(url: string): Finding {
  return trouble(
    `${url}: the username or password is wrong or missing`,
    'Give -u and -p, or set username= and password= in [supervisorctl] as they are in the section of the server.',
  );
}

function otherTrouble(url: string, problem: Problem): Finding {
  const what = problem.kind === 'other' || problem.kind === 'fault' ? problem.text : problem.kind;
  return trouble(
    `${url}: no useful answer (${what})`,
    'Look into the log of supervisord, and whether its process is stopped (state T in ps) or another program answers.',
  );
}

/** A pidfile whose process is gone, or is another program by now. */
const pidfile: Examination = async (session, machine) => {
  const path = session.findPidfile();
  const text = path && machine.read(path);
  if (!text) return [];
  const pid = Number(text.trim());
  const holder = machine.processes().find(each => each.pid === pid);
  if (holder && /supervisord/.test(holder.command)) return [fine(`${path}: pid ${pid} is supervisord`)];
  const why = holder ? `pid ${pid} is another program (${holder.command})` : `pid ${pid} does not run`;
  return [
    trouble(
      `${path}: stale: ${why}`,
      `supervisord ended without removing it. Remove it (rm ${path}); scripts that read it would signal the wrong process.`,
    ),
  ];
};

/** Programs that fork into the background: their parent exits, and the real process is nobody's child. */
const background: Examination = async (session, machine) => {
  const infos = await allProcesses(session);
  const orphans = machine.processes().filter(each => each.parent === 1 && each.supervised !== undefined);
  return infos
    .filter(info => info.pid === 0)
    .flatMap(info => {
      const orphan = orphans.find(each => each.supervised === `${info.group}:${info.name}`);
      return orphan ? [backgroundTrouble(namespec(info), orphan.pid, orphan.command)] : [];
    });
};

function backgroundTrouble(name: string, pid: number, command: string): Finding {
  return trouble(
    `${name}: puts itself into the background: it counts as ended, but pid ${pid} runs (${command})`,
    `End it (kill ${pid}), and give the program its foreground option (such as "daemon off;", --nodaemon, -f), or run it under pidproxy.`,
  );
}

/** Log files whose folder is not there. */
const logFolders: Examination = async (session, machine) => {
  const paths = (await allProcesses(session)).flatMap(info => [
    [info, info.stdout_logfile] as const,
    [info, info.stderr_logfile] as const,
  ]);
  return paths
    .filter(([, path]) => path.startsWith('/') && machine.kind(dirname(path)) === 'missing')
    .map(([info, path]) =>
      trouble(
        `${namespec(info)}: the folder of ${path} does not exist`,
        `Make it: mkdir -p ${dirname(path)} (and let the daemon's user write there), then restart ${namespec(info)}.`,
      ),
    );
};

/** Programs that gave up, with the words that supervisord has for it. */
const fatal: Examination = async session =>
  (await allProcesses(session))
    .filter(info => info.statename === 'FATAL' || info.statename === 'BACKOFF')
    .map(info =>
      trouble(
        `${namespec(info)}: ${info.statename}: ${info.spawnerr || info.description}`,
        `See why: supervisorctl tail ${namespec(info)} stderr. Does it live for startsecs? Does the command run by hand as the same user?`,
      ),
    );

async function allProcesses(session: Session): Promise<readonly ProcessInfo[]> {
  const answer = await session.call('supervisor.getAllProcessInfo');
  return answer.ok ? answer.value : [];
}

/** What doctor looks at, in this order. */
export const examinations: readonly Examination[] = [server, pidfile, background, logFolders, fatal];
