import type { Exit } from '../history.ts';
import type { Possible } from '../possible.ts';
import type { Moment } from '../watch.ts';
import { duration, moment as timeOf } from './time.ts';

/** Seconds that are left, to a tenth. */
const seconds = (milliseconds: number): string => `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`;

const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth'] as const;

const ordinal = (count: number): string => ORDINALS[count] ?? `${count}th`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** How a process ended, and whether its configuration expects that. */
function endWords({ exitstatus, signal }: Exit, exitcodes: readonly number[]): string {
  if (signal !== null) return `ended by ${signal}`;
  const codes = exitcodes.join(', ');
  return `exit status ${exitstatus}, ${exitcodes.includes(exitstatus) ? 'as' : 'not in'} exitcodes ${codes}${exitcodes.includes(exitstatus) ? ' has it' : ''}`;
}

/** What cannot be done now, the reason once: `Cannot stop, restart or signal: it is stopped.` */
export function cannotWords(possible: readonly Possible[]): string {
  const reasons = new Set(possible.flatMap(({ why }) => why ?? []));
  return [...reasons]
    .map(reason => {
      const acts = possible.filter(({ why }) => why === reason).map(({ act }) => act);
      const last = acts.at(-1);
      return `Cannot ${acts.length > 1 ? `${acts.slice(0, -1).join(', ')} or ` : ''}${last}: ${reason}.`;
    })
    .join(' ');
}

/** What is going on with a process, as one would say it; `left` is what its timer has still to run, in milliseconds. */
export function story({ process, path, options, exits, timer }: Moment, left: number, now: number): string {
  const { state, retries, spawnerr, start, stop, wanted } = process;
  const last = exits.at(-1);
  const end = last === undefined ? '' : endWords(last, options.exitcodes);
  const tries = options.startretries + 1;
  switch (state) {
    case 'RUNNING':
      return `Runs with pid ${process.pid}${start === null ? '' : `, for ${duration(now - start)}`}.`;
    case 'STARTING': {
      const which = retries === 0 ? 'Starts' : `${capital(ordinal(retries + 1))} try of ${tries}`;
      return timer?.name === 'startsecs'
        ? `${which}; counts as running if it stays up for another ${seconds(left)}.`
        : path.endsWith('forking')
          ? `${which}; its command is still to go into the background.`
          : `${which}; its process is being made.`;
    }
    case 'BACKOFF': {
      const why = last?.during === 'start' && spawnerr.startsWith('Exited too quickly') ? end : spawnerr;
      return `${capital(ordinal(retries))} try of ${tries} failed, next in ${seconds(left)}; ${why}.`;
    }
    case 'STOPPING':
      return path.endsWith('killed')
        ? `Was killed after stopwaitsecs; its end has not been reported yet.`
        : `Was asked to stop by ${options.stopsignal}; is killed in ${seconds(left)} unless it ends.`;
    case 'EXITED':
      return `Exited${stop === null ? '' : ` ${timeOf(stop)}`}${end === '' ? '' : `: ${end}`}.`;
    case 'FATAL':
      return `Was given up: ${spawnerr}${last?.during === 'start' ? ` (${end})` : ''}. It stays down until somebody starts it.`;
    case 'UNKNOWN':
      return `Nobody knows what it does: ${spawnerr}.`;
    case 'STOPPED':
      if (start === null || stop === null) return 'Was not started yet.';
      return `${wanted === 'down' ? 'Was stopped by an operator' : 'Stopped'} ${timeOf(stop)}${last === undefined ? '' : `: ${last.signal ?? `exit status ${last.exitstatus}`}`}.`;
  }
}
