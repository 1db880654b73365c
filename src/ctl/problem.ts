import { type FaultName, faults } from '../rpc/faults.ts';
import { type Exit, exits } from './exits.ts';

/** Why a request had no useful answer. */
export type Problem =
  | { readonly kind: 'fault'; readonly code: number; readonly text: string }
  | { readonly kind: 'refused' | 'missing' | 'denied' | 'unauthorized' | 'reset' | 'foreign' | 'scheme' }
  | { readonly kind: 'silent'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'other'; readonly text: string };

/** Whether a problem is the fault of that name. */
export const isFault = (problem: Problem, name: FaultName): boolean =>
  problem.kind === 'fault' && problem.code === faults[name].code;

/** An answer as data: the value, or why there is none. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

/** What supervisorctl says of a problem. */
export interface Words {
  /** For stdout: Supervisor's own line where it has one. */
  readonly line: string;
  /** For stderr: the cause and the next step. */
  readonly hint?: string;
  readonly exit: Exit;
}

type Wording<Kind extends Problem['kind']> = (
  problem: Extract<Problem, { kind: Kind }>,
  url: string,
) => Words;

const wordings: { readonly [Kind in Problem['kind']]: Wording<Kind> } = {
  fault: ({ text }) => ({ line: `error: ${text}`, exit: exits.failed }),
  refused: (_, url) => ({
    line: `${url} refused connection`,
    hint: `${url}: nobody listens there: supervisord has ended, or listens elsewhere; start it, or name its address by -s`,
    exit: exits.notPermitted,
  }),
  missing: (_, url) => ({
    line: `${url} no such file`,
    hint: `${url}: no such file: is supervisord running? it writes its socket where [unix_http_server] file= says`,
    exit: exits.notRunning,
  }),
  denied: (_, url) => ({
    line: `error: ${url} permission denied`,
    hint: `${url}: this user may not open the socket: use sudo, or set chmod= or chown= in [unix_http_server]`,
    exit: exits.failed,
  }),
  unauthorized: (_, url) => ({
    line: 'Server requires authentication',
    hint: `${url}: the username or password is wrong or missing: give -u and -p, or username= and password= in [supervisorctl]`,
    exit: exits.failed,
  }),
  reset: (_, url) => ({
    line: `error: ${url} closed the connection`,
    hint: `${url}: the connection ended before the answer: look into supervisord's log`,
    exit: exits.failed,
  }),
  foreign: (_, url) => ({
    line: `error: ${url} does not speak XML-RPC`,
    hint: `${url}: what answers there is not supervisord: check the address and who listens on it`,
    exit: exits.failed,
  }),
  scheme: (_, url) => ({
    line: `error: Unknown protocol for serverurl ${url}`,
    hint: `${url}: expected http://host:port or unix:///path/to/socket`,
    exit: exits.failed,
  }),
  silent: ({ seconds }, url) => ({
    line: `error: ${url} does not answer`,
    hint: `${url}: connected, but no answer within ${seconds} seconds: supervisord may be stopped (see its state in ps) or overloaded`,
    exit: exits.failed,
  }),
  status: ({ status }, url) => ({
    line: `error: ${url} answered with HTTP status ${status}`,
    hint: `${url}: what answers there may not be supervisord: check the address and supervisord's log`,
    exit: exits.failed,
  }),
  other: ({ text }, url) => ({ line: `error: ${url}: ${text}`, exit: exits.failed }),
};

/** Promises the words for a problem with the server at that URL. */
export function words(problem: Problem, url: string): Words {
  return (wordings[problem.kind] as Wording<typeof problem.kind>)(problem as never, url);
}

const kindByCode: Readonly<Record<string, 'refused' | 'missing' | 'denied' | 'reset'>> = {
  ECONNREFUSED: 'refused',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
};

/** Promises the problem that a failed connection stands for. */
export function connectionProblem(error: NodeJS.ErrnoException): Problem {
  const kind = kindByCode[error.code ?? ''];
  return kind ? { kind } : { kind: 'other', text: error.message };
}
