import type { SupervisorNotice } from '../../machines/events.ts';
import type { Milliseconds } from '../../machines/spec.ts';
import { sendDatagram } from './foreign.ts';

type SupervisorState = Extract<SupervisorNotice, { type: 'supervisor.state' }>['state'];

/** The service manager that waits for word of this daemon: systemd, or whoever speaks its protocol (sd_notify). */
export interface ServiceManager {
  /** Says what the daemon is about. */
  tell(state: SupervisorState): void;
  /** Ends the signs of life. */
  close(): void;
}

/** What systemd is told for each state; the words are those of sd_notify(3). */
const WORDS: Readonly<Record<SupervisorState, () => readonly string[]>> = {
  RUNNING: () => ['READY=1', `MAINPID=${process.pid}`],
  RESTARTING: () => ['RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`],
  SHUTDOWN: () => ['STOPPING=1'],
  FATAL: () => ['STOPPING=1'],
};

const VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;

/**
 * The way to the service manager that the environment names; without one, telling does nothing. The variables are
 * taken out, for they are not meant for the children. Signs of life go out twice as often as they are asked for. What
 * cannot be told is trouble, once.
 */
export function takeServiceManager(
  onTrouble: (cause: Error) => void,
  environment: NodeJS.ProcessEnv = process.env,
): ServiceManager {
  const { NOTIFY_SOCKET: path = '', WATCHDOG_USEC, WATCHDOG_PID } = environment;
  for (const name of VARIABLES) delete environment[name];
  // Paths and abstract names are sockets of this machine; anything else (vsock) is not for a container's supervisor.
  if (!/^[/@]/.test(path)) return { tell: () => {}, close: () => {} };

  let isTroubled = false;
  const send = (words: readonly string[]): void => {
    try {
      sendDatagram(addressOf(path), Buffer.from(words.join('\n')));
      isTroubled = false;
    } catch (error) {
      if (!isTroubled) onTrouble(error as Error);
      isTroubled = true;
    }
  };
  const isMeant = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  const period: Milliseconds = isMeant ? Number(WATCHDOG_USEC ?? 0) / 2000 : 0;
  const watchdog = period >= 1 ? setInterval(send, period, ['WATCHDOG=1']).unref() : undefined;
  return { tell: state => send(WORDS[state]()), close: () => clearInterval(watchdog) };
}

/** sockaddr_un: an abstract name begins with a NUL in place of the @, and has no end but its length. */
function addressOf(path: string): Uint8Array {
  const name = path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`;
  const AF_UNIX = Buffer.from(Uint16Array.of(1).buffer);
  return Buffer.concat([AF_UNIX, Buffer.from(name)]);
}
